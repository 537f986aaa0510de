"""Treatment of a filing: what is certain whatever the facts it leaves out turn out to be.

A jurisdiction reads complete facts only. A fact that is missing is tried with everything it could be; what all those
readings agree on is the treatment, the rest stays open. This is another road than three-valued logic, on purpose.
"""

from functools import lru_cache
from itertools import product
from typing import NamedTuple

from tidewaiter.model.codes import MODES, NATURES, PARTY_RELATIONS

OPEN = (None, None)


class Facts(NamedTuple):
    """What decides the treatment; None: the filing does not say. ``on``: the law's lists any line is on."""

    value: int | None
    person_day: int | None
    relation: str | None
    nature: str | None
    mode: str | None
    scheme: str | None
    has_scheme_number: bool
    has_company: bool
    destination: str | None
    office: str | None
    claimed_set: str | None
    on: frozenset
    is_several: bool
    claims_preference: bool
    is_authorised: bool
    has_buyer_number: bool
    sale_value: int | None = None
    least_line: int | None = None
    procedure: str = ""
    exceeds: frozenset = frozenset()
    untold: frozenset = frozenset()
    dispatch: str | None = "CN"
    lacks_code: bool = False
    lacks_origin: bool = False
    is_by_value: bool = False
    postcode_area: str | None = None
    territory: str | None = None
    is_outside_customs: bool = False

    @property
    def is_gift(self):
        """A gift of one private person to another."""
        return self.relation == "C2C" and self.nature == "gift" and not self.has_company

    @property
    def is_back(self):
        """Goods that come back, by a return or from repair."""
        return self.nature in {"return", "repair"}

    def keeps(self, allowance):
        """True within an allowance, or without goods of it; False beyond it; None where nobody can tell."""
        if f"{allowance}_goods" not in self.on:
            return True
        return None if allowance in self.untold else allowance not in self.exceeds

    def is_worthless_document(self, law):
        """Documents declared without value, where the law relieves them."""
        return bool(law.says.get("documents_relieved")) and self.nature == "document" and self.value == 0


class Reading(NamedTuple):
    """What the law makes of complete facts. ``reliefs``: all reliefs from duty that hold, the first one named.

    ``sets``: may this data set be used (None: it hangs on what is not loaded). ``unloaded``: law that is
    missing from the sheet and why it concerns the filing, with what it would settle (``duty``, ``tax``,
    ``either``, or ``nothing`` but what is owed beside them); it is named while that is open. ``hanging``: may a
    data set be used, were the duty as it needs it, by this tax and by one nobody can tell; asked where nobody can
    tell the duty. ``untaxed``: may it be used where nobody can tell the tax; nothing where that makes no difference.
    ``tax_reliefs``: all reliefs from tax that hold, where there may be several.
    """

    duty: tuple
    reliefs: tuple
    tax: tuple
    sets: dict
    unloaded: dict
    is_document: bool
    hanging: dict
    untaxed: dict | None = None
    tax_reliefs: tuple = ()


class Treatment(NamedTuple):
    """What is certain of a filing."""

    duty_rule: str | None
    duty_rule_id: str | None
    tax_rule: str | None
    tax_rule_id: str | None
    set_used: str | None
    category: str | None
    law_not_loaded: str | None


NOTHING = Treatment(None, None, None, None, None, None, None)


def treat(facts, law, read, simplified):
    """The treatment of a filing by one jurisdiction's ``read(facts, law)``; nothing on days without law."""
    if not law.is_loaded:
        return NOTHING
    readings = _readings(facts, law, read) if _is_incomplete(facts) else (read(facts, law),)
    duty = _agreed_rule([(reading.duty, reading.reliefs) for reading in readings])
    tax = _agreed_rule([(reading.tax, reading.tax_reliefs or (reading.tax[1],)) for reading in readings])
    tax = OPEN if tax == ("relief", None) else tax
    sets = [reading.untaxed if tax == OPEN and reading.untaxed else reading.sets for reading in readings]
    may = {name: _agreed_or_none([one[name] for one in sets]) for name in sets[0]}
    if duty == OPEN:
        which = int(tax == OPEN)
        may |= {name: None for name in readings[0].hanging if any(one.hanging[name][which] for one in readings)}
    claimed = facts.claimed_set
    used = claimed if claimed in may and may[claimed] is not False else next(name for name in may if may[name])
    named = [name for name in _unloaded(readings, duty, tax, used) if name in law.says]
    texts = [_where(name, facts) + law.says[name] for name in named]
    category = _category(facts, readings, duty, tax, used in simplified)
    return Treatment(*duty, *tax, used, category, "; ".join(texts) or None)


