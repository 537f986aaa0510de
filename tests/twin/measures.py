"""A tariff of measures read slowly: one question at a time, from the goods up the tree, in Decimal."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

EVERYONE = "1011"
GENERALISED = {"2005", "2020", "2027"}
CHAPTER = "00000000"
PER = {"DTN": ("kg", 100), "TNE": ("kg", 1000), "KGM": ("kg", 1), "HLT": ("litre", 100), "ASV X": ("litre_alcohol", 1),
       "100 kg": ("kg", 100), "hl": ("litre", 100), "100 kg / net drained wt": ("kg_drained", 100),
       "DTN E": ("kg_drained", 100)}  # fmt: skip
"""One unit of an amount: of what, and how many of it. A hectolitre at one per cent holds a litre of pure alcohol."""


@dataclass(frozen=True)
class Goods:
    """A row of the nomenclature."""

    sid: str
    code: str
    suffix: str
    indents: int
    start: date
    end: date | None


@dataclass(frozen=True)
class Measure:
    """A measure with its amounts: (duty expression, number, currency or empty, unit or empty)."""

    name: str
    type: str
    area: str
    sid: str | None
    code: str
    start: date
    end: date | None
    amounts: tuple[tuple[str, str, str, str], ...]
    excluded: frozenset[str] = frozenset()


@dataclass
class SlowTariff:
    """Goods in the order of their codes, measures by the goods they stand at, groups of countries."""

    goods: list[Goods]
    measures: list[Measure]
    groups: dict[str, set[str]]
    at: dict[str, list[Measure]] = field(default_factory=dict)
    days: dict[date, tuple[list[Goods], dict[str, int]]] = field(default_factory=dict)

    def __post_init__(self):
        self.goods.sort(key=lambda one: (one.code, one.suffix))
        for measure in self.measures:
            self.at.setdefault(measure.sid or measure.code, []).append(measure)

    def standing(self, day):
        """The goods of a day, in the order of the tariff, and the place of each code that is no mere heading."""
        if day not in self.days:
            found = [one for one in self.goods if one.start <= day and (one.end is None or day <= one.end)]
            places = {one.code: place for place, one in enumerate(found) if one.suffix == "80"}
            self.days[day] = (found, places)
        return self.days[day]

    def line(self, code, day):
        """The goods of a code and everything above it, nearest first; nothing where the code may not be declared."""
        rows, places = self.standing(day)
        if code not in places:
            return []
        place = places[code]
        if place + 1 < len(rows) and depth(rows[place + 1]) > depth(rows[place]):
            return []
        found = [rows[place]]
        while place and depth(found[-1]):
            place -= 1
            if depth(rows[place]) < depth(found[-1]):
                found.append(rows[place])
        return found

    def duty(self, code, origin, day, claim, item):
        """Amount in cents, or the word of why there is none. ``item``: value and quantities in Decimal."""
        line = self.line(code, day)
        if not line:
            return "no code"
        claimed = self.open_to(line, origin, day, "142", claim) if claim else []
        if claimed:
            if len({one.amounts for one in claimed}) == 1:
                return cents(claimed[0].amounts, item)
            shares = [one for one in claimed if all(not currency for _, _, currency, _ in one.amounts)
                      and len(one.amounts) == 1]  # fmt: skip
            if len(shares) < len(claimed):
                return "several"
            return min(cents(one.amounts, item) for one in shares)
        for type_ in ("103", "105"):
            found = self.open_to(line, origin, day, type_, None)
            if found:
                return cents(found[0].amounts, item)
        return "no rate"

    def open_to(self, line, origin, day, type_, claim):
        """Measures of a type that reach the origin: of each area the one nearest to the goods."""
        nearest = {}
        for goods in line:
            plain = self.at.get(goods.code, []) if goods.suffix == "80" else []
            for measure in [*self.at.get(goods.sid, []), *(one for one in plain if one.sid is None)]:
                if measure.type == type_ and self.reaches(measure, origin, day, claim):
                    nearest.setdefault(measure.area, measure)
        return list(nearest.values())

    def reaches(self, measure, origin, day, claim):
        """In force, for the origin, not excluding it, and of the kind that is claimed."""
        if measure.start > day or (measure.end and measure.end < day) or origin in measure.excluded:
            return False
        if claim and (measure.area in GENERALISED) != (claim == "200"):
            return False
        return measure.area in {EVERYONE, origin} or origin in self.groups.get(measure.area, ())


def depth(goods):
    """Chapters are the top; a heading has indent 0 as well and stands one below."""
    return 0 if goods.code.endswith(CHAPTER) else goods.indents + 1


def cents(amounts, item):
    """The amount in cents, halves up; without an amount there is no duty to tell."""
    if not amounts:
        return "no rate"
    total = evaluated(list(amounts), item)
    return int(max(total, Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP))


def evaluated(amounts, item):
    """Plus binds tighter; the last MIN (15) or MAX (17) splits what is left of it from what is right of it."""
    for place in range(len(amounts) - 1, 0, -1):
        word = amounts[place][0]
        if word in {"15", "17"}:
            left, right = (
                evaluated(amounts[:place], item),
                evaluated([("01", *amounts[place][1:]), *amounts[place + 1 :]], item),
            )
            return max(left, right) if word == "15" else min(left, right)
    return sum((worth(amount, item) for amount in amounts), Decimal(0))


def worth(amount, item):
    """One amount in cents: a share of the value, or money for each unit of a quantity."""
    _, number, currency, unit = amount
    if not currency:
        return item["value"] * 100 * Decimal(number) / 100
    of, many = PER[unit]
    return Decimal(number) * 100 * item[of] / many
