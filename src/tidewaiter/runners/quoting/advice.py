"""Advice: per filing an entry for each data set, with why it is not allowed, its amounts, and what it still needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from tidewaiter.kit.jurisdiction import Jurisdiction, rule_table
from tidewaiter.kit.refused import read_refused
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.quoting import Quoting
from tidewaiter.pipeline.stage import ROW
from tidewaiter.runners.quoting.copies import COPY
from tidewaiter.runners.quoting.missing import APART, missing_fields
from tidewaiter.runners.quoting.sums import AMOUNTS, known_sums, total

SET: Final = ("due_at_border_minor", "resolved")


class Standing(NamedTuple):
    """What is the same for every filing that a set is refused or allowed alike."""

    allowed: bool | None
    why_not: str | None
    grounds: list[str]
    missing: list[str]


def advice(done: Chunk, quoting: Quoting) -> list[list[dict[str, Any]]]:
    """Per filing an entry for each data set: allowed (empty: nobody can tell), why not, amounts, missing fields."""
    law = quoting.jurisdiction
    rows = known_sums(done.filings).select(ROW, COPY, "law_period", *AMOUNTS, *SET, "sets_refused")
    beside = rows.join(missing_fields(done, quoting.kinds), on=ROW, how="left", maintain_order="left")
    standing, told = _standings(law), list[list[dict[str, Any]]]()
    for _, copy, period, *amounts, refused, missing in beside.rows():
        if copy == 0:
            told.append([])
        else:
            name = law.sets[copy - 1]
            told[-1].append(_entry(name, standing(name, period, refused or "", missing or ""), amounts))
    return told


def _entry(name: str, standing: Standing, amounts: Sequence[Any]) -> dict[str, Any]:
    duty, tax, fee, due, resolved = amounts if standing.allowed is not False else (None,) * 5
    return {
        "set": name, "allowed": standing.allowed, "why_not": standing.why_not, "grounds": standing.grounds,
        "duty_minor": duty, "tax_minor": tax, "fee_minor": fee, "due_at_border_minor": due, "resolved": resolved,
        "total_minor": total(duty, tax, fee, resolved=resolved), "missing_fields": standing.missing,
    }  # fmt: skip


def _standings(law: Jurisdiction) -> Callable[[str, int | None, str, str], Standing]:
    """Works out a standing once for all filings that are alike."""
    texts = _rule_texts(law)

    @cache
    def standing(name: str, period: int | None, refused: str, missing: str) -> Standing:
        own = [one for one in read_refused(refused) if one.reduced_set == name]
        told = [one.ground for one in own if one.is_told]
        allowed = None if period is None or (own and not told) else not told
        named = told or [one.ground for one in own]
        sentences = [_sentence(law, ground, name, period, texts) for ground in named]
        if allowed is None:
            whether = "the filing does not say whether " + "; ".join(sentences)
            sentences = ["no law is loaded for the day" if period is None else whether]
        fields = missing.split(APART) if missing else []
        needed = [field for field in fields if field in named] if allowed is False else fields
        return Standing(allowed, "; ".join(sentences) or None, named, needed)

    return standing


def _sentence(
    law: Jurisdiction, ground: str, name: str, period: int | None, texts: Mapping[tuple[str, int | None], str]
) -> str:
    """What the sheet says of a ground, with the amounts of the day; the bare word where it says nothing."""
    sentence = law.sentence_of(ground, name) or ground
    for parameter in law.parameter_names:
        mark = "{" + parameter + "}"
        if mark in sentence:
            if (parameter, period) not in texts:
                return "its limit is not in force on the day"
            sentence = sentence.replace(mark, texts[parameter, period])
    return sentence


def _rule_texts(law: Jurisdiction) -> dict[tuple[str, int | None], str]:
    rows: Iterator[tuple[str, int, str]] = rule_table(law).select("rule_id", "law_period", "rule_text").iter_rows()
    return {(rule, period): text for rule, period, text in rows}
