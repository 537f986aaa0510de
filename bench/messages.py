"""How fast messages become Parquet: read, typed, held against code lists and written, in items a core-second.

The same made-up parcels in each form. Median of five rounds, process time of all threads; ``--parcels`` says how many.
A further form is a function that yields parcels and a line in ``FORMS``.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from tidewaiter.cli.memory import ENGINE, keep_memory
from tidewaiter.model.codes import COUNTRIES, CURRENCY_DIGITS
from tidewaiter.model.columns import BY_DOOR, VOCABULARY, Kind
from tidewaiter.reference import nomenclature
from tidewaiter.runners.reading import Source, open_source
from tidewaiter.service import discovery
from tidewaiter.service.settings import home_folder
from tidewaiter.stages.quality import commodity
from tidewaiter.stages.typed import typed

GOODS: Final = (
    ("usb cable", "854442"),
    ("cotton shirt", "610910"),
    ("paper lantern", "940542"),
    ("face cream", "330499"),
)
LANDS: Final = ("DE", "FR", "NL", "PL", "SE")
Line = tuple[int, str, str, str, str]


def lines_of(number: int) -> list[Line]:
    """Goods lines of a parcel: one to three, 1.8 on average; description, code, net mass in kg, value."""
    count = (1, 2, 1, 3, 2)[number % 5]
    goods = [GOODS[(number + line) % len(GOODS)] for line in range(count)]
    return [
        (line + 1, f"{name} model {number % 9973}", code, f"0.{100 + number % 800}", f"{3 + number % 50}.{10 + line}")
        for line, (name, code) in enumerate(goods)
    ]


@dataclass(frozen=True)
class Form:
    """A form of list: the name of its file, what stands before and behind all parcels, and the parcels of numbers.

    ``is_held``: filings are held to the message model of their sheet, where it names one.
    """

    file: str
    parcels: Callable[[range], Iterator[str]]
    head: str = ""
    foot: str = ""
    is_held: bool = False

    def written(self, parcels: int) -> Iterator[str]:
        """A file of so many parcels, piece by piece; ``{parcels}`` in its foot is their number."""
        yield self.head
        yield from self.parcels(range(parcels))
        yield self.foot.replace("{parcels}", str(parcels))


def edifact(parcels: range) -> Iterator[str]:
    """One CUSDEC a parcel."""
    for number in parcels:
        told = lines_of(number)
        goods = "".join(
            f"CST+{line}+{code}:122'\nFTX+AAA+++{text}'\nLOC+27+CN'\nMEA+WT+AAA+KGM:{net}'\nMOA+38:{value}:EUR'\nPAC+2'\n"
            for line, text, code, net, value in told
        )
        yield (
            f"UNH+{number + 1}+CUSDEC:D:00A:UN'\nBGM+929+LX{number:09}CN+9'\n"
            f"NAD+EX+++Lantern Works {number % 97}+No. {number % 997} Sample Road+Exampleville++518000+CN'\n"
            f"NAD+CN+++A. Tester {number % 9973}+{number % 131} Main Street+Town{number % 499}++"
            f"{number % 90000 + 10000}+{LANDS[number % 5]}'\nRFF+VA:IM276{number % 9999999:07}'\n"
            f"MEA+WT+AAD+KGM:1.{number % 900 + 100}'\n"
            f"MOA+144:3.{number % 90 + 10}:EUR'\nUNS+D'\n{goods}UNS+S'\n"
            f"UNT+{10 + 6 * len(told)}+{number + 1}'\n"
        )


def ndjson(parcels: range) -> Iterator[str]:
    """One object a parcel, in the names of the courier's flat list."""
    for number in parcels:
        goods = [
            {"seq": line, "desc": text, "hs": code, "origin": "CN", "qty": 2, "net": float(net),
             "value": float(value), "cur": "EUR"}
            for line, text, code, net, value in lines_of(number)
        ]  # fmt: skip
        told = {
            "id": f"LX{number:09}CN", "seller": f"Lantern Works {number % 97}",
            "saddr": f"No. {number % 997} Sample Road", "scity": "Exampleville",
            "spost": "518000", "scc": "CN", "buyer": f"A. Tester {number % 9973}",
            "baddr": f"{number % 131} Main Street", "bcity": f"Town{number % 499}",
            "bpost": str(number % 90000 + 10000), "bcc": LANDS[number % 5], "btel": "+490000000001",
            "ioss": f"IM276{number % 9999999:07}",
            "gross": 1 + (number % 900 + 100) / 1000, "freight": 3 + (number % 90 + 10) / 100, "fcur": "EUR",
            "nature": "91", "items": goods,
        }  # fmt: skip
        yield json.dumps(told) + "\n"


