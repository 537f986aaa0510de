"""Layouts as couriers invent them: fields renamed in two languages, cut short, mistyped, reordered, in other units.

The names stand here as people wrote them over their lists; they are not taken from the lexicon that has to know them.
"""

import csv
import io
import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOTS: dict[str, dict[str, dict[str, list[str]]]] = tomllib.loads(
    (Path(__file__).parent / "layout_names.toml").read_text(encoding="utf-8")
)
NEEDED = {"consignment_id", "consignee_name", "item_description", "item_value_amount", "item_value_currency"}
OWN = {  # columns of a courier's own that no canonical field holds
    "en": ["Depot Slot", "Remarks", "Batch Run", "Label Colour"], "de": ["Lagerplatz", "Bemerkung", "Tour"],
    "fr": ["Remarque", "Quai"], "es": ["Observaciones", "Muelle"], "it": ["Annotazioni", "Banchina"],
    "pl": ["Uwagi", "Regał"], "nl": ["Opmerking", "Stelling"], "zh": ["备注", "库位"],
}  # fmt: skip
CUTS = {"Number": "Nbr", "Address": "Addr", "Country": "Cntry", "Quantity": "Qnty", "Description": "Descr",
        "Weight": "Wght", "Telephone": "Tel", "Recipient": "Rcpt", "Receiver": "Rcvr", "Shipper": "Shpr",
        "Consignee": "Cnee", "Destinatario": "Dest.", "Destinataire": "Dest.", "Amount": "Amt"}  # fmt: skip
PEOPLE = ["Anna Berg", "Jean Petit", "María Gómez", "Piotr Nowak", "Luca Conti", "Eva Lindholm", "John Carter"]
STREETS = [
    "Hauptstr. 12",
    "12 rue Haute",
    "Calle Mayor 3",
    "ul. Długa 7",
    "Via Roma 18",
    "Storgatan 4",
    "9 High Street",
]
CITIES = {"DE": "Hamburg", "FR": "Lyon", "ES": "Toledo", "PL": "Gdynia", "IT": "Parma", "NL": "Delft"}
POSTCODES = {"DE": "20095", "FR": "69001", "ES": "45001", "PL": "81-304", "IT": "43121", "NL": "2611 AB"}
GOODS = [("cotton shirt", "610910"), ("phone case of plastic", "392690"), ("wooden toy train", "950300"),
         ("ceramic mug", "691200"), ("wrist watch", "910211")]  # fmt: skip
NATURES = {"en": ["Sale", "Gift"], "de": ["Verkauf", "Geschenk"], "fr": ["Vente", "Cadeau"], "es": ["Venta", "Regalo"],
           "it": ["Vendita", "Regalo"], "pl": ["Sprzedaż", "Prezent"], "nl": ["Verkoop", "Cadeau"],
           "zh": ["销售", "礼品"]}  # fmt: skip
COMMA = {"de", "fr", "es", "it", "pl", "nl"}


@dataclass
class Layout:
    """One layout: its text, and the truth about it."""

    text: str
    truth: dict[str, str]
    decimal: str
    units: dict[str, str]
    dates: str
    own: list[str] = field(default_factory=list)


def a_layout(seed: int, lot: str = "first") -> Layout:
    """A layout that nobody has seen, the same for the same seed."""
    chance, names = random.Random(f"layout {seed}"), LOTS[lot]
    main, other = chance.sample(sorted(names["order_id"]), 2)
    chosen = [name for name in names if name in NEEDED or chance.random() < 0.85]
    style = chance.choice([_snake, _camel, _as_is, _upper, _as_is])
    heads: dict[str, str] = {}
    for name in chosen:
        tongue = main if chance.random() < 0.75 else other
        heads[name] = _styled(chance, style, chance.choice(names[name][tongue]), set(heads.values()))
    own = [_styled(chance, style, word, set(heads.values())) for word in chance.sample(OWN[main], 2)]
    units = {name: chance.choice(["kg", "g"]) for name in ("gross_mass_kg", "item_net_mass_kg") if name in heads}
    told = Layout("", {}, "," if main in COMMA else ".", units, chance.choice(["", "dmy", "mdy"]), own)
    order = _mixed(chance, chosen)
    rows = [[row[name] for name in order] + [chance.choice(["A7", "urgent", ""]), str(chance.randrange(9000))]
            for row in _rows(chance, told, main)]  # fmt: skip
    told.truth = {heads[name]: name for name in order}
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if told.decimal == "," else ",", lineterminator="\n")
    writer.writerows([[heads[name] for name in order] + own, *rows])
    told.text = buffer.getvalue()
    return told


