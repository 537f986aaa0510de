"""Faults of codes, numbers and words that nobody knows."""

import polars as pl

from tests.faults.kind import Fault, is_told, number, one_of, text

S10 = r"^[A-Z]{2}\d{9}[A-Z]{2}$"
NO_COUNTRY = ("ZZ", "QQ", "CHINA", "1", "XX", "UK", "CHN", "??", "C", "EN", "N/A")
TO_DIGITS = pl.col("consignee_country").is_in(["DE", "FR", "IT", "ES", "PL", "BE", "AT", "GB"])


def _other_digit(name: str, at: int) -> pl.Expr:
    """The text with the digit at a place one higher, 0 after 9."""
    whole = pl.col(name)
    digit = (whole.str.slice(at, 1).cast(pl.Int64) + 1) % 10
    return pl.concat_str(whole.str.slice(0, at), digit, whole.str.slice(at + 1))


def _last_digit(name: str) -> pl.Expr:
    whole = pl.col(name)
    return pl.concat_str(whole.str.head(-1), (whole.str.tail(1).cast(pl.Int64) + 1) % 10)


def _other(name, code, pointer, spelled, may=None, traffic="any"):
    place = "item" if pointer.startswith("item_") else "filing"
    return Fault(
        name,
        code,
        pointer,
        **{place: {pointer: spelled}},
        may=is_told(pointer) if may is None else may,
        traffic=traffic,
    )


KINDS = (
    _other(
        "wrong check digit", "FMT-01", "parcel_id", _other_digit("parcel_id", 5), pl.col("parcel_id").str.contains(S10)
    ),
    _other(
        "wrong GTIN",
        "FMT-02",
        "item_product_id",
        _last_digit("item_product_id"),
        pl.col("item_product_id_kind") == "gtin",
    ),
    _other(
        "short IOSS number",
        "FMT-03",
        "vat_scheme_id",
        pl.col("vat_scheme_id").str.head(-1),
        pl.col("vat_scheme") == "IOSS",
        "EU",
    ),
    _other(
        "commodity code in words",
        "FMT-04",
        "item_commodity_code",
        one_of("SHOES", "TOYS01", "N/A", "UNKNOWN", "85O440", "HS610910", "?", "61091"),
    ),
    _other("short commodity code", "FMT-04", "item_commodity_code", pl.col("item_commodity_code").str.head(4)),
    _other(
        "commodity code that is none",
        "FMT-05",
        "item_commodity_code",
        one_of("770100", "999999", "000000", "610999", "850000", "640400", "123456", "55443322", "1111111111"),
    ),
    _other(
        "currency that is none",
        "FMT-06",
        "item_value_currency",
        one_of("ZZZ", "$", "RMB", "EURO", "US$", "€", "CN", "US", "N/A", "DOLLAR"),
    ),
    _other("currency without rate", "RES-02", "item_value_currency", one_of("KPW", "SOS", "MRU", "GEL", "KZT")),
    _other(
        "freight in no currency", "FMT-07", "freight_currency", text("ZZZ"), number("freight_amount").fill_null(0) > 0
    ),
    Fault(
        "insurance in no currency",
        "FMT-08",
        "insurance_currency",
        {"insurance_amount": text("1.00"), "insurance_currency": text("XYZ")},
    ),
    _other("invoice in no currency", "FMT-09", "invoice_total_currency", text("ZZZ")),
    _other("consignor in no country", "FMT-10", "consignor_country", one_of(*NO_COUNTRY)),
    _other("consignee in no country", "FMT-11", "consignee_country", one_of(*NO_COUNTRY)),
    _other("destination in no country", "FMT-12", "destination_country", one_of(*NO_COUNTRY)),
    _other("origin in no country", "FMT-13", "item_origin", one_of(*NO_COUNTRY)),
    _other("seller in no country", "FMT-14", "seller_country", one_of(*NO_COUNTRY)),
    _other("consignee elsewhere", "FMT-15", "consignee_country", one_of("CH", "NO", "US")),
    _other("mode nobody knows", "FMT-16", "mode", one_of("drone", "bike", "air", "1")),
    _other("nature nobody knows", "FMT-17", "nature", one_of("swap", "loan", "goods", "11", "n/a")),
    _other("relation nobody knows", "FMT-18", "party_relation", one_of("X2Y", "B2G", "B-C", "private", "n/a")),
    _other("scheme nobody knows", "FMT-19", "vat_scheme", one_of("VATMAX", "OSS", "YES", "DDP")),
    _other("payer nobody knows", "FMT-20", "duty_paid_by", one_of("nobody", "shop", "yes")),
    _other("representation nobody knows", "FMT-21", "representation", one_of("friend", "agent", "yes")),
    _other("condition nobody knows", "FMT-22", "item_condition", one_of("mint", "good", "yes")),
    _other(
        "foreign postcode",
        "FMT-23",
        "consignee_postcode",
        one_of("ABC", "1234567890", "QQ", "0", "SW1A 1AA 1", "12 34 56 78", "n/a", "-"),
        TO_DIGITS,
    ),
    _other(
        "phone that is none",
        "FMT-24",
        "consignee_phone",
        one_of("call me", "12", "n/a", "0", "00000000000", "123456789012345678", "none", "tel"),
    ),
    _other(
        "mail that is none",
        "FMT-25",
        "consignee_email",
        one_of(
            "c921841.example.net", "c921841@", "@example.net", "n/a", "a@b@example.net", "c921841@example", "no mail"
        ),
    ),
    _other("unit nobody knows", "FMT-26", "item_unit", one_of("QQX", "thing", "1", "??")),
    _other("data set nobody knows", "FMT-27", "reduced_set", one_of("H9", "CN23", "FULL", "7")),
    _other("export among imports", "LAW-02", "filing_kind", text("export")),
)
