"""The tariff as clearance asks it: a code and a day in, one rate or the reason why there is none out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.reference import us_hts
from tidewaiter.reference.au_schedule3 import open_schedule3
from tidewaiter.reference.measures.answering import answers_of, open_measures
from tidewaiter.reference.measures.lookup import MeasureTable
from tidewaiter.reference.measures.sheet import measure_sheet
from tidewaiter.reference.own_tariff import OwnTariff, open_own
from tidewaiter.reference.programmes.claims import Beside, answer, is_member
from tidewaiter.reference.programmes.column import column
from tidewaiter.reference.programmes.sheet import Programmes, programmes_of
from tidewaiter.reference.shelf import Manifest, Shelf
from tidewaiter.reference.starter import NO_CLAIM, Starter, starter_of
from tidewaiter.reference.tariff_answers import (
    TARIFF,
    TariffAnswers,
    as_keys,
    claims_unresolved,
    in_form,
    without_origin,
)
from tidewaiter.reference.tariff_lines import RATE, compiled
from tidewaiter.reference.us_ch99.additions import Additions, open_additions
from tidewaiter.reference.us_hts_special import marked

ANSWER: Final = {
    **RATE,
    "duty_source": pl.String(),
    "duty_evidence": pl.String(),
}
"""What a look-up adds. ``duty_evidence``: ``read`` in the publication, ``recalled`` without it at hand, ``assumed``
where the publication was read and nobody said from which day it is law."""

KEYS: Final = {"commodity_code": pl.String(), "duty_day": pl.Date()}
SHELF_OF: Final = {"US": us_hts.SHELF}
"""Which shelf holds the imported tariff of a jurisdiction."""

CITATION: Final = {us_hts.SHELF: "HTSUS, general rate of {dotted}"}
CODE: Final = r"^[0-9]{6}(?:[0-9]{2}){0,2}$"
"""Six, eight or ten digits: of seven or nine one is missing, mostly the zero at the start that a spreadsheet drops."""


@dataclass(frozen=True, slots=True, eq=False)
class TariffEdition:
    """An edition ready for look-up. ``rates`` is one row a code that can be asked (see ``tariff_lines.compiled``).

    ``beside`` are the rates it prints beside the general ones, where it was imported with them.

    Two editions are the same only where they are one object: a table has no hash.
    """

    title: str
    citation: str
    evidence: str
    hash: str
    valid_from: date | None
    rates: pl.DataFrame
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Tariff:
    """The tariff of one jurisdiction: imported editions first, the starter for days they do not cover.

    Both tuples are in the order of their start; an imported edition without start comes first. Where an edition of
    ``measures`` is in use, it alone answers: it tells for each of its rows from when to when it holds. ``additional``
    are duties by origin that lie on top of the general rate; ``programmes`` tells whose goods the rates are for that
    stand beside it; ``no_claim`` are the codes by which a filer claims none.
    """

    jurisdiction: str
    imported: tuple[TariffEdition, ...]
    starter: tuple[TariffEdition, ...]
    measures: tuple[Manifest, MeasureTable] | None = None
    additional: Additions | None = None
    programmes: Programmes | None = None
    no_claim: tuple[str, ...] = (NO_CLAIM,)

    @property
    def editions(self) -> Mapping[str, str]:
        """Hash of every edition by its title, for the version of the law."""
        if self.measures:
            manifest, _ = self.measures
            return {manifest.title: manifest.hash, "meaning of measures": measure_sheet().hash}
        own = {edition.title: edition.hash for edition in (*self.imported, *self.starter)}
        beside = {self.programmes.title: self.programmes.hash} if self.programmes else {}
        return {**own, **beside, **(self.additional.editions if self.additional else {})}

    def edition_on(self, day: date | None) -> TariffEdition | None:
        """The edition that answers for a day: the latest that has started, imported before starter."""
        if day is None:
            return None
        for editions in (self.imported, self.starter):
            started = [edition for edition in editions if edition.valid_from is None or edition.valid_from <= day]
            if started:
                return started[-1]
        return None

    def rates_for(self, codes: pl.Series, on: date | None) -> pl.DataFrame:
        """The columns of ``ANSWER`` beside each code as declared, all on one day."""
        return self.look_up(
            pl.DataFrame({"commodity_code": codes, "duty_day": pl.repeat(on, len(codes), dtype=pl.Date, eager=True)})
        )

    def answers(self, keys: pl.DataFrame) -> TariffAnswers:
        """Options and what is stacked on them, for keys of ``tariff_answers.KEYS`` in their order."""
        asked = as_keys(keys)
        if self.measures:
            return answers_of(self.measures[1], asked)
        told = self._with_claims(without_origin(asked, self.look_up(asked.select("commodity_code", "duty_day"))))
        if self.additional is None:
            return told
        return told._replace(
            additions=self.additional.for_keys(_as_granted(told.tariff, self.programmes), self.codes())
        )

    def _with_claims(self, told: TariffAnswers) -> TariffAnswers:
        """The same with what claims of preference, and origins that pay the second column, change in it."""
        sheet = self.programmes
        if sheet is None:
            return claims_unresolved(told, self.no_claim)
        penalised = sorted({origin for one in sheet.column_2 for origin in one.origins})
        is_claim = pl.col("preference").is_not_null() & (pl.col("preference") != NO_CLAIM)
        is_asked = (is_claim | pl.col("origin").str.to_uppercase().is_in(penalised)).fill_null(value=False)
        rows = told.tariff.filter(is_asked)
        if rows.is_empty():
            return told
        editions = {day: self.edition_on(day) for day in rows["duty_day"].unique()}
        made = [{**row, **answer(row, sheet, _beside(editions[row["duty_day"]]))} for row in rows.iter_rows(named=True)]
        changed = in_form(pl.DataFrame(made, schema=TARIFF), TARIFF)
        return told._replace(tariff=pl.concat([told.tariff.filter(~is_asked), changed]).sort("tariff_row"))

    def look_up(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The same rows (``commodity_code``, ``duty_day``) in the same order with the columns of ``ANSWER``.

        A code answers as it stands with 10 digits; where the edition has none of that length under its first 8, those
        answer, and so with 6. A code that is no line beside others of its length has no rate. What has none or several
        has ``duty_kind`` ``unresolved``, no numbers, and its ``unresolved_reason``; it is never zero.
        """
        asked = keys.select(pl.col(name).cast(dtype) for name, dtype in KEYS.items()).with_row_index("asked")
        by_day = {day: self.edition_on(day) for day in asked["duty_day"].unique().to_list()}
        parts = [asked.clear().pipe(self._unanswered)]
        for edition in dict.fromkeys(by_day.values()):
            days = [day for day, found in by_day.items() if found is edition]
            rows = asked.filter(pl.col("duty_day").is_in(days, nulls_equal=True))
            parts.append(_answered(rows, edition) if edition else self._unanswered(rows))
        return pl.concat(parts).sort("asked").select(*KEYS, *ANSWER)

    def codes(self) -> Sequence[str]:
        """Every code that any edition knows, as declared in full or cut to 8 or 6 digits."""
        if self.measures:
            return self.measures[1].codes
        known = [edition.rates["code"] for edition in (*self.imported, *self.starter)]
        return pl.concat(known).unique().sort().to_list() if known else []

    def _unanswered(self, rows: pl.DataFrame) -> pl.DataFrame:
        nothing = pl.format(f"no tariff of {self.jurisdiction} is loaded for {{}}", "duty_day")
        reason = pl.coalesce(_fault_of_code(), nothing, pl.lit("the filing has no duty point"))
        return rows.with_columns(
            *(pl.lit(None, dtype=dtype).alias(name) for name, dtype in ANSWER.items() if name not in _ALWAYS),
            duty_kind=pl.lit("unresolved"),
            unresolved_reason=reason,
        ).select("asked", *KEYS, *ANSWER)