def _mixed(chance: random.Random, chosen: Sequence[str]) -> list[str]:
    """Blocks of what belongs together in any order, and some columns anywhere."""
    blocks = [[n for n in chosen if n.startswith(start)] for start in ("consignor", "consignee", "item")]
    blocks += [[name] for name in chosen if not name.startswith(("consignor", "consignee", "item"))]
    chance.shuffle(blocks)
    for block in blocks:
        if chance.random() < 0.5:
            chance.shuffle(block)
    return [name for block in blocks for name in block]


def _styled(chance: random.Random, style, name: str, taken: set[str]) -> str:
    for long, short in CUTS.items():
        if chance.random() < 0.3:
            name = name.replace(long, short)
    if chance.random() < 0.12 and len(name) > 7:
        at = chance.randrange(2, len(name) - 2)
        name = name[:at] + name[at + 1 :] if chance.random() < 0.5 else name[:at] + name[at] + name[at:]
    styled = style(name)
    return styled if styled not in taken else f"{styled} 2"


def _words(name: str) -> list[str]:
    return name.replace(".", " ").replace("'", " ").replace("-", " ").split()


def _snake(name: str) -> str:
    return "_".join(_words(name)).lower()


def _camel(name: str) -> str:
    first, *rest = _words(name)
    return first.lower() + "".join(word[:1].upper() + word[1:].lower() for word in rest)


def _upper(name: str) -> str:
    return "_".join(_words(name)).upper()


def _as_is(name: str) -> str:
    return name


def _rows(chance: random.Random, told: Layout, tongue: str) -> list[dict[str, str]]:
    found = []
    for number in range(60):
        country = chance.choice(list(CITIES))
        lines = chance.choice([1, 1, 2, 3])
        nets = [chance.randrange(50, 900) for _ in range(lines)]
        day = chance.randrange(1, 29)
        filing = {
            "consignment_id": f"LX{number * 7919:09}CN" if tongue in {"en", "de"} else f"P{90_000 + number}",
            "order_id": f"ORD-{5_000 + number}", "consignor_name": chance.choice(["Bright Star Ltd", "Lotus Trading"]),
            "consignor_street": chance.choice(["88 Harbour Road", "No 5 East Lane"]), "consignor_city": "Shenzhen",
            "consignor_country": chance.choice(["CN", "CN", "HK"]), "consignee_name": chance.choice(PEOPLE),
            "consignee_street": chance.choice(STREETS), "consignee_city": CITIES[country],
            "consignee_postcode": POSTCODES[country], "consignee_country": country,
            "consignee_phone": f"+49{chance.randrange(10**9, 10**10)}", "consignee_email": f"p{number}@example.org",
            "vat_scheme_id": f"IM{2_760_000_000 + chance.randrange(4)}", "nature": chance.choice(NATURES[tongue]),
            "gross_mass_kg": _mass(sum(nets) + 80, told, "gross_mass_kg"),
            "freight_amount": _amount(chance.randrange(100, 900), told),
            "marketplace_id": chance.choice(["MKT1", "MKT2"]),
            "order_at": {"": f"2026-10-{day:02}", "dmy": f"{day:02}.10.2026", "mdy": f"10/{day:02}/2026"}[told.dates],
        }  # fmt: skip
        for line, net in enumerate(nets, start=1):
            goods, code = chance.choice(GOODS)
            found.append({
                **filing, "item_no": str(line), "item_description": goods, "item_commodity_code": code,
                "item_origin": chance.choice(["CN", "VN"]), "item_quantity": str(chance.randrange(1, 5)),
                "item_net_mass_kg": _mass(net, told, "item_net_mass_kg"),
                "item_value_amount": _amount(chance.randrange(300, 9_000), told),
                "item_value_currency": chance.choice(["EUR", "USD"]),
                "item_product_id": f"SKU{chance.randrange(999):03}",
            })  # fmt: skip
    return found


def _mass(grams: int, told: Layout, name: str) -> str:
    return str(grams) if told.units.get(name) == "g" else f"{grams // 1000}{told.decimal}{grams % 1000:03}"


def _amount(cents: int, told: Layout) -> str:
    return f"{cents // 100}{told.decimal}{cents % 100:02}"
