"""Facts of a jurisdiction as its sheet tells them, cut to a day."""

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache

from tests.twin.rounding import worded

LIST_FIELD = {"hs prefixes": "code", "countries": "origin"}


@dataclass(eq=False)
class Law:
    """What holds on one day. ``says`` maps a parameter to its value; what is not in force is not there."""

    day: date
    is_loaded: bool
    says: dict
    units: dict
    lists: dict = field(default_factory=dict)
    tax: dict = field(default_factory=dict)
    tax_of_goods: list = field(default_factory=list)
    fees: list = field(default_factory=list)
    allowances: list = field(default_factory=list)
    unread: frozenset = frozenset()
    is_beyond: bool = False

    def is_up_to(self, limit, value):
        """True where a limit is in force and the value does not exceed it."""
        return limit in self.says and value <= self.says[limit]

    def is_over(self, limit, value):
        """True where a limit is in force and the value exceeds it."""
        return limit in self.says and value > self.says[limit]

    def rounding(self, *charges, digits):
        """How a charge rounds on the day: as the first of ``charges`` that the sheet tells of."""
        told = (self.says.get(f"{charge}_rounding") for charge in charges)
        return worded(next((text for text in told if text is not None), None), digits)

    def tax_on(self, place, code):
        """Share and certainty of the tax on goods at a place: the first rate that names them, else the standard one.

        Nothing where no rate is known, and where goods may carry a reduced rate that nobody names.
        """
        for row in self.tax_of_goods:
            if row["place"] == place and code is not None and code.startswith(self._prefixes(row["goods"])):
                return _share(row)
        return None if self.has_on_list("reduced_rate_goods", code, None) else self.tax.get(place)

    def _prefixes(self, goods):
        """Goods as a rate names them: their prefixes, or a list of the sheet."""
        if isinstance(goods, str):
            return self.lists[goods][1] if goods in self.lists else ()
        return tuple(goods)

    def has_on_list(self, name, code, origin):
        """True where goods of this code and origin are on a list of the law."""
        if name not in self.lists:
            return False
        unit, values = self.lists[name]
        if LIST_FIELD[unit] == "origin":
            return origin in values
        return code is not None and code.startswith(values)

    def with_limits_moved(self):
        """This law with each limit in money that nobody has read so low, and so high, as it could be."""
        for name in sorted(self.unread):
            if self.units[name].endswith(" minor"):
                for value in (-1, 10**18):
                    yield replace(self, says=self.says | {name: value})

    def lacks_excise_on(self, code):
        """True for goods that owe an excise which the sheet does not hold: tax is charged on it, too."""
        return "excise_not_loaded" in self.says and self.has_on_list("excise_goods", code, None)

    @cache  # noqa: B019 - laws live as long as the sheet
    def lists_with(self, code, origin):
        """Names of all lists that goods of this code and origin are on."""
        return frozenset(name for name in self.lists if self.has_on_list(name, code, origin))


class Sheet:
    """The sheets of one jurisdiction by name, read with nothing but a TOML reader."""

    def __init__(self, texts: dict[str, str]) -> None:
        read = [tomllib.loads(texts[name]) for name in sorted(texts, key=lambda name: (name != "sheet.toml", name))]
        main = read[0]
        self.code, self.currency, self.duty_point = main["code"], main["currency"], main["duty_point"]
        self.known_until = main.get("known_until")
        self.parameters = main["parameter"]
        self.tax_rates = [{"place": part.get("place"), **row} for part in read for row in part.get("tax_rate", [])]
        self.fees = [{"place": part.get("place"), **row} for part in read for row in part.get("fee", [])]
        self.allowances = main.get("allowance", [])
        self.leaves = main.get("leave", [])
        dated = [*self.parameters, *self.tax_rates, *self.fees, *self.allowances, *self.leaves]
        dated += main.get("required", [])
        self.first_day = min(row["valid_from"] for row in dated)
        self._laws = {}

    def on(self, day: date) -> Law:
        """The law of a day."""
        if day not in self._laws:
            self._laws[day] = self._law(day)
        return self._laws[day]

    def _law(self, day):
        is_beyond = self.known_until is not None and day > self.known_until
        law = Law(day, day >= self.first_day, {}, {}, is_beyond=is_beyond)
        for row in self.parameters:
            if _holds(row, day):
                if row["unit"] in LIST_FIELD:
                    law.lists[row["name"]] = (row["unit"], tuple(row["value"]))
                else:
                    law.says[row["name"]] = row["value"]
                    if row["evidence"] != "read":
                        law.unread |= {row["name"]}
                    law.units[row["name"]] = row["unit"]
        for row in self.leaves:
            if _holds(row, day):
                _, goods = law.lists.get("licence_goods", ("", ()))
                law.lists["licence_goods"] = ("hs prefixes", (*goods, *row["goods"]))
        for row in self.tax_rates:
            if _holds(row, day) and row["category"] == "standard":
                law.tax[row["place"]] = _share(row)
            elif _holds(row, day):
                law.tax_of_goods.append(row)
        law.allowances = [row for row in self.allowances if _holds(row, day)]
        law.fees = [row for row in self.fees if _holds(row, day)]
        return law


def _share(row):
    """The rate of the base before tax, and whether it was read; a tax inside its own price is more than its rate."""
    share = Fraction(row["percent"]) / 100
    return (share / (1 - share) if row.get("gross_up") else share), row["evidence"] == "read"


def _holds(row, day):
    return row["valid_from"] <= day <= row.get("valid_to", date.max)