_ALWAYS: Final = ("duty_kind", "unresolved_reason")


def open_tariff(home: Path, jurisdiction: str, known_on: date | None = None) -> Tariff:
    """The tariff of a jurisdiction: editions in use on its shelves under ``home``, and its starter.

    ``known_on`` asks what was known on a day: a refund follows the law as it was told then. A rate of a list counts as
    known from the day it is law; one of which nobody says from when it is law, only where nobody asks for a day.
    """
    shelf = Shelf(home, SHELF_OF[jurisdiction]) if jurisdiction in SHELF_OF else None
    imported = [_imported(shelf, manifest) for manifest in shelf.in_use()] if shelf else []
    starter = starter_of(jurisdiction)
    schedules = open_schedule3(home) if jurisdiction == "AU" else []
    imported += [edition for own in (*schedules, *open_own(home, jurisdiction)) for edition in _own(own)]
    imported.sort(key=lambda edition: edition.valid_from or date.min)
    started = tuple(_started(starter)) if starter else ()
    additional = open_additions(home) if jurisdiction == "US" else None
    measures, programmes = open_measures(home, jurisdiction, known_on), programmes_of(jurisdiction)
    no_claim = starter.no_claim if starter else (NO_CLAIM,)
    known = _known(imported, known_on), _known(started, known_on)
    return Tariff(jurisdiction, *known, measures, additional, programmes, no_claim)