def _is_incomplete(facts):
    return None in (facts.value, facts.person_day, facts.relation, facts.nature, facts.mode, facts.dispatch)


@lru_cache(maxsize=100_000)
def _readings(facts, law, read):
    """One reading for everything the missing facts could be."""
    limits = sorted({amount for name, amount in law.says.items() if name.endswith("_limit_minor")})
    values = [facts.value] if facts.value is not None else [0, *limits, *(limit + 1 for limit in limits)]
    made = []
    for value in values:
        days = [facts.person_day] if facts.person_day is not None else [value, value + max(limits, default=0) + 1]
        relations = [facts.relation] if facts.relation is not None else PARTY_RELATIONS
        natures = [facts.nature] if facts.nature is not None else NATURES
        modes = [facts.mode] if facts.mode is not None else MODES
        places = [facts.dispatch] if facts.dispatch is not None else ("US", "CN")
        for day, relation, nature, mode, place in product(days, relations, natures, modes, places):
            whole = facts._replace(
                value=value, person_day=day, relation=relation, nature=nature, mode=mode, dispatch=place
            )
            made.append(read(whole, law))
    return tuple(made)


def _agreed_rule(readings):
    """The rule all readings share; a relief by the first parameter that relieves in all of them."""
    rules = {told for told, _ in readings}
    if {rule for rule, _ in rules} == {"relief"}:
        common = [name for name in readings[0][1] if all(name in reliefs for _, reliefs in readings)]
        return ("relief", common[0] if common else None)
    return rules.pop() if len(rules) == 1 else OPEN


def _unloaded(readings, duty, tax, used):
    """Missing law that surely concerns the filing and whose part is open, or that goes with the data set used."""
    is_open = {"duty": duty == OPEN, "tax": tax == OPEN, "either": OPEN in (duty, tax), "nothing": True, used: True}
    named = []
    for name, why in readings[0].unloaded:
        parts = {other.unloaded.get((name, why)) for other in readings}
        if len(parts) == 1 and is_open.get(parts.pop()) and name not in named:
            named.append(name)
    return named


def _where(name, facts):
    return f"{facts.territory}: " if name == "territory_not_loaded" else ""


def _agreed_or_none(answers):
    return answers[0] if len(set(answers)) == 1 else None


def _category(facts, readings, duty, tax, is_simplified):
    """Category of the WCO guidelines: documents; nothing to pay here; low value on a simplified set; the rest."""
    if all(reading.is_document for reading in readings):
        return "irg1"
    if "licence_goods" in facts.on:
        return "irg4"
    if duty[0] == "relief" and tax[0] in {"relief", "vendor", "operator", "none"}:
        return "irg2"
    return "irg3" if is_simplified else "irg4"


def by_item(facts, law):
    """A gift above the limit of which some goods may fit below it."""
    may_fit = facts.least_line is None or law.is_up_to("gift_limit_minor", facts.least_line)
    return law.is_over("gift_limit_minor", facts.value) and facts.is_several and may_fit


def by_quantity(facts, law, allowance):
    """A gift whose quantities nobody tells, or that exceeds them with some of its goods."""
    keeps = facts.keeps(allowance)
    return law.is_up_to("gift_limit_minor", facts.value) and (keeps is None or (not keeps and facts.is_several))


def private_rate(facts, law):
    """What the flat rate of private persons says: its rule, nothing, or why it is open."""
    if not facts.is_gift or "private_rate" not in law.says or facts.claims_preference:
        return None, None
    is_low, keeps = law.is_up_to("private_rate_limit_minor", facts.value), facts.keeps("gift_quantity")
    is_excluded = "private_rate_excluded_goods" in facts.on
    if is_low and is_excluded and (keeps is None or (not keeps and facts.is_several)):
        return OPEN, "rate by quantity"
    if law.is_over("private_rate_limit_minor", facts.value) and facts.is_several:
        return OPEN, "rate by item"
    return (("flat_rate", "private_rate"), None) if is_low and not (is_excluded and not keeps) else (None, None)
