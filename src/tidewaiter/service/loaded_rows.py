"""A finished run as rows of the service: filings, what was decided of them, cases; a slice of filings at a time."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from hashlib import blake2b, sha256
from typing import Any, Final
from uuid import UUID

import polars as pl

from tidewaiter.runners.identity import filing_keys
from tidewaiter.service.acts.opening import leave_wanted
from tidewaiter.service.consequences import ANSWERED_BY_FILER, beside
from tidewaiter.service.explain import reason_of
from tidewaiter.service.lodging.told import AMOUNTS, CHARGE, FINDING, ITEM
from tidewaiter.service.results import RULE, Results

SLICE: Final = 50_000
"""Filings looked at together."""
KEY: Final = ["consignment_id", "version"]
SINCE: Final[Mapping[str, pl.DataType]] = {
    **dict.fromkeys(("customs_office", "carrier_id", "vat_scheme_id", "function", "receptacle"), pl.String()),
    "agencies": pl.List(pl.String()),
}
MOMENT: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"
VERSION_8: Final = 0x8 << 76
VARIANT: Final = 0b10 << 62
KEPT_BITS: Final = ~(0xF << 76 | 0b11 << 62)


@dataclass(frozen=True)
class Run:
    """A finished run, the moment at which it is taken in, and the offices that a filing may name."""

    results: Results
    now: datetime
    offices: frozenset[str] = frozenset()

    @cached_property
    def content(self) -> str:
        """What tells this run from every other one: the order's own hash."""
        told = self.results.receipt["run"]
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    @cached_property
    def secret(self) -> list[str]:
        """Codes of the risk rules: what the house looks for."""
        return sorted(self.results.secret)

    @cached_property
    def rules_version(self) -> str:
        """First 16 hex digits over the rules' codes and editions."""
        editions = self.results.summary["editions"]
        told = "\n".join(f"{code}\t{editions[RULE + code]}" for code in self.secret)
        return sha256(told.encode()).hexdigest()[:16]

    def slices(self) -> Iterator[pl.DataFrame]:
        """Frames of filings with all that the tables of the service say of them; see ``_told`` for the columns."""
        start = 0
        while True:
            found = self.results.rows("consignments", partial(_slice, start))
            if found is None or not found.height:
                return
            yield self._told(found)
            start += found.height

    def _told(self, found: pl.DataFrame) -> pl.DataFrame:
        """Adds id, filer, office, lane, status, presented_at, and as JSON: told, items, reasons, opened (of a case)."""
        named = self._named(self._presented(_whole(found.rename({"reasons": "codes"}))))
        beside = named.join(self._items(named), on=KEY, how="left", maintain_order="left", validate="1:1")
        beside = beside.join(self._leave(beside), on=KEY, how="left", maintain_order="left", validate="1:1")
        beside = beside.join(self._charges(named), on=KEY, how="left", maintain_order="left", validate="1:1")
        beside = beside.join(self._findings(named), on=KEY, how="left", maintain_order="left", validate="1:1")
        return beside.with_columns(
            pl.col("items", "findings", "reasons").fill_null("[]"),
            pl.col("charges").fill_null('"charges":[]'),
            pl.col("leave").fill_null("{}"),
        ).with_columns(told=_told_json(), opened=_opened_json())

    def _named(self, found: pl.DataFrame) -> pl.DataFrame:
        submitter = self.results.receipt["run"]["submitter"] or None
        named = found.with_columns(
            id=pl.Series([self._id(*row) for row in found.select("declarant_id", "filing_kind", *KEY).iter_rows()]),
            filer=pl.coalesce(pl.lit(submitter, dtype=pl.String), "declarant_id", pl.lit("")),
            office=pl.when(pl.col("customs_office").is_in(list(self.offices))).then("customs_office")
            .otherwise(pl.coalesce("office_country", "jurisdiction")),
            asked=self._asked(),
            filing_key=filing_keys(found, submitter or ""),
            decided_at=pl.col("accepted_at").fill_null(self.now),
            agencies=pl.col("agencies").fill_null([]),
        )  # fmt: skip
        return beside(named)

    def _asked(self) -> pl.Expr:
        """What the filer has to answer, by the findings it is told of; a run of an earlier edition does not say it."""
        waits_for: dict[str, str] | None = self.results.summary.get("waits_for")
        if waits_for is None:
            return pl.col("pending_on").list.set_intersection(list(ANSWERED_BY_FILER)).list.sort()
        told = {code: word for code, word in waits_for.items() if word in ANSWERED_BY_FILER and code not in self.secret}
        word = pl.element().replace_strict(told, default=None, return_dtype=pl.String)
        return pl.col("codes").list.eval(word.drop_nulls().unique().sort())

    def _id(self, *key: object) -> str:
        """The same filing of the same run always has the same id (RFC 9562, version 8)."""
        told = "\x1f".join([self.content, *(str(part or "") for part in key)])
        number = int.from_bytes(blake2b(told.encode(), digest_size=16).digest())
        return str(UUID(int=number & KEPT_BITS | VERSION_8 | VARIANT))

    def _presented(self, found: pl.DataFrame) -> pl.DataFrame:
        seen = self.results.rows(
            "movements",
            lambda every: every.select("parcel_id", "presented_at").join(found.lazy(), on="parcel_id", how="semi"),
        )
        if seen is None:
            return found.with_columns(presented_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")))
        first = seen.group_by("parcel_id").agg(pl.col("presented_at").min())
        return found.join(first, on="parcel_id", how="left", maintain_order="left", validate="m:1")

    def _beside(self, table: str, named: pl.DataFrame) -> pl.DataFrame | None:
        return self.results.rows(
            table, lambda every: every.join(named.lazy().select(*KEY, filing_status="status"), on=KEY, how="inner")
        )

    def _items(self, named: pl.DataFrame) -> pl.DataFrame:
        rows = self._beside("items", named)
        if rows is None:
            return _none(named, items=pl.String(), numbers=pl.List(pl.Int64))
        shown = pl.struct(
            *ITEM, findings=pl.col("findings").list.set_difference(self.secret), status="filing_status",
            agencies=self._agencies(),
        ).sort_by("item_no")  # fmt: skip
        grouped = rows.group_by(KEY).agg(items=shown, numbers=pl.col("item_no").sort())
        return grouped.with_columns(items=_json("items").str.slice(len('{"items":')).str.head(-1))

    def _agencies(self) -> pl.Expr:
        """Of an item whose leave it wants, as far as its filer may know."""
        agency_of = self.results.summary.get("agency_of", {})
        told = {code: agency for code, agency in agency_of.items() if code not in self.secret}
        word = pl.element().replace_strict(told, default=None, return_dtype=pl.String)
        return pl.col("findings").list.eval(word.drop_nulls().unique().sort())

    def _leave(self, named: pl.DataFrame) -> pl.DataFrame:
        """As JSON, by agency the goods lines it has to let in; of the filings that wait for one."""
        waiting = named.filter(pl.col("agencies").list.len() > 0).select(*KEY, "agencies", "items")
        told = [
            json.dumps(leave_wanted(agencies, json.loads(items or "[]")))
            for agencies, items in waiting.select("agencies", "items").iter_rows()
        ]
        return waiting.select(KEY).with_columns(leave=pl.Series(told, dtype=pl.String))

    def _charges(self, named: pl.DataFrame) -> pl.DataFrame:
        rows = self._beside("charges", named)
        if rows is None:
            return _none(named, charges=pl.String())
        grouped = rows.group_by(KEY).agg(charges=pl.struct(*CHARGE).sort_by("item_no", "charge"))
        return grouped.with_columns(charges=_json("charges").str.slice(1).str.head(-1))

    def _findings(self, named: pl.DataFrame) -> pl.DataFrame:
        """In words: ``reasons`` all of them, for the desk; ``findings`` without risk rules, for the filer."""
        rows = self._beside("findings", named)
        by: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
        for row in rows.iter_rows(named=True) if rows is not None else ():
            by.setdefault((row["consignment_id"], row["version"]), []).append(reason_of(self.results.summary, row))
        shown = [
            json.dumps([{name: one[name] for name in FINDING} for one in all_of if one["code"] not in self.secret])
            for all_of in by.values()
        ]
        return pl.DataFrame(
            {
                "consignment_id": [key[0] for key in by],
                "version": [key[1] for key in by],
                "reasons": [json.dumps(all_of) for all_of in by.values()],
                "findings": shown,
            },
            schema={"consignment_id": pl.String, "version": pl.Int64, "reasons": pl.String, "findings": pl.String},
        )


def _whole(found: pl.DataFrame) -> pl.DataFrame:
    """With the columns that runs of earlier editions do not have."""
    missing = [name for name in SINCE if name not in found.columns]
    return found.with_columns(pl.lit(None, dtype=SINCE[name]).alias(name) for name in missing)


def _slice(start: int, every: pl.LazyFrame) -> pl.LazyFrame:
    return every.slice(start, SLICE)


def _told_json() -> pl.Expr:
    head = pl.struct(*AMOUNTS, "asked", "reduced_set_used", "law_version").struct.json_encode()
    return pl.concat_str(
        head.str.head(-1), pl.lit(","), "charges", pl.lit(',"findings":'), "findings", pl.lit("}")
    )  # fmt: skip


def _opened_json() -> pl.Expr:
    """What the first event of a case tells."""
    filing = pl.struct(
        reference="consignment_id",
        barcode=pl.col("parcel_id").fill_null(""),
        filer="filer",
        office="office",
        lane="lane",
        amount_minor="customs_value_minor",
        currency="currency",
        priority="priority",
    )
    told = pl.struct(
        version="version",
        items=pl.col("numbers").fill_null(pl.lit([1], dtype=pl.List(pl.Int64))),
        needs="needs",
        presented_at=pl.col("presented_at").dt.strftime(MOMENT),
        filing=filing,
    ).struct.json_encode()
    return pl.concat_str(told.str.head(-1), pl.lit(',"agencies":'), "leave", pl.lit("}"))


def _json(column: str) -> pl.Expr:
    return pl.struct(column).struct.json_encode()


def _none(named: pl.DataFrame, **columns: pl.DataType) -> pl.DataFrame:
    """No rows of a table that the run did not write."""
    return (
        named.select(KEY).clear().with_columns(**{name: pl.lit(None, dtype=dtype) for name, dtype in columns.items()})
    )
