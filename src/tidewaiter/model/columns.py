"""Columns: what a filing and an item may say, in the words of the interfaces, with type, privacy and WCO place.

At the door every value is text under its canonical name; inside, amounts become ``_micro`` (millionths of the major
unit), masses ``_mg``, instants UTC. One list drives readers, checks, documentation and masking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

import polars as pl

from tidewaiter.model import codes
from tidewaiter.model.privacy import Privacy

Schema = Mapping[str, pl.DataType]
INSTANT: Final = pl.Datetime("us", "UTC")
ITEM_PREFIX: Final = "item_"


class Kind(StrEnum):
    """How the text of a field is read."""

    TEXT = "text"
    CODE = "code"
    WORD = "word"
    AMOUNT = "amount"
    MASS = "mass"
    NUMBER = "number"
    COUNT = "count"
    INSTANT = "instant"


DTYPES: Final[dict[Kind, pl.DataType]] = {
    Kind.TEXT: pl.String(),
    Kind.CODE: pl.String(),
    Kind.WORD: pl.String(),
    Kind.AMOUNT: pl.Int64(),
    Kind.MASS: pl.Int64(),
    Kind.NUMBER: pl.Int64(),
    Kind.COUNT: pl.Int64(),
    Kind.INSTANT: INSTANT,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical field: its name at the door, how it is read, who may see it, where WCO puts it."""

    name: str
    level: Literal["filing", "item"]
    kind: Kind
    privacy: Privacy = Privacy.OPEN
    wco: str = ""
    meaning: str = ""

    @property
    def door(self) -> str:
        """Name in a flat file: item fields carry their prefix."""
        is_plain = self.level == "filing" or self.name.startswith(ITEM_PREFIX)
        return self.name if is_plain else ITEM_PREFIX + self.name

    @property
    def column(self) -> str:
        """Name inside: the unit closes it. An item field keeps its plain name; ``value_amount`` is ``value_micro``."""
        if self.kind is Kind.AMOUNT:
            return self.name.removesuffix("_amount") + "_micro"
        if self.kind is Kind.MASS:
            return self.name.removesuffix("_kg") + "_mg"
        return self.name + "_micro" if self.kind is Kind.NUMBER else self.name

    @property
    def inner(self) -> str:
        """Name in the row table, where filing and item columns stand side by side."""
        is_plain = self.level == "filing" or self.column.startswith(ITEM_PREFIX)
        return self.column if is_plain else ITEM_PREFIX + self.column

    @property
    def dtype(self) -> pl.DataType:
        """Type inside."""
        return DTYPES[self.kind]


def _filing(names: str, kind: Kind, privacy: Privacy = Privacy.OPEN) -> list[Field]:
    return [Field(name, "filing", kind, privacy, WCO.get(name, "")) for name in names.split()]


def _item(names: str, kind: Kind, privacy: Privacy = Privacy.OPEN) -> list[Field]:
    return [Field(name, "item", kind, privacy, ITEM_WCO.get(name, "")) for name in names.split()]


PARTIES: Final = ("consignor", "consignee", "seller", "buyer", "importer", "payer", "delivery")

PARTY_PLACES: Final = {
    "consignor": ("42A/57A", "R031", "R032"),
    "consignee": ("42A/67A/27A", "R014", "R015"),
    "seller": ("42A/67A/09B", "R050", "R051"),
    "buyer": ("42A/67A/16A", "R009", "R010"),
    "importer": ("42A/67A/74A", "R037", "R038"),
}
"""Where WCO puts a party, and the ids of its name and number."""

ADDRESS: Final = {"street": "239", "city": "241", "region": "243", "postcode": "245", "country": "242"}
ITEM_PLACE: Final = "42A/67A/68A"

