"""Allowances of a law against the goods of a filing: within, beyond, or not to be told."""

from fractions import Fraction

from tests.twin.amounts import PIECES
from tests.twin.reading import amount, upper

LITRES = frozenset("LTR L LT LTS LITRE LITRES LITER LITERS".split())
KILOGRAMS = {"KGM": 1, "KG": 1, "KGS": 1, "TNE": 1000, "DTN": 100}
LITRES_EACH = {**dict.fromkeys(LITRES, 1), "HLT": 100, "HL": 100, "KLT": 1000}
DOZENS = dict.fromkeys(("DOZEN", "DOZENS", "DZN", "DOZ", "DOZ.", "DZ"), 12)
PIECES_EACH = {**dict.fromkeys((*PIECES, "NMB", "NO."), 1), **DOZENS, "GROSS": 144, "GRO": 144, "CEN": 100, "HND": 100,
               "MIL": 1000}  # fmt: skip
EACH = {"kg": KILOGRAMS, "litre": LITRES_EACH, "piece": PIECES_EACH}
OWN = {"kg": "item_net_mass_kg", "litre": "item_volume_l"}


def judged(law, rows, codes):
    """Names of allowances that the goods exceed, and of those nobody can tell."""
    exceeds, untold = set(), set()
    for name in {row["name"] for row in law.allowances}:
        answer = _exceeds(law, name, rows, codes)
        if answer is None:
            untold.add(name)
        elif answer:
            exceeds.add(name)
    return frozenset(exceeds), frozenset(untold)


def _exceeds(law, name, rows, codes):
    """True, False, or None: each group holds one allowance, and goods of none are not to be told."""
    least, most = {}, {}
    for row, code in zip(rows, codes, strict=True):
        if not law.has_on_list(f"{name}_goods", code, None):
            continue
        allowance = next((one for one in law.allowances if code.startswith(tuple(one["goods"]))), None)
        quantity = None if allowance is None else _quantity(row, allowance["unit"])
        group = allowance and allowance["group"]
        low, high = least.setdefault(group, []), most.setdefault(group, [])
        low.append(None if quantity is None else quantity / Fraction(allowance.get("never_above", allowance["within"])))
        high.append(None if quantity is None else quantity / Fraction(allowance["within"]))
    if any(sum(share for share in shares if share is not None) > 1 for shares in least.values()):
        return True
    return False if all(None not in shares and sum(shares) <= 1 for shares in most.values()) else None


def _quantity(row, unit):
    """How much of the unit the line declares, a nil not counted: in a field of its own, else in its quantity."""
    own = amount(row.get(OWN[unit])) if unit in OWN else None
    if own:
        return Fraction(own)
    declared, in_unit = amount(row.get("item_quantity")), upper(row.get("item_unit"))
    each = EACH[unit].get(in_unit)
    return None if not declared or each is None else Fraction(declared) * each
