"""Duties that lie on the duty of the tariff, step by step: each on the value, or on the value and all before it."""

from datetime import date
from typing import NamedTuple

from tests.twin.amounts import certainty, duty_of, owed
from tests.twin.rounding import Sums
from tests.twin.us_rates import Reading

NO_COUNTRY = None
UNSURE = {"unresolved", "estimated"}


class Added(NamedTuple):
    """A duty on top, as its shelf tells it: for goods of a code from a country (nothing: all) from a day on."""

    name: str
    charge: str
    base: str
    origin: str | None
    goods: str
    start: date
    whole: Reading | None
    is_certain: bool

    def concerns(self, code, origin, day):
        """True for goods of this code and origin on a day."""
        return (
            code is not None and code.startswith(self.goods) and self.origin in {NO_COUNTRY, origin}
            and self.start <= day
        )  # fmt: skip


class Duty(NamedTuple):
    """All duties of a line: ``amount`` and ``status`` of the whole, its basic duty, what each addition comes to.

    ``added`` are (Added, base, amount) in their order; ``is_unsure``: it rests on a figure that nobody has read.
    """

    amount: int | None
    status: str
    basic: int | None
    added: tuple
    is_unsure: bool = False

    def rows(self, line):
        """Own amount and status, and each addition with base, amount and status; nothing is owed of what is spared."""
        is_spared = self.status == "below_minimum"
        own = self.status
        if self.basic is None:
            own = "unresolved"
        elif self.added and self.status in UNSURE:
            own = certainty(line, is_read=line.rate.is_certain and not self.is_unsure)
        rows = [(None, None, 0 if is_spared else self.basic, own)]
        is_read = bool(line.rate) and line.rate.is_certain and not self.is_unsure
        for one, base, amount in self.added:
            rests_on_all = is_read or one.base != "value_and_duty"
            sure = certainty(line, is_read=one.is_certain and not self.is_unsure and rests_on_all)
            is_read = is_read and one.is_certain
            word = self.status if self.status not in {*UNSURE, "definitive"} else sure
            word = "unresolved" if amount is None else word
            rows.append((one, base, 0 if is_spared else amount, word))
        return rows


def duties_of(lines, treatment, says, law, digits):
    """The duties of all lines of a filing; ``says``: what the rule says on each line and whether it is the first."""
    rule, excise = law.rounding("duty", digits=digits), law.rounding("excise", "duty", digits=digits)
    sums, basics = Sums(), []
    for place, (line, (flat, unit, is_first)) in enumerate(zip(lines, says, strict=True)):
        name = {"filing": "basic", "item": (place, "duties")}.get(rule.moment)

        def rounded(exact, name=name):
            return rule.round(exact) if name is None else sums.add(name, rule, exact)

        basics.append(duty_of(line, treatment, flat, unit, rounded, is_first=is_first, digits=digits))
    added = [[] for _ in lines]
    before = [amount for amount, _ in basics]
    every = [line.added if treatment.duty_rule == "tariff" else () for line in lines]
    for step in range(max(map(len, every), default=0)):
        for place, line in enumerate(lines):
            if step < len(every[place]):
                one = every[place][step]
                base = line.charged
                if one.base == "value_and_duty":
                    base = None if None in (base, before[place]) else base + before[place]
                exact = owed(one.whole, line.item, base, digits)
                amount = _rounded(sums, one, excise if one.charge == "excise" else rule, place, exact)
                before[place] = None if None in (amount, before[place]) else before[place] + amount
                added[place].append((one, base, amount))
    return [_whole(line, basic, tuple(on_top)) for line, basic, on_top in zip(lines, basics, added, strict=True)]


def _rounded(sums, one, rule, place, exact):
    if exact is None:
        return None
    if rule.moment == "charge":
        return rule.round(exact)
    of_line = (place, "excise" if one.charge == "excise" else "duties")
    return sums.add(of_line if rule.moment == "item" else one.charge, rule, exact)


def _whole(line, basic, added):
    amount, status = basic
    whole = None if amount is None or any(more is None for _, _, more in added) else amount
    if whole is None:
        return Duty(None, "unresolved", amount, added)
    is_shaky = any(not one.is_certain for one, _, _ in added)
    whole += sum(more for _, _, more in added)
    return Duty(whole, "estimated" if is_shaky else status, amount, added)
