"""Closed lists of the field: what a word may be, and in which order answers override each other."""

from typing import Final

FILING_KINDS: Final = ("import", "ens", "export", "transit", "return", "supplementary")
FUNCTIONS: Final = ("original", "amendment", "cancellation")
REPRESENTATIONS: Final = ("self", "direct", "indirect")
MODES: Final = ("post", "express", "cargo")
PARTY_RELATIONS: Final = ("B2C", "C2C", "B2B", "C2B")
NATURES: Final = ("sale", "gift", "sample", "return", "document", "repair", "replacement", "other")
VAT_SCHEMES: Final = ("IOSS", "SPECIAL", "OVR", "VOEC", "UKVAT", "LVG", "NONE")
DUTY_PAYERS: Final = ("sender", "recipient", "account")
PERSON_TYPES: Final = ("natural", "legal")
STOCK_MODELS: Final = ("direct", "warehouse", "fulfilment", "redeliverer")
NON_DELIVERY: Final = ("return", "abandon", "redirect")
VALUE_BASES: Final = ("price", "estimate", "none")
CONDITIONS: Final = ("new", "used")
PRODUCT_ID_KINDS: Final = ("merchant", "manufacturer", "gtin")

SEVERITIES: Final = ("note", "ask", "hold", "refuse")
"""Of a finding; a later word overrides an earlier one."""

ROUTES: Final = ("release", "ask", "document_check", "scan", "open", "lab", "refer")
"""What to do with the parcel now; a later word overrides an earlier one."""

DECISIONS: Final = ("release", "release_conditional", "hold", "refuse")
"""What the law says now; a later word overrides an earlier one."""

PENDING_ON: Final = ("information", "payment", "agency", "arrival", "inspection", "register")

EVENTS: Final = (
    "lodged", "posted", "handled", "departed", "missing", "arrived", "presented", "scanned", "held", "diverted",
    "released", "delivered", "returned",
)  # fmt: skip
"""What can happen to a parcel, in the order in which it mostly does."""

VERDICTS: Final = (
    "as_declared", "expected", "not_presented", "short", "data_without_parcel", "data_in_quarantine",
    "arrived_without_data",
)  # fmt: skip
"""What becomes of a parcel when its filings and its events are laid beside each other."""

CATEGORIES: Final = ("irg1", "irg2", "irg3", "irg4")

CHARGE_KINDS: Final = (
    "duty", "additional_duty", "anti_dumping", "countervailing", "safeguard", "excise", "vat", "fee",
)  # fmt: skip
CHARGE_STATUSES: Final = (
    "estimated", "definitive", "provisional", "secured", "deferred", "suspended",
    "relieved", "below_minimum", "collected_elsewhere", "unresolved",
)  # fmt: skip
COLLECTED_FROM: Final = ("border", "vendor", "operator", "account", "none")

COUNTRIES: Final = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI XK YE YT ZA ZM ZW
    """.split()
)
"""ISO 3166-1 alpha-2, with XI (Northern Ireland) and XK (Kosovo) as customs uses them."""

CURRENCY_DIGITS: Final[dict[str, int]] = {
    **dict.fromkeys(
        """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY
        COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
        INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR
        MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
        SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG XTS YER ZAR ZMW ZWG
        """.split(),
        2,
    ),
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
"""ISO 4217 currencies in use and the decimals of their minor unit (XTS is the code reserved for tests)."""
