"""Dirt of spelling: the same thing, written otherwise."""

import polars as pl

from tests.faults.kind import number, one_of, written

WORDS = ("mode", "nature", "duty_paid_by", "representation", "filing_kind", "item_condition")
NAMES = ("consignee_name", "consignee_street", "consignee_city")
CURRENCIES = ("item_value_currency", "freight_currency", "invoice_total_currency")
AMOUNTS = ("item_value_amount", "freight_amount", "invoice_total_amount")
COUNTRIES = ("consignee_country", "destination_country", "item_origin")
CODE = "item_commodity_code"
PRINTED = (r"^(..)(\d{3})(\d{3})(\d{3})(..)$", "$1 $2 $3 $4 $5")
MARKS = r"\p{M}"


def _each(names, change):
    return {name: change(pl.col(name)) for name in names}


def _small(text):
    return text.str.to_lowercase()


def _loud(text):
    return text.str.to_uppercase()


def _at_eight(name: str) -> pl.Expr:
    """The same instant on a clock eight hours ahead."""
    moment = pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ") + pl.duration(hours=8)
    return moment.dt.strftime("%Y-%m-%dT%H:%M:%S+08:00")


ROUNDED_UP = (number("gross_mass_kg") * 100 - 1e-6).ceil() / 100

KINDS = {
    "small letters in country codes": (_each(COUNTRIES, _small),),
    "small letters in currencies": (_each(CURRENCIES, _small),),
    "capital letters in closed lists": (_each(WORDS, _loud),),
    "small letters in the barcode": (_each(("parcel_id", "transport_document"), _small),),
    "small letters in the scheme's number": (_each(("vat_scheme_id",), _small),),
    "blanks in the scheme's number": (
        _each(("vat_scheme_id",), lambda code: code.str.replace(r"^(..)(...)(....?)(.+)$", "$1 $2 $3 $4")),
    ),
    "blanks in the barcode": (
        _each(("parcel_id", "transport_document"), lambda code: code.str.replace(*PRINTED)),
    ),
    "blanks around texts": (_each(NAMES, lambda text: pl.lit(" ") + text + "  "),),
    "two blanks in names": (_each(("consignee_name",), lambda text: text.str.replace(" ", "  ", literal=True)),),
    "shouted names": (_each(NAMES, _loud),),
    "surname first": (_each(("consignee_name",), lambda text: text.str.replace(r"^(\S+) (\S+)$", "$2, $1")),),
    "title before the name": (
        {"consignee_name": pl.concat_str(one_of("Mrs ", "Mr. ", "Herr ", "Mme ", "c/o "), "consignee_name")},
    ),
    "letters without marks": (_each(NAMES, lambda text: text.str.normalize("NFD").str.replace_all(MARKS, "")),),
    "phone without country": (_each(("consignee_phone",), lambda text: text.str.replace(r"^\+\d+ ", "0")),),
    "phone with brackets and dashes": (
        _each(("consignee_phone",), lambda text: text.str.replace(r"^(\+\d+) (\d+) (\d+)$", "$1 (0)$2-$3")),
    ),
    "two phones": (_each(("consignee_phone",), lambda text: text + " / 0170 1234567"),),
    "postcode without its gap": (_each(("consignee_postcode",), lambda text: text.str.replace_all("[ -]", "")),),
    "postcode with its country": (
        {"consignee_postcode": pl.concat_str("consignee_country", pl.lit("-"), "consignee_postcode")},
    ),
    "shouted goods": (_each(("item_description",), _loud),),
    "advertising in the description": (
        {"item_description": pl.col("item_description") + one_of(" 2026 new style", ", hot sale!", " free shipping")},
    ),
    "signs in the description": (
        {"item_description": pl.concat_str("item_description", one_of(" \u2605", " \u2665", "\u2122"))},
    ),
    "dots in the commodity code": (_each((CODE,), lambda code: code.str.replace(r"^(\d{4})(\d{2})", "$1.$2")),),
    "longer commodity code": (
        {CODE: pl.col(CODE) + one_of("00", "0000")}, pl.col(CODE).str.contains(r"^\d{6}$"),
    ),
    "more decimals in the amount": (_each(("item_value_amount",), lambda amount: amount + "00"),),
    "fewer decimals in amounts": (_each(AMOUNTS, lambda amount: amount.str.replace(r"\.?0+$", "")),),
    "quantity with decimals": (_each(("item_quantity",), lambda quantity: quantity + ".0"),),
    "gross mass rounded up": ({"gross_mass_kg": written(ROUNDED_UP, 2)},),
    "time without seconds": (_each(("lodged_at",), lambda moment: moment.str.replace(r":00Z$", "Z")),),
    "time of the seller's clock": (
        {"order_at": _at_eight("order_at"), "posted_at": _at_eight("posted_at")}, pl.col("posted_at").is_not_null(),
    ),
    "order with its day only": (_each(("order_at",), lambda moment: moment.str.head(10)),),
}  # fmt: skip
