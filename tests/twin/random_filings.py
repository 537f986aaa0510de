"""Random filings as text under door names: every threshold from both sides, every change of law, much that is missing.

Seeded: the same seed gives the same filings. Nothing here knows what the law makes of them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random

MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
PLACES = {
    "EU": [*MEMBERS, *["FR", "IT", "RO", "DE"] * 4, "MC", "SM", "GB", None],
    "GB": [*["GB"] * 10, "IM", "IM", "XI", "XI", "FR", None],
    "US": [*["US"] * 12, "PR", "PR", "CA", None],
    "AU": [*["AU"] * 12, "NZ", None],
    "CA": [*["CA"] * 12, "US", None],
    "CH": [*["CH"] * 10, "LI", "LI", "DE", None],
    "NZ": [*["NZ"] * 12, "AU", None],
}
LIMITS = {
    "EU": [15_000, 15_000, 4_500, 70_000, 100_000, 2_200],
    "GB": [13_500, 13_500, 3_900, 1_500, 63_000],
    "US": [80_000, 80_000, 20_000, 10_000, 250_000],
    "AU": [100_000, 100_000, 999_900],
    "CA": [2_000, 4_000, 15_000, 6_000, 250_000, 330_000],
    "CH": [6_200, 10_000, 19_300, 100_000],
    "NZ": [100_000, 100_000, 40_000],
}
CHANGES = {
    "EU": [
        "2008-12-01", "2009-01-01", "2013-07-01", "2016-05-01", "2021-01-01", "2021-07-01", "2021-07-01", "2023-01-01",
        "2024-01-01", "2025-08-01", "2026-01-01", "2026-03-01", "2026-07-01", "2026-07-01", "2026-07-01", "2026-10-01",
    ],
    "GB": ["2009-01-01", "2011-11-01", "2021-01-01", "2021-01-01", "2025-06-01", "2026-07-01"],
    "US": [
        "2013-01-07", "2016-03-10", "2018-07-06", "2019-09-28", "2025-05-02", "2025-08-29", "2025-08-29", "2026-03-01",
    ],
    "AU": ["2005-10-01", "2016-01-01", "2018-07-01", "2018-07-01", "2023-07-01", "2024-07-01", "2025-07-01"],
    "CA": ["2013-01-08", "2016-07-01", "2020-07-01", "2020-07-01", "2025-03-04", "2025-04-01", "2025-09-01"],
    "CH": ["2018-01-01", "2019-01-01", "2024-01-01", "2024-01-01", "2025-01-01"],
    "NZ": ["2010-10-01", "2019-12-01", "2019-12-01", "2021-07-01", "2024-07-01", "2025-07-01", "2026-04-01"],
}  # fmt: skip
SETS = {
    "EU": ["H7", "H6", "H1"],
    "GB": ["BIRDS", "H7", "H1"],
    "US": ["I86", "POSTAL", "INFORMAL", "FORMAL"],
    "AU": ["SAC", "POSTAL", "N10"],
    "CA": ["CLVS", "POSTAL", "CAD"],
    "CH": ["SIMPLIFIED", "NORMAL"],
    "NZ": ["ECI", "POSTAL", "ENTRY"],
}
SCHEMES = {
    "EU": ["IOSS", "IOSS", "SPECIAL", "NONE"],
    "GB": ["UKVAT", "UKVAT", "NONE"],
    "US": ["NONE"],
    "AU": ["LVG", "NONE"],
    "CA": ["NONE"],
    "CH": ["NONE"],
    "NZ": ["OVR", "NONE"],
}
NUMBERS = {
    "EU": ["IM0123456789", "IM 276 000 0742", "im0123456789", "IM123", "0123456789"],
    "GB": ["GB 123 4567 89", "123456789012", "XI123456789", "GB12345678", "gb123456789"],
    "US": ["IM0123456789"],
    "AU": ["12345678901"],
    "CA": ["123456789RT0001"],
    "CH": ["CHE-123.456.789 MWST", "che123456789", "CHE-12.345.678"],
    "NZ": ["123456789"],
}
OWN = {"AU": "AUD", "CA": "CAD", "CH": "CHF", "EU": "EUR", "GB": "GBP", "NZ": "NZD", "US": "USD"}
CURRENCIES = ["EUR", "USD", "GBP", "CNY", "JPY", "JPY", "KWD", "HUF", "PLN", "SEK", "usd", "eur"]
UNKNOWN_CURRENCIES = ["XTS", "QQQ", "RUB"]
GOODS = [
    "610910", "6109100010", "61091000", "6109.10.0012", "950300", "9503000060", "851830", "640411", "420222", "330499",
    "711719", "392690", "820810", "910211", "0901210010", "8708.99.81",
]  # fmt: skip
SPECIAL_GOODS = [
    "220421", "2208301100", "240220", "2403.11", "330300", "2404120000", "490199", "0507100000", "930400", "401410",
    "4014.10.0000", "180690", "611120", "871200", "240210", "090111", "0902100000", "210111", "220410", "100630",
    "490191", "3004.90.00",
]  # fmt: skip
RUINED_CODES = ["9.01E+09", "901210000", "61091", "9999990000", "610A10"]
MISTYPED = {"party_relation": "BTC", "nature": "present", "mode": "postal", "vat_scheme": "I0SS"}
UNITS = ["PCE", "C62", "ea", "NPR", "PR", "DOZEN", "dzn", "KG", "LITRE", "M2", "BOX"]
ORIGINS = ["CN", "CN", "HK", "US", "VN", "IN", "TR", "EU", "cn"]
ENDINGS = ["son", "berg", "er", "ova"]
MOST = 0.9
RARE = 0.2
FIRST_NAMES, LAST_NAMES = ["Ana", "Li", "Tom", "Eva", "Omar"], ["Alder", "Birk", "Cedar", "Dorn", "Elder"]


def random_filings(jurisdiction: str, count: int, seed: int) -> Iterator[list[dict[str, str | None]]]:
    """``count`` filings, each a list of rows (one a goods line) that repeat what the filing says."""
    chance = Random(f"{jurisdiction}-{seed}")
    days = days_of(jurisdiction)
    for number in range(count):
        filing = {"consignment_id": f"{jurisdiction}{seed}-{number}", **_filing(chance, jurisdiction, days)}
        if chance.random() < 0.04:
            name = chance.choice(list(MISTYPED))
            filing[name] = MISTYPED[name]
        yield [{**filing, **line} for line in _lines(chance, jurisdiction)]


def days_of(jurisdiction: str) -> list[date]:
    """The days around every change, and some in the open; those that matter most stand here more than once."""
    changes = [date.fromisoformat(text) for text in CHANGES[jurisdiction]]
    around = [day + timedelta(days=step) for day in changes for step in (-1, 0, 0)]
    in_the_open = [date(2024, 7, 15), date(2025, 6, 16), date(2026, 9, 1), date(2026, 10, 20)]
    return [*around, *in_the_open * 6]


def _maybe(chance, share, value):
    return value if chance.random() < share else None


def _moment(chance, day):
    """The day in one of the ways people write it; some are the day before or after by the clock of UTC."""
    clock = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}:00"
    ways = [f"{day}", f"{day}T{clock}Z", f"{day}T{clock}", f"{day}T{clock}+08:00", f"{day}T{clock}-05:00"]
    return chance.choice(ways)


def _filing(chance, jurisdiction, days):
    day = chance.choice(days)
    relation, nature = chance.choice(
        [*[("B2C", "sale")] * 7, ("b2c", "SALE"), *[("C2C", "gift"), ("B2B", "sale")] * 2, ("C2C", "sale"),
         ("B2C", "return"), ("B2C", "document"), ("B2B", "sample"), ("C2B", "repair"), ("B2C", "other")]
    )  # fmt: skip
    scheme = _maybe(chance, 0.7, chance.choice(SCHEMES[jurisdiction]))
    return {
        "destination_country": chance.choice(PLACES[jurisdiction]),
        "mode": chance.choice(["post", "express", "cargo", "post", "express", None]),
        "reduced_set": _maybe(chance, 0.7, chance.choice(SETS[jurisdiction])),
        "accepted_at": _maybe(chance, 0.97, _moment(chance, day)),
        "presented_at": _maybe(chance, 0.2, _moment(chance, day)),
        "order_at": _maybe(chance, 0.4, _moment(chance, chance.choice(days))),
        "arrival_est": _maybe(chance, 0.2, _moment(chance, day)),
        "party_relation": _maybe(chance, 0.95, relation),
        "nature": _maybe(chance, 0.95, nature),
        "vat_scheme": scheme,
        "vat_scheme_id": _maybe(chance, 0.6, chance.choice(NUMBERS[jurisdiction])),
        "duty_paid_by": chance.choice(["sender", "recipient", None]),
        "authorisations": _maybe(chance, 0.4, chance.choice(["GBBIRDS001", "birds", "AEOC", "AD-VALOREM"])),
        "country_of_dispatch": _maybe(chance, 0.95, chance.choice(["CN", "US", "US", "MX", "GB"])),
        "buyer_id": _maybe(chance, 0.3, chance.choice(NUMBERS["GB"])),
        "importer_id": _maybe(chance, 0.05, chance.choice(NUMBERS["GB"])),
        "consignor_person_type": _maybe(chance, 0.2, chance.choice(["natural", "legal"])),
        "consignee_person_type": _maybe(chance, 0.2, chance.choice(["natural", "natural", "legal"])),
        **_person(chance, jurisdiction),
        **_costs(chance),
    }


def _person(chance, jurisdiction):
    """Somebody; half of all parcels go to a few who receive several on one day."""
    is_frequent = chance.random() < 0.5
    ending, place = (0, 10_002) if is_frequent else (chance.randrange(4), chance.randrange(10_000, 10_400))
    name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}{ENDINGS[ending]}"
    postcode = f"{place}"
    if jurisdiction == "CA" and chance.random() < MOST:
        letter = "M" if is_frequent else chance.choice("ABCEGHJKLMNPRSTVXYDZ")
        postcode = f"{letter}{place % 10}X{place // 10 % 10}H{place // 100 % 10}"
    if jurisdiction == "GB" and chance.random() < RARE:
        postcode = f"{chance.choice(['BT', 'bt', 'B', 'BS'])}{place % 90 + 1}1AA"
    if jurisdiction == "EU" and chance.random() < RARE:
        postcode = (
            f"{chance.choice(['35', '51', '52', '9', '22', '971', '976', '782', '220', '27498', '22061'])}{place}"[:5]
        )
    region = {"consignee_region": chance.choice(["ON", " qc", "Ontario"])} if jurisdiction == "CA" and ending else {}
    return {
        **region,
        "consignee_name": _maybe(chance, 0.97, chance.choice([name, name.upper()])),
        "consignee_postcode": _maybe(chance, 0.97, chance.choice([postcode, f"{postcode[:2]} {postcode[2:]}"])),
    }


def _costs(chance):
    currency = _maybe(chance, 0.9, chance.choice(CURRENCIES if chance.random() < 0.97 else UNKNOWN_CURRENCIES))
    return {
        "freight_amount": _maybe(chance, 0.5, _plain(chance)),
        "freight_currency": currency,
        "insurance_amount": _maybe(chance, 0.2, _plain(chance)),
        "insurance_currency": _maybe(chance, 0.3, chance.choice(CURRENCIES[:6])),
        "other_costs_amount": _maybe(chance, 0.1, _plain(chance)),
        "invoice_total_currency": _maybe(chance, 0.3, chance.choice(CURRENCIES[:6])),
    }


def _plain(chance):
    """An amount of no particular size with nought to six decimals; many end on the half of a minor unit."""
    places = chance.choice([0, 1, 2, 2, 3, 3, 4, 6])
    text = f"{chance.randrange(60)}.{chance.randrange(10**places):0{places}d}"
    if not places:
        return text[:-2]
    return text[:-1] + "5" if places in {3, 4} else text


def _lines(chance, jurisdiction):
    """One to six lines that together come close to a limit, or are of no particular worth."""
    count = chance.choice([1, 1, 1, 1, 2, 2, 3, 4, 6])
    own = OWN[jurisdiction]
    foreign = CURRENCIES if chance.random() < 0.93 else UNKNOWN_CURRENCIES
    currency = own if chance.random() < 0.5 else chance.choice(foreign)
    for number, worth in enumerate(_worths(chance, jurisdiction, count), start=1):
        yield {"item_no": str(number), **_goods(chance), **_value(chance, worth, currency)}


def _worths(chance, jurisdiction, count):
    """Major units of each line: nothing, near a limit together, anything."""
    if chance.random() < 0.06:
        return [Decimal(0)] * count
    if chance.random() < 0.3:
        return [Decimal(_plain(chance)) * chance.choice([1, 1, 10, 1000]) for _ in range(count)]
    limit = chance.choice(LIMITS[jurisdiction]) * chance.choice([1, 1, 1, 1, 3])
    near = Decimal(limit + chance.choice([-1, 0, 0, 1, 1])) / 100
    near += Decimal(chance.choice([0, 0, 0, 4, 5, -5])) / 1000
    part = (near / count).quantize(Decimal("0.000001"), rounding=ROUND_DOWN)
    return [*([part] * (count - 1)), near - part * (count - 1)]


def _value(chance, worth, currency):
    if chance.random() < 0.004:
        return {"item_value_amount": chance.choice(["-1", "1.2345678", "ten"]), "item_value_currency": currency}
    return {
        "item_value_amount": _maybe(chance, 0.99, f"{worth:f}"),
        "item_value_currency": _maybe(chance, 0.99, currency),
    }


def _goods(chance):
    code = chance.choice(GOODS if chance.random() < 0.8 else SPECIAL_GOODS)
    code = chance.choice(RUINED_CODES) if chance.random() < 0.02 else code
    return {
        "item_description": f"goods of {code}",
        "item_commodity_code": _maybe(chance, 0.97, code),
        "item_origin": _maybe(chance, 0.95, chance.choice(ORIGINS)),
        "item_preference": _maybe(chance, 0.25, chance.choice([*["100"] * 7, "300", "200", "120"])),
        "item_origin_proof": _maybe(chance, 0.4, "U165:REX12345"),
        "item_quantity": _maybe(
            chance, 0.9, chance.choice(["1", "2", "3", "12", "30", "2.5", "0", "10", "25", "50", "51"])
        ),
        "item_unit": _maybe(chance, 0.9, chance.choice(UNITS)),
        "item_net_mass_kg": _maybe(chance, 0.8, _mass(chance)),
        "item_volume_l": _maybe(chance, 0.2, f"{chance.randrange(0, 9)}.{chance.randrange(100):02d}"),
        "item_procedure": _maybe(chance, 0.3, chance.choice(["4000", "4000", "4000C07", "4000;C07;1RV", "6122B02"])),
    }


def _mass(chance):
    """Kilograms: of no particular size, or about what a gift may hold."""
    if chance.random() < 0.7:
        return f"{chance.randrange(0, 30)}.{chance.randrange(1000):03d}"
    return chance.choice(["0.05", "0.050001", "0.04", "0.025", "0.25", "0.250001", "0.5", "0.1", "0.1001"])