def _known(editions: Sequence[TariffEdition], day: date | None) -> tuple[TariffEdition, ...]:
    """Those that were law by a day, in their order; all where none is asked for."""
    return tuple(one for one in editions if day is None or (one.valid_from is not None and one.valid_from <= day))


def open_edition(home: Path, jurisdiction: str, edition: str) -> Tariff:
    """The tariff as one edition on the shelf says it, in use or not, and nothing else."""
    shelf = Shelf(home, SHELF_OF[jurisdiction])
    return Tariff(
        jurisdiction, (_imported(shelf, shelf.manifest(edition)),), (), programmes=programmes_of(jurisdiction)
    )


def _as_granted(told: pl.DataFrame, sheet: Programmes | None) -> pl.DataFrame:
    """Answers without the claims that free of no duty on top: what is not open, or wants a proof and names none.

    No rate of preference stands beside a general one that is free. What is on top of it a claim of a member frees all
    the same, by its proof.
    """
    is_option = (pl.col("duty_option") == "preference") & pl.col("option_reason").is_null()
    is_proven = pl.col("is_proven").fill_null(value=False)
    is_granted = is_option & (is_proven | ~pl.col("needs_proof"))
    granted = told.select(is_granted.fill_null(value=False)).to_series()
    free = told.select(is_proven & (pl.col("mfn_duty_kind") == "free") & ~is_option).to_series().fill_null(value=False)
    if sheet is not None and free.any():
        rows = told.filter(free).select("preference", "origin", "duty_day").rows(named=True)
        granted = granted.scatter(free.arg_true(), [is_member(row, sheet) for row in rows])
    return told.with_columns(preference=pl.when(granted).then("preference"))


def _beside(edition: TariffEdition | None) -> Beside | None:
    return edition.beside if edition else None


def _imported(shelf: Shelf, manifest: Manifest) -> TariffEdition:
    evidence = "read" if manifest.valid_from else "assumed"
    citation = f"{CITATION[shelf.name]}, {manifest.title} ({evidence})"
    lines = shelf.read(manifest.edition)
    beside = Beside(*(
        column(us_hts.DIALECT, dict(lines.select("commodity_code", name).iter_rows()), read)
        for name, read in (("special_text", marked), ("column_2_text", lambda text: {"": text}))
    ))  # fmt: skip
    return TariffEdition(
        manifest.title, citation, evidence, manifest.hash, manifest.valid_from, compiled(lines), beside
    )


def _started(starter: Starter) -> list[TariffEdition]:
    citation = f"{starter.source}; {starter.title} ({starter.evidence})"
    return [
        TariffEdition(starter.title, citation, starter.evidence, starter.hash, day, starter.on(day))
        for day in starter.changes()
    ]


def _own(tariff: OwnTariff) -> list[TariffEdition]:
    """One's own tariff from each day on which a rate of it changes."""
    made = tariff.manifest
    citation = f"{made.title}, rate of {{code}} (read)"
    return [
        TariffEdition(made.title, citation, "read", made.hash, day, tariff.on(day), tariff.beside(day))
        for day in tariff.changes()
    ]