CSV_HEAD: Final = (
    "id,seller,saddr,scity,spost,scc,buyer,baddr,bcity,bpost,bcc,btel,ioss,gross,freight,fcur,nature,"
    "seq,desc,hs,origin,qty,net,value,cur\n"
)


def csv(parcels: range) -> Iterator[str]:
    """One row a goods line, under the same names."""
    for number in parcels:
        parcel = (
            f'LX{number:09}CN,Lantern Works {number % 97},"No. {number % 997}, Sample Road",Exampleville,518000,CN,'
            f"A. Tester {number % 9973},{number % 131} Main Street,Town{number % 499},{number % 90000 + 10000},"
            f"{LANDS[number % 5]},+490000000001,IM276{number % 9999999:07},1.{number % 900 + 100},"
            f"3.{number % 90 + 10},EUR,91"
        )
        for line, text, code, net, value in lines_of(number):
            yield f"{parcel},{line},{text},{code},CN,2,{net},{value},EUR\n"


def h7(parcels: range) -> Iterator[str]:
    """One Declaration a parcel, with the super-reduced set of data."""
    for number in parcels:
        goods = "".join(
            f'<GovernmentAgencyGoodsItem><CustomsValueAmount currencyID="EUR">{value}</CustomsValueAmount>'
            f"<SequenceNumeric>{line}</SequenceNumeric><Commodity><Description>{text}</Description><Classification>"
            f"<ID>{code}</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification><GoodsMeasure>"
            f'<GrossMassMeasure unitCode="KGM">{net}</GrossMassMeasure></GoodsMeasure></Commodity>'
            "<GovernmentProcedure><CurrentCode>40</CurrentCode><PreviousCode>00</PreviousCode></GovernmentProcedure>"
            "<Origin><CountryCode>CN</CountryCode></Origin><Packaging><SequenceNumeric>1</SequenceNumeric><QuantityQuantity>2</QuantityQuantity>"
            "</Packaging></GovernmentAgencyGoodsItem>"
            for line, text, code, net, value in lines_of(number)
        )
        yield (
            f"<Declaration><FunctionCode>9</FunctionCode><FunctionalReferenceID>LX{number:09}CN</FunctionalReferenceID>"
            f'<TypeCode>IMA</TypeCode><TotalGrossMassMeasure unitCode="KGM">1.{number % 900 + 100}'
            "</TotalGrossMassMeasure><Declarant><ID>XI000000000000</ID></Declarant>"
            f"<Exporter><Name>Lantern Works {number % 97}</Name><Address><CityName>Exampleville</CityName>"
            f"<CountryCode>CN</CountryCode><Line>No. {number % 997} Sample Road</Line><PostcodeID>518000</PostcodeID>"
            f"</Address></Exporter><GoodsShipment><Consignee><Name>A. Tester {number % 9973}</Name><Address>"
            f"<CityName>Town{number % 499}</CityName><CountryCode>{LANDS[number % 5]}</CountryCode>"
            f"<Line>{number % 131} Main Street</Line><PostcodeID>{number % 90000 + 10000}</PostcodeID></Address>"
            '</Consignee><CustomsValuation><FreightChargeAmount currencyID="EUR">'
            f"3.{number % 90 + 10}</FreightChargeAmount></CustomsValuation><DomesticDutyTaxParty>"
            f"<ID>IM276{number % 9999999:07}</ID><RoleCode>FR5</RoleCode></DomesticDutyTaxParty>{goods}</GoodsShipment>"
            "</Declaration>\n"
        )


