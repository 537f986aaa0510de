"""A tariff's records as typed tables: goods, indents, wordings, measures, areas, conditions, quotas."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from tidewaiter.reference.measures.rates import component_texts, expression_table
from tidewaiter.reference.measures.sheet import MeasureSheet

GOODS: Final = ("goods.nomenclature.sid", "goods.nomenclature.item.id", "producline.suffix", "validity.start.date",
                "validity.end.date")  # fmt: skip
INDENTS: Final = ("goods.nomenclature.sid", "validity.start.date", "number.indents")
MEASURE: Final = (
    "measure.sid", "measure.type", "geographical.area", "goods.nomenclature.item.id", "goods.nomenclature.sid",
    "additional.code.type", "additional.code", "ordernumber", "reduction.indicator", "validity.start.date",
    "validity.end.date", "measure.generating.regulation.role", "measure.generating.regulation.id", "stopped.flag",
)  # fmt: skip
CONDITION: Final = (
    "measure.condition.sid", "measure.sid", "condition.code", "component.sequence.number", "action.code",
    "certificate.type.code", "certificate.code", "condition.duty.amount", "condition.monetary.unit.code",
    "condition.measurement.unit.code", "condition.measurement.unit.qualifier.code",
)  # fmt: skip
SPAN: Final = ("validity.start.date", "validity.end.date")


@dataclass(frozen=True, eq=False)
class MeasureModel:
    """Tables of one edition, each made when it is first asked for. Days are dates; an empty end is open.

    ``records`` is the table ``changes.RECORDS``.
    """

    records: pl.DataFrame
    sheet: MeasureSheet

    def told(self, kind: str, *names: str) -> pl.DataFrame:
        """Fields of all records of a kind, dots as underscores; what looks like a day is one."""
        shape = pl.Struct(dict.fromkeys(names, pl.String))
        rows = self.records.filter(pl.col("kind") == kind)
        table = rows.select(pl.col("fields").str.json_decode(shape).alias("told")).unnest("told")
        days = [
            pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
            for name in names
            if name.endswith(".date")
        ]
        return table.with_columns(days).rename({name: name.replace(".", "_") for name in names})

    @cached_property
    def goods(self) -> pl.DataFrame:
        """A row is a span of a code: sid, code, suffix, valid_from, valid_to."""
        return self.told("goods.nomenclature", *GOODS).select(
            sid="goods_nomenclature_sid", code="goods_nomenclature_item_id", suffix="producline_suffix",
            valid_from="validity_start_date", valid_to="validity_end_date",
        ).sort("code", "suffix", "valid_from")  # fmt: skip

    @cached_property
    def indents(self) -> pl.DataFrame:
        """How deep a code stands from a day on: sid, valid_from, indents."""
        return self.told("goods.nomenclature.indents", *INDENTS).select(
            sid="goods_nomenclature_sid", valid_from="validity_start_date",
            indents=pl.col("number_indents").cast(pl.Int32, strict=False),
        ).sort("sid", "valid_from")  # fmt: skip

    @cached_property
    def wordings(self) -> pl.DataFrame:
        """What a code says from a day on: sid, valid_from, description."""
        periods = self.told(
            "goods.nomenclature.description.period", "goods.nomenclature.description.period.sid", "validity.start.date"
        )
        words = self.told(
            "goods.nomenclature.description", "goods.nomenclature.description.period.sid", "goods.nomenclature.sid",
            "language.id", "description",
        )  # fmt: skip
        is_english = pl.col("language_id").str.to_uppercase() == "EN"
        return (
            words.join(periods, on="goods_nomenclature_description_period_sid", how="inner")
            .sort("goods_nomenclature_sid", "validity_start_date", ~is_english)
            .unique(["goods_nomenclature_sid", "validity_start_date"], keep="first", maintain_order=True)
            .select(sid="goods_nomenclature_sid", valid_from="validity_start_date", description="description")
        )

    @cached_property
    def measures(self) -> pl.DataFrame:
        """A row is a measure.

        ``measure`` (its number here), measure_id, type, goods, code, area, additional_code, order_number, valid_from,
        valid_to (its own, else its regulation's), regulation, rate_text (empty where the measure has no components),
        is_conditional (its amount depends on a condition), expression and share as in ``expressions``.
        """
        table = self.told("measure", *MEASURE)
        own_end = pl.coalesce("validity_end_date", "regulation_end")
        regulation = ["measure_generating_regulation_role", "measure_generating_regulation_id"]
        return (
            table.join(self._regulation_ends, on=regulation, how="left", maintain_order="left")
            .join(component_texts(self.components, "measure_sid", self.sheet), on="measure_sid", how="left",
                  maintain_order="left")
            .join(self._conditional, on="measure_sid", how="left", maintain_order="left")
            .with_row_index("measure")
            .select(
                "measure", "rate_text", measure_id="measure_sid", type="measure_type", goods="goods_nomenclature_sid",
                code="goods_nomenclature_item_id", area="geographical_area",
                additional_code=pl.col("additional_code_type") + pl.col("additional_code"), order_number="ordernumber",
                reduction="reduction_indicator", valid_from="validity_start_date", valid_to=own_end,
                regulation="measure_generating_regulation_id",
                is_conditional=pl.col("is_conditional").fill_null(value=False),
            )
            .join(self.expressions.select("rate_text", "expression", "share"), on="rate_text", how="left",
                  maintain_order="left")
        )  # fmt: skip

    @cached_property
    def expressions(self) -> pl.DataFrame:
        """Every rate text of a measure once.

        expression (its number), rate_text, the columns of ``kit.rates.PROGRAM``, printed, reason (why it has no
        program), share (of the value, in millionths of a millionth, where that is all).
        """
        return expression_table(component_texts(self.components, "measure_sid", self.sheet)["rate_text"])

    @cached_property
    def components(self) -> pl.DataFrame:
        """A row is an amount of a measure."""
        return self.told(
            "measure.component", "measure.sid", "duty.expression.id", "duty.amount", "monetary.unit.code",
            "measurement.unit.code", "measurement.unit.qualifier.code",
        )  # fmt: skip

    @cached_property
    def conditions(self) -> pl.DataFrame:
        """A row is a condition: measure_id, condition, sequence, document, action, limit, rate_text."""
        components = self.told(
            "measure.condition.component", "measure.condition.sid", "duty.expression.id", "duty.amount",
            "monetary.unit.code", "measurement.unit.code", "measurement.unit.qualifier.code",
        )  # fmt: skip
        texts = component_texts(components, "measure_condition_sid", self.sheet)
        unit = pl.concat_str(
            "condition_monetary_unit_code", "condition_measurement_unit_code",
            "condition_measurement_unit_qualifier_code", separator=" ", ignore_nulls=True,
        )  # fmt: skip
        return (
            self.told("measure.condition", *CONDITION)
            .join(texts, on="measure_condition_sid", how="left", maintain_order="left")
            .select(
                "rate_text", measure_id="measure_sid", condition="condition_code",
                sequence=pl.col("component_sequence_number").cast(pl.Int32, strict=False),
                document=pl.col("certificate_type_code") + pl.col("certificate_code"), action="action_code",
                limit=(pl.col("condition_duty_amount") + " " + unit).str.strip_chars(),
            )
            .sort("measure_id", "condition", "sequence")
        )  # fmt: skip

    @cached_property
    def exclusions(self) -> pl.DataFrame:
        """Areas that a measure leaves out: measure_id, excluded."""
        return self.told("measure.excluded.geographical.area", "measure.sid", "excluded.geographical.area").select(
            measure_id="measure_sid", excluded="excluded_geographical_area"
        )

    @cached_property
    def areas(self) -> pl.DataFrame:
        """Countries, regions and groups: sid, area, is_group, is_country, valid_from, valid_to."""
        return self.told(
            "geographical.area", "geographical.area.sid", "geographical.area.id", "geographical.code", *SPAN
        ).select(
            sid="geographical_area_sid", area="geographical_area_id", is_group=pl.col("geographical_code") == "1",
            is_country=pl.col("geographical_code") == "0",
            valid_from="validity_start_date", valid_to="validity_end_date",
        )  # fmt: skip

    @cached_property
    def members(self) -> pl.DataFrame:
        """Which area belongs to which group: area (the group), member, valid_from, valid_to."""
        table = self.told("geographical.area.membership", "geographical.area.sid", "geographical.area.group.sid", *SPAN)
        names = self.areas.unique("sid", keep="last").select("sid", "area")
        return (
            table.join(names.rename({"area": "member"}), left_on="geographical_area_sid", right_on="sid", how="inner")
            .join(names, left_on="geographical_area_group_sid", right_on="sid", how="inner")
            .select("area", "member", valid_from="validity_start_date", valid_to="validity_end_date")
        )

    @cached_property
    def stops(self) -> pl.DataFrame:
        """Spans in which a measure rests: measure_id, valid_from, valid_to."""
        return self.told("measure.partial.temporary.stop", "measure.sid", *SPAN).select(
            measure_id="measure_sid", valid_from="validity_start_date", valid_to="validity_end_date"
        )

    @cached_property
    def quotas(self) -> pl.DataFrame:
        """A row is a period of a quota: order_number, valid_from, valid_to, volume, unit, is_critical."""
        return self.told(
            "quota.definition", "quota.order.number.id", *SPAN, "volume", "measurement.unit.code", "critical.state"
        ).select(
            order_number="quota_order_number_id", valid_from="validity_start_date", valid_to="validity_end_date",
            volume="volume", unit="measurement_unit_code", is_critical=pl.col("critical_state") == "Y",
        )  # fmt: skip

    @property
    def _conditional(self) -> pl.DataFrame:
        """Measures with a condition whose action says which amount applies."""
        rows = self.told("measure.condition", "measure.sid", "action.code")
        is_amount = pl.col("action_code").is_in(self.sheet.amount_actions)
        return rows.filter(is_amount).select("measure_sid", is_conditional=pl.lit(value=True)).unique()

    @property
    def _regulation_ends(self) -> pl.DataFrame:
        """Last day of each regulation that can be the ground of a measure."""
        made = []
        for kind in ("base.regulation", "modification.regulation"):
            table = self.told(kind, f"{kind}.role", f"{kind}.id", "validity.end.date", "effective.end.date")
            name = kind.replace(".", "_")
            made.append(
                table.select(
                    measure_generating_regulation_role=f"{name}_role", measure_generating_regulation_id=f"{name}_id",
                    regulation_end=pl.coalesce("effective_end_date", "validity_end_date"),
                )
            )  # fmt: skip
        return pl.concat(made).unique(["measure_generating_regulation_role", "measure_generating_regulation_id"])