WCO: Final[dict[str, str]] = {
    "consignment_id": "42A/D026",
    "function": "42A/017",
    "filing_kind": "42A/D013",
    "declarant_id": "42A/57B/R123",
    "representative_id": "42A/05A/R004",
    "representation": "42A/05A/102",
    "mode": "42A/15A/T022",
    "accepted_at": "42A/023",
    "customs_office": "42A/065",
    "goods_location": "42A/67A/28A/64A/L016",
    "previous_document": "42A/67A/99A/D018",
    "carrier_id": "42A/28A/18A/R012",
    "authorisations": "42A/17C/R144",
    "guarantee_ref": "42A/90A/100",
    "gross_mass_kg": "42A/131",
    "packages": "42A/146",
    "freight_amount": "42A/67A/41A/117",
    "freight_currency": "42A/67A/41A/117",
    "invoice_total_amount": "42A/109",
    "invoice_total_currency": "42A/109",
    "nature": "42A/67A/103",
    "delivery_terms": "42A/67A/22B/090",
    "order_id": "42A/67A/35B/009",
    "vat_scheme": "42A/67A/55B/R005",
    "vat_scheme_id": "42A/67A/55B/R119",
    "destination_country": "42A/67A/99B/465",
    "country_of_dispatch": "42A/67A/95B/062",
    **{f"{role}_name": f"{place}/{name}" for role, (place, name, _) in PARTY_PLACES.items()},
    **{f"{role}_id": f"{place}/{number}" for role, (place, _, number) in PARTY_PLACES.items()},
    **{
        f"{role}_{part}": f"{place}/04A/{element}"
        for role, (place, _, _) in PARTY_PLACES.items()
        for part, element in ADDRESS.items()
    },
}
"""Places of a filing's fields in the WCO data model (3.6, declarations): the classes on the way and the element."""

ITEM_WCO: Final[dict[str, str]] = {
    "item_no": f"{ITEM_PLACE}/006",
    "description": f"{ITEM_PLACE}/23A/137",
    "commodity_code": f"{ITEM_PLACE}/23A/21A/145",
    "origin": f"{ITEM_PLACE}/92A/063",
    "preference": f"{ITEM_PLACE}/23A/50A/164",
    "procedure": f"{ITEM_PLACE}/70A/166",
    "valuation_method": f"{ITEM_PLACE}/41A/122",
    "value_amount": f"{ITEM_PLACE}/108",
    "value_currency": f"{ITEM_PLACE}/108",
    "quantity": f"{ITEM_PLACE}/23A/65A/130",
    "unit": f"{ITEM_PLACE}/23A/65A/130",
    "net_mass_kg": f"{ITEM_PLACE}/23A/65A/128",
    "gross_mass_kg": f"{ITEM_PLACE}/23A/65A/126",
    "documents": f"{ITEM_PLACE}/02A/D005",
    "un_number": f"{ITEM_PLACE}/23A/12C/506",
}
"""The same of a goods line's fields."""


def _party(role: str) -> list[Field]:
    spec = (
        ("name", Kind.TEXT, Privacy.PERSONAL),
        ("id", Kind.CODE, Privacy.PERSONAL),
        ("person_type", Kind.WORD, Privacy.OPEN),
        ("street", Kind.TEXT, Privacy.PERSONAL),
        ("city", Kind.TEXT, Privacy.PERSONAL),
        ("region", Kind.TEXT, Privacy.BUSINESS),
        ("postcode", Kind.CODE, Privacy.PERSONAL),
        ("country", Kind.CODE, Privacy.OPEN),
        ("email", Kind.TEXT, Privacy.CONTACT),
        ("phone", Kind.TEXT, Privacy.CONTACT),
    )
    return [
        Field(f"{role}_{part}", "filing", kind, private, WCO.get(f"{role}_{part}", "")) for part, kind, private in spec
    ]