BATCH: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Batch xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">\n',
    "</Batch>\n",
)
FORMS: Final[dict[str, Form]] = {
    "csv": Form("list.csv", csv, CSV_HEAD),
    "ndjson": Form("list.ndjson", ndjson),
    "h7": Form("list.xml", h7, *BATCH),
    "h7_held": Form("held.xml", h7, *BATCH, is_held=True),
    "edifact": Form("list.edi", edifact, "UNA:+.? '\nUNB+UNOC:3+POST+CUSTOMS+260101:0100+1'\n", "UNZ+{parcels}+1'\n"),
}
"""Forms by name."""

KEPT: Final = 8
"""Only the last so many Parquet files stay: what is measured is no matter of room on the disk."""


def to_parquet(form: str, path: Path, target: Path) -> dict[str, float]:
    """Read a file to typed rows in Parquet, every coded value held against its list."""
    keep_memory()
    known_sheets = discovery.sender_sheets().values()
    sheets = [sheet if FORMS[form].is_held else replace(sheet, model=None) for sheet in known_sheets]
    known = nomenclature.nomenclature(home_folder()).lazy().collect().lazy()
    started, items, odd = time.process_time(), 0, 0
    for number, batch in enumerate(open_source(Source(path, path.name), sheets).batches()):
        rows = typed(batch.loose, batch.words).rows
        odd += sum(rows.select(_is_odd(rows)).row(0)) if rows.height else 0
        codes = rows.select(commodity_code="item_commodity_code").lazy()
        rows = rows.hstack(commodity.check_codes(codes, known).collect().drop("commodity_code"))
        rows.write_parquet(target / f"{number % KEPT}.parquet")
        items += rows.height
    spent = time.process_time() - started
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    return {"items": items, "items_per_core_s": items / spent, "off_the_lists": odd, "peak_mib": peak}


def _is_odd(rows: pl.DataFrame) -> list[pl.Expr]:
    """How many values of each coded column are on no list."""
    lists: dict[str, list[str]] = {}
    for name, words in VOCABULARY.items():
        is_lower = BY_DOOR[name].kind is Kind.WORD
        lists[BY_DOOR[name].inner] = [word.lower() if is_lower else word.upper() for word in words]
    lists |= {name: sorted(COUNTRIES) for name in rows.columns if name.endswith(("_country", "_origin"))}
    lists |= {name: sorted(CURRENCY_DIGITS) for name in rows.columns if name.endswith("_currency")}
    return [(~pl.col(name).is_in(words)).sum().alias(name) for name, words in lists.items() if name in rows.columns]


def main() -> None:
    """Measure and print; a round is a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--forms", nargs="*", default=list(FORMS), choices=list(FORMS))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(to_parquet(asked.one[0], Path(asked.one[1]), Path(asked.one[2]))))
        return
    with TemporaryDirectory(prefix="tidewaiter-bench-") as folder:
        for form in asked.forms:
            _measure(form, Path(folder), asked.parcels, asked.rounds)


def _measure(form: str, folder: Path, parcels: int, rounds: int) -> None:
    path = folder / FORMS[form].file
    with path.open("w", encoding="utf-8") as file:
        file.writelines(FORMS[form].written(parcels))
    command = [sys.executable, "-m", "bench.messages", "--one", form, str(path), str(folder)]
    engine = {**ENGINE, **os.environ}
    runs = [subprocess.run(command, check=True, stdout=subprocess.PIPE, env=engine) for _ in range(rounds)]
    told = [json.loads(run.stdout) for run in runs]
    speeds = sorted(each["items_per_core_s"] for each in told)
    spread = f"{median(speeds):,.0f} [{speeds[0]:,.0f} to {speeds[-1]:,.0f}]"
    peak, odd = max(each["peak_mib"] for each in told), told[0]["off_the_lists"]
    print(f"{form:8} {told[0]['items']:,.0f} items: {spread} items a core-second, {peak:,.0f} MiB, {odd} off the lists")


if __name__ == "__main__":
    main()
