"""Naming: which fields the words over a column may mean, each with how sure that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.columns import BY_DOOR, PARTIES
from tidewaiter.runners.learning.lexicon import EXACT, Meant, lexicon, meanings

EXTRA: Final = 0.3
UNKNOWN: Final = 0.15
MORE: Final = 0.06
"""What a word costs that means something else, or nothing known; what each further meaning that fits is worth."""

HANDED_ON: Final = 0.8
NOBODY: Final = 0.6
"""How sure the party is of an address whose party was named over a column before it, or nowhere."""

UNLIKELY: Final = frozenset({"?"})
LESS: Final = 0.85
"""The mark of an alternative that is less likely, and what it counts."""

ADDRESS: Final = frozenset({"street", "city", "postcode"})
STANDS_FOR: Final = (("consignee", ("delivery", "buyer")), ("consignor", ("seller",)))
"""Where nobody is called receiver or sender, whoever has an address in their place is meant."""

PLACES: Final = frozenset({"street", "city", "region", "postcode", "country", "email", "phone"})
HANDED: Final = PLACES | {"name"}
NEARLY, HARDLY = 0.98, 0.96
"""An address goes to the party that has one, where that has none itself; a name stays with its own."""

DEFAULT_PARTY: Final = "consignee"


@dataclass(frozen=True)
class Heading:
    """The words over one column, and the party it belongs to: named in it, or handed on from before."""

    column: str
    words: Sequence[tuple[str, Meant]]
    party: str
    is_named: bool
    is_handed_on: bool = False

    @property
    def currency(self) -> str:
        """A currency in the heading: ``Value (EUR)``; empty for none."""
        found = [word.upper() for word, meant in self.words if not meant and word.upper() in CURRENCY_DIGITS]
        return found[0] if found else ""

    def says(self, meaning: str) -> bool:
        """True where a word of the heading means this."""
        return any(meaning in meant for _, meant in self.words)


def headings(columns: Sequence[str]) -> list[Heading]:
    """The headings of a file in its order."""
    told = [(column, meanings(column)) for column in columns]
    stands = _stand_ins([words for _, words in told])
    found: list[Heading] = []
    party = ""
    for column, words in told:
        own = next((role for _, meant in words for role in PARTIES if role in meant), "")
        party = stands.get(own, own) or party
        found.append(Heading(column, words, party or DEFAULT_PARTY, bool(own), bool(party)))
    return found


def _stand_ins(told: Sequence[Sequence[tuple[str, Meant]]]) -> dict[str, str]:
    """Roles that stand for another one in this file."""
    stands: dict[str, str] = {}
    for role, others in STANDS_FOR:
        if any(role in meant for words in told for _, meant in words):
            continue
        for other in others:
            if any(_has(words, {other}) and _has(words, ADDRESS) for words in told):
                stands[other] = role
                break
    return stands


def _has(words: Sequence[tuple[str, Meant]], wanted: frozenset[str] | set[str]) -> bool:
    return any(wanted & set(meant) for _, meant in words)


def candidates(heading: Heading) -> dict[str, float]:
    """Fields the heading may mean."""
    told = lexicon()
    found = {field: _best(heading, alternatives) for field, alternatives in told.fields.items() if field in BY_DOOR}
    for part, alternatives in told.parts.items():
        field = f"{heading.party}_{part}"
        if field in BY_DOOR and (heading.is_named or part in HANDED):
            sure = max(_party_scores(heading, alternatives), default=0.0)
            instead = _instead(heading.party, part, sure)
            found |= {field: sure * (HARDLY if instead and part in PLACES else 1.0)} | instead
    return {field: sure for field, sure in found.items() if sure > 0}


def _instead(party: str, part: str, sure: float) -> dict[str, float]:
    """The address of a buyer is mostly where a parcel goes, that of a seller where it comes from."""
    for role, others in STANDS_FOR:
        if party in others and (part in PLACES or role == DEFAULT_PARTY):
            return {f"{role}_{part}": sure * (NEARLY if part in PLACES else HARDLY)}
    return {}


def _party_scores(heading: Heading, alternatives: Sequence[frozenset[str]]) -> Iterator[float]:
    for wanted in alternatives:
        if heading.is_named:
            yield _sure(heading, wanted, also=frozenset(PARTIES), bonus=MORE)
        elif wanted:
            yield (HANDED_ON if heading.is_handed_on else NOBODY) * _sure(heading, wanted)


def _best(heading: Heading, alternatives: Sequence[frozenset[str]]) -> float:
    said = {meaning for _, meant in heading.words for meaning in meant} | UNLIKELY
    fitting = (wanted for wanted in alternatives if wanted <= said)
    return max((_sure(heading, one - UNLIKELY) * (LESS if one & UNLIKELY else 1.0) for one in fitting), default=0.0)


def _sure(heading: Heading, wanted: frozenset[str], also: frozenset[str] = frozenset(), bonus: float = 0.0) -> float:
    """How sure it is that a heading means exactly this; 0 where something of it is not there."""
    filler = lexicon().filler | also
    best = dict.fromkeys(wanted, 0.0)
    cost = 0.0
    for word, meant in heading.words:
        fitting = wanted & set(meant)
        for meaning in fitting:
            best[meaning] = max(best[meaning], meant[meaning])
        if not fitting and not filler & set(meant):
            is_silent = word.isdigit() or word.upper() in CURRENCY_DIGITS
            cost += EXTRA if meant else 0 if is_silent else UNKNOWN
    if not all(best.values()):
        return 0.0
    if not wanted and not any(also & set(meant) for _, meant in heading.words):
        return 0.0
    sure = sum(best.values()) / len(best) if best else EXACT
    return max(0.0, sure + MORE * (len(wanted) - 1) + bonus - cost)
