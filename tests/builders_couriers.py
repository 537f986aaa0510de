"""Layouts as couriers' exports have them: an address in two columns, units in the head, two scripts in one head.

Independent of the other generator of layouts: other words, other habits, other values.
"""

import csv
import io
import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

NAMES: dict[str, dict[str, list[str]]] = tomllib.loads(
    (Path(__file__).parent / "courier_names.toml").read_text(encoding="utf-8")
)
TONGUES = ("en", "us", "de", "fr", "es", "pinyin", "zh")
ALWAYS = {"consignment_id", "consignee_name", "consignee_country", "item_description", "item_value_amount",
          "item_value_currency"}  # fmt: skip
SECOND_STREET = {
    "en": "Consignee Address Line 2", "us": "Ship To Address 2", "de": "Empfänger Adresszusatz",
    "fr": "Complément d'adresse destinataire", "es": "Dirección 2 destinatario", "pinyin": "shouJianRenDiZhi2",
    "zh": "收件地址2/Address2",
}  # fmt: skip
LAST_NAME = {"en": "Consignee Surname", "us": "Ship To Last Name", "de": "Empfänger Nachname",
             "fr": "Prénom destinataire", "es": "Apellidos destinatario"}  # fmt: skip
TOWNS = [("GB", "Leeds", "LS1 4AP"), ("DE", "Bochum", "44787"), ("FR", "Nantes", "44000"), ("ES", "Vigo", "36201"),
         ("NL", "Zwolle", "8011 AB"), ("US", "Boise", "83702")]  # fmt: skip
THINGS = [("LED desk lamp 5W", "9405210000"), ("women's knitted pullover", "6110.30"),
          ("silicone baking mould", "392410"),
          ("bluetooth earphones", "85183000"), ("garden hose connector", "3917.40")]  # fmt: skip


@dataclass
class CourierLayout:
    """A layout: its text, and of each column the fields that would be right (none: of the courier's own)."""

    text: str
    truth: dict[str, set[str | None]]


def a_courier(seed: int) -> CourierLayout:
    """A layout that nobody has seen, the same for the same seed; languages take turns."""
    chance, tongue = random.Random(f"courier {seed}"), TONGUES[seed % len(TONGUES)]
    unit = {"us": "kg", "de": "g", "pinyin": "g", "zh": chance.choice(["g", "KG"])}.get(tongue, "kg")
    comma = tongue in {"de", "fr", "es"}
    fields = [name for name in NAMES if name != "own" and (name in ALWAYS or chance.random() < 0.85)]
    heads = {name: chance.choice(NAMES[name][tongue]).replace("{u}", unit) for name in fields}
    truth: dict[str, set[str | None]] = {head: {name} for name, head in heads.items()}
    blocks = [[name for name in fields if name.startswith(start)] for start in ("consignee", "consignor", "item")]
    blocks.append([name for name in fields if not name.startswith(("consign", "item"))])
    blocks[3].insert(0, "consignment_id")
    chance.shuffle(blocks)
    order = list(dict.fromkeys(heads[name] for block in blocks for name in block))
    for more, of, name in (
        (SECOND_STREET, "consignee_street", "consignee_street"),
        (LAST_NAME, "consignee_name", "consignee_name"),
    ):
        if of in heads and tongue in more and chance.random() < 0.6:
            order.insert(order.index(heads[of]) + 1, more[tongue])
            truth[more[tongue]] = {name, None}
    for own in NAMES["own"][tongue]:
        order.insert(chance.randrange(len(order) + 1), own)
        truth[own] = {None}
    rows = [row for number in range(50) for row in _rows(number, chance, unit.lower(), comma=comma)]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if comma else ",", lineterminator="\r\n")
    by_head = {head: name for name, head in heads.items()}
    writer.writerow(order)
    for row in rows:
        writer.writerow([row[by_head[head]] if head in by_head else row[_extra(head, tongue)] for head in order])
    return CourierLayout(buffer.getvalue(), truth)


def _extra(head: str, tongue: str) -> str:
    return "street2" if head == SECOND_STREET[tongue] else "surname" if head == LAST_NAME.get(tongue) else "own"


def _rows(number: int, chance: random.Random, unit: str, *, comma: bool) -> list[dict[str, str]]:
    land, town, postcode = chance.choice(TOWNS)
    nets = [chance.randrange(30, 1_500) for _ in range(chance.choice((1, 1, 1, 2, 4)))]
    mark = "," if comma else "."

    def mass(grams: int) -> str:
        return str(grams) if unit == "g" else f"{grams / 1000:.3f}".replace(".", mark)

    parcel = {
        "consignment_id": f"YT{number * 104_729 + 2_000_000_000:013}",
        "order_id": f"{chance.randrange(10**8):08}-{number}",
        "consignee_name": chance.choice(["Ines Roth", "P. Martin", "Li Wei", "Carmen Vidal"]), "surname": "Weber",
        "consignee_street": chance.choice(["14 Mill Lane", "Ringstr. 5a", "3 bis rue du Port", "C/ Sol 22, 3º B"]),
        "street2": chance.choice(["", "", "Apt 4", "2. OG"]), "consignee_city": town,
        "consignee_postcode": postcode,
        "consignee_country": land, "consignee_phone": f"0{chance.randrange(10**8, 10**9)}",
        "consignee_email": f"buyer{number}@example.net",
        "consignor_name": chance.choice(["Ningbo Fine Goods", "SZ Top"]),
        "consignor_city": chance.choice(["Ningbo", "Dongguan"]), "consignor_country": "CN",
        "vat_scheme_id": f"IM5280000{chance.randrange(3):03}", "gross_mass_kg": mass(sum(nets) + 40),
        "freight_amount": f"{chance.randrange(199, 1500) / 100:.2f}".replace(".", mark),
        "own": chance.choice(["", "A", "x7"]),
    }  # fmt: skip
    found = []
    for net in nets:
        thing, code = chance.choice(THINGS)
        found.append({
            **parcel, "item_description": thing, "item_commodity_code": code,
            "item_quantity": str(chance.randrange(1, 4)),
            "item_net_mass_kg": mass(net), "item_origin": "CN", "item_product_id": f"KX-{chance.randrange(90) + 10}",
            "item_value_amount": f"{chance.randrange(250, 9_900) / 100:.2f}".replace(".", mark),
            "item_value_currency": chance.choice(["EUR", "USD"]),
        })  # fmt: skip
    return found
