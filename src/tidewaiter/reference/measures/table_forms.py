"""Forms of tables by their columns, and what each column is called here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

MEASURE_COLUMNS: Final = {
    "measure_sid": "sid", "measure_type_id": "type", "measure_type": "type", "geographical_area_id": "area",
    "geo": "area", "goods_nomenclature_item_id": "code", "commodity": "code", "validity_start_date": "valid_from",
    "start_date": "valid_from", "validity_end_date": "valid_to", "end_date": "valid_to", "ordernumber": "order_number",
    "measure_generating_regulation_role": "role", "measure_generating_regulation_id": "regulation",
    "goods_nomenclature_sid": "goods", "additional_code_type_id": "additional_type",
    "additional_code_id": "additional_code", "reduction_indicator": "reduction",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A form of table: columns it must have, names of its columns here; one without a header is known by its width and
    by what its columns hold (``holds``: column, pattern).
    """

    name: str
    columns: Mapping[str, str]
    needs: tuple[str, ...] = ()
    width: int = 0
    holds: tuple[tuple[str, str], ...] = ()

    def fits(self, table: pl.DataFrame) -> bool:
        """True where a table is of this form."""
        if self.width:
            has_width = table.width == self.width and table.columns[0] == "column_0"
            return has_width and all(_all_are(table[name], pattern) for name, pattern in self.holds)
        return set(self.needs) <= set(table.columns)


ORDER_NUMBER: Final = r"^\d{6}$"
GOODS_CODE: Final = r"^\d{10}$"

FORMS: Final = (
    Form(
        "nomenclature",
        {
            "goods_nomenclature_sid": "sid", "goods_nomenclature_item_id": "code", "producline_suffix": "suffix",
            "validity_start_date": "valid_from", "validity_end_date": "valid_to", "number_indents": "indents",
        },
        ("goods_nomenclature_sid", "goods_nomenclature_item_id", "producline_suffix", "number_indents"),
    ),
    Form("measures", MEASURE_COLUMNS, ("measure_sid", "measure_type_id")),
    Form("measures", MEASURE_COLUMNS, ("measure_sid", "measure_type", "commodity")),
    Form(
        "components",
        {
            "measure_sid": "sid", "goods_nomenclature_item_id": "code", "duty_expression_id": "expression",
            "duty_amount": "amount", "monetary_unit_code": "currency", "measurement_unit_code": "unit",
            "measurement_unit_qualifier_code": "qualifier",
        },
        ("measure_sid", "duty_expression_id", "duty_amount"),
    ),
    Form(
        "agreement",
        {
            "commodity": "code", "real_comm_code": "code", "regulation_id": "regulation", "geographical_area": "area",
            "measure_type": "type", "date_from": "valid_from", "date_to": "valid_to",
        },
        ("geographical_area", "measure_type", "ad_valorem", "specific", "ceiling"),
    ),
    Form("rates", {"geographical_area": "area", "commodity": "code"}, ("geographical_area", "commodity", "duty")),
    Form(
        "members",
        {"geographical_area": "area", "validity_start_date": "valid_from", "validity_end_date": "valid_to"},
        ("geographical_area", "member", "validity_start_date"),
    ),
    Form(
        "exclusions",
        {"geographical_area": "area", "commodity": "code", "excluded_origin": "origin"},
        ("geographical_area", "commodity", "excluded_origin"),
    ),
    Form(
        "quotas",
        {
            "column_0": "order_number", "column_3": "valid_from", "column_4": "valid_to", "column_6": "volume",
            "column_7": "unit", "column_9": "critical",
        },
        width=16,
        holds=(("column_0", ORDER_NUMBER),),
    ),
    Form(
        "quota rates",
        {
            "column_0": "code", "column_1": "order_number", "column_2": "area", "column_3": "amount",
            "column_4": "currency", "column_5": "unit", "column_6": "qualifier", "column_7": "valid_from",
            "column_8": "valid_to",
        },
        width=9,
        holds=(("column_0", GOODS_CODE), ("column_1", ORDER_NUMBER)),
    ),
    Form("quota numbers", {"column_0": "order_number"}, width=9, holds=(("column_0", ORDER_NUMBER),)),
)  # fmt: skip
"""In the order in which tables are read: what others refer to comes first."""


def plain_name(name: str) -> str:
    """``Measure SID`` as ``measure_sid``."""
    return name.strip().lower().replace(" ", "_")


def _all_are(column: pl.Series, pattern: str) -> bool:
    told = column.drop_nulls()
    return len(told) > 0 and bool(told.str.contains(pattern).all())