_TEXT, _CODE, _WORD = Kind.TEXT, Kind.CODE, Kind.WORD
FIELDS: Final[tuple[Field, ...]] = (
    *_filing("parcel_id", _CODE),
    *_filing("filing_kind", _WORD),
    *_filing("consignment_id", _CODE),
    *_filing("version", Kind.COUNT),
    *_filing("function", _WORD),
    *_filing("declarant_id", _CODE, Privacy.BUSINESS),
    *_filing("representation", _WORD),
    *_filing("representative_id", _CODE, Privacy.BUSINESS),
    *_filing("mode", _WORD),
    *_filing("reduced_set", _CODE),
    *_filing("lodged_at accepted_at posted_at arrival_est presented_at", Kind.INSTANT),
    *_filing("customs_office goods_location master_document transport_document receptacle previous_document", _CODE),
    *_filing("carrier_id flight", _CODE),
    *_filing("gross_mass_kg", Kind.MASS),
    *_filing("packages", Kind.COUNT),
    *_filing("parcel_of_order", _TEXT),
    *_filing("country_of_dispatch destination_country", _CODE),
    *_filing("non_delivery_instruction stock_model", _WORD),
    *_filing("authorisations guarantee_ref returned_of export_ref", _CODE, Privacy.BUSINESS),
    *_filing("party_relation", _CODE),
    *_filing("nature", _WORD),
    *_filing("delivery_terms", _CODE),
    *_filing("order_id", _CODE, Privacy.BUSINESS),
    *_filing("order_at", Kind.INSTANT),
    *_filing("marketplace_id", _CODE, Privacy.BUSINESS),
    *_filing("payment_ref", _CODE, Privacy.BUSINESS),
    *_filing("invoice_total_amount", Kind.AMOUNT),
    *_filing("invoice_total_currency", _CODE),
    *_filing("discount_amount freight_amount", Kind.AMOUNT),
    *_filing("freight_currency", _CODE),
    *_filing("insurance_amount", Kind.AMOUNT),
    *_filing("insurance_currency", _CODE),
    *_filing("other_costs_amount tax_collected_amount", Kind.AMOUNT),
    *_filing("tax_collected_currency vat_scheme", _CODE),
    *_filing("vat_scheme_id", _CODE, Privacy.BUSINESS),
    *_filing("duty_paid_by", _WORD),
    *(field for role in PARTIES for field in _party(role)),
    *_item("item_no", Kind.COUNT),
    *_item("description", _TEXT),
    *_item("description_language commodity_code additional_codes origin origin_proof preference procedure", _CODE),
    *_item("valuation_method", _CODE),
    *_item("value_amount", Kind.AMOUNT),
    *_item("value_currency", _CODE),
    *_item("value_basis", _WORD),
    *_item("quantity", Kind.NUMBER),
    *_item("unit", _CODE),
    *_item("quantity2", Kind.NUMBER),
    *_item("unit2", _CODE),
    *_item("net_mass_kg gross_mass_kg", Kind.MASS),
    *_item("condition", _WORD),
    *_item("product_id", _CODE),
    *_item("product_id_kind", _WORD),
    *_item("documents un_number", _CODE),
    *_item("cites_name serial brand url", _TEXT),
    *_item("alcohol_strength volume_l", Kind.NUMBER),
    *_item("retail_price_amount steel_value_amount aluminium_value_amount copper_value_amount", Kind.AMOUNT),
    *_item("steel_melted_country aluminium_smelted_country aluminium_cast_country", _CODE),
)

FILING_FIELDS: Final = tuple(field for field in FIELDS if field.level == "filing")
ITEM_FIELDS: Final = tuple(field for field in FIELDS if field.level == "item")
BY_DOOR: Final[dict[str, Field]] = {field.door: field for field in FIELDS}
"""Canonical fields by their name in a flat file."""

FILING_SCHEMA: Final[Schema] = {field.column: field.dtype for field in FILING_FIELDS}
ITEM_SCHEMA: Final[Schema] = {field.column: field.dtype for field in ITEM_FIELDS}


def told_column(column: str) -> str:
    """The column that keeps what was told where it cannot count and ``column`` itself is left empty for it."""
    return f"{column}_told"


VOCABULARY: Final[dict[str, tuple[str, ...]]] = {
    "filing_kind": codes.FILING_KINDS,
    "function": codes.FUNCTIONS,
    "representation": codes.REPRESENTATIONS,
    "mode": codes.MODES,
    "party_relation": codes.PARTY_RELATIONS,
    "nature": codes.NATURES,
    "vat_scheme": codes.VAT_SCHEMES,
    "duty_paid_by": codes.DUTY_PAYERS,
    "stock_model": codes.STOCK_MODELS,
    "non_delivery_instruction": codes.NON_DELIVERY,
    "item_value_basis": codes.VALUE_BASES,
    "item_condition": codes.CONDITIONS,
    "item_product_id_kind": codes.PRODUCT_ID_KINDS,
    **{f"{role}_person_type": codes.PERSON_TYPES for role in PARTIES},
}
"""Closed lists by door name; another word is a finding, the text is kept."""