def _answered(rows: pl.DataFrame, edition: TariffEdition) -> pl.DataFrame:
    """Find each row's code in one edition: by row number of the longest part of it that the edition knows."""
    places = edition.rates.select("code").with_row_index("place")
    found = rows.with_columns(digits=_digits())
    for length in (10, 8, 6):
        part = pl.when(_fault_of_code().is_null() & (pl.col("digits").str.len_chars() >= length))
        found = found.with_columns(part.then(pl.col("digits").str.slice(0, length)).alias("code")).join(
            places.rename({"place": f"place_{length}"}), on="code", how="left", maintain_order="left"
        )
    place = found.select(
        pl.when(~_is_no_line(edition.rates["code"])).then(pl.coalesce("place_10", "place_8", "place_6"))
    ).to_series()
    answers = edition.rates[place.fill_null(0)] if edition.rates.height else edition.rates.clear(found.height)
    return _told(found.drop("code").hstack(answers), place.is_not_null(), edition)


def _is_no_line(codes: pl.Series) -> pl.Expr:
    """True for a code the edition does not have though it has others of that length beside it: no rate is guessed."""
    missing = pl.lit(value=False)
    for length in (10, 8):
        beside = codes.filter(codes.str.len_chars() == length).str.slice(0, length - 2).unique().implode()
        is_told = pl.col("digits").str.len_chars() >= length
        above = pl.col("digits").str.slice(0, length - 2)
        missing = missing | (is_told & pl.col(f"place_{length}").is_null() & above.is_in(beside))
    return missing.fill_null(value=False)


def _told(found: pl.DataFrame, is_found: pl.Series, edition: TariffEdition) -> pl.DataFrame:
    """Words of the answer; a row that was not found loses the columns of the row that stood in for it."""
    has = pl.lit(is_found)
    code = pl.col("rate_code")
    dots = pl.concat_str([code.str.slice(0, 4), *(_after_dot(code, at) for at in (4, 6, 8))])
    citation = _filled(edition.citation, {"{code}": code, "{dotted}": dots})
    is_shorter = pl.col("code").str.len_chars() < pl.col("digits").str.len_chars() // 2 * 2
    unknown = pl.format(f"{{}} is not in {edition.title}; {{}}", "digits", "unresolved_reason")
    reason = (
        pl.when(is_shorter & pl.col("unresolved_reason").is_not_null()).then(unknown).otherwise("unresolved_reason")
    )
    absent = pl.coalesce(_fault_of_code(), pl.format(f"no rate for {{}} in {edition.title}", "digits"))
    return found.select(
        "asked",
        *KEYS,
        pl.when(has).then(pl.col("duty_kind")).otherwise(pl.lit("unresolved")).alias("duty_kind"),
        *(pl.when(has).then(pl.col(name)).alias(name) for name in RATE if name not in _ALWAYS),
        pl.when(has).then(reason).otherwise(absent).alias("unresolved_reason"),
        duty_source=pl.when(has).then(citation),
        duty_evidence=pl.when(has).then(pl.lit(edition.evidence)),
    ).select("asked", *KEYS, *ANSWER)


def _digits() -> pl.Expr:
    """The code as digits; dots and spaces of its printed form do not count."""
    return pl.col("commodity_code").str.replace_all("[ .]", "")


def _fault_of_code() -> pl.Expr:
    """Why a code cannot be looked up; empty where it can."""
    code = pl.col("commodity_code")
    is_code = _digits().str.contains(CODE)
    wrong = pl.format("'{}' is no commodity code of 6, 8 or 10 digits (has it lost a zero?)", code)
    return pl.when(code.is_null()).then(pl.lit("no commodity code is declared")).when(~is_code).then(wrong)


def _after_dot(code: pl.Expr, at: int) -> pl.Expr:
    return pl.when(code.str.len_chars() > at).then(pl.lit(".") + code.str.slice(at, 2)).otherwise(pl.lit(""))


def _filled(template: str, values: Mapping[str, pl.Expr]) -> pl.Expr:
    """A sentence with one of ``values`` in its place, as a column."""
    for mark, value in values.items():
        before, found, after = template.partition(mark)
        if found:
            return pl.concat_str([pl.lit(before), value, pl.lit(after)])
    return pl.lit(template)
