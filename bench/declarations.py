"""Messages into Parquet: goods lines a core-second, typed and with code lists: ``python -m bench.declarations``.

A file is made of generated declarations, large enough that what is learned once does not count.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.message_model import read_model
from tidewaiter.runners.reading import Source, open_source
from tidewaiter.runners.reading.unwrapping import unwrapped
from tidewaiter.runners.reading.xml_blocks import XmlBlocks
from tidewaiter.runners.reading.xml_checks import Checks
from tidewaiter.runners.reading.xml_nodes import Paths
from tidewaiter.runners.reading.xml_text import XmlText
from tidewaiter.service import discovery
from tidewaiter.stages.typed import typed

ROUNDS = 5
PACK = Path(discovery.__file__).parents[1] / "packs/formats/wco_dec"
NAMESPACE = "urn:wco:datamodel:WCO:DEC-DMS:2"


def h7(filings: int) -> Iterator[str]:
    """A batch of H7 declarations, two goods lines each."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<Batch xmlns="{NAMESPACE}">\n'
    for number in range(filings):
        lines = "".join(_line(number, line) for line in (1, 2))
        yield (
            f"<Declaration><FunctionCode>9</FunctionCode><FunctionalReferenceID>LZ{number:09}CN</FunctionalReferenceID>"
            "<TypeCode>IMA</TypeCode><GoodsItemQuantity>2</GoodsItemQuantity>"
            f'<TotalGrossMassMeasure unitCode="KGM">{number % 9}.{number % 1000:03}</TotalGrossMassMeasure>'
            "<BorderTransportMeans><ModeCode>5</ModeCode></BorderTransportMeans><Declarant><ID>XI000000000000</ID>"
            f"</Declarant>{_party('Exporter', number, 'CN')}<GoodsShipment>{_party('Consignee', number, 'DE')}"
            f'<CustomsValuation><FreightChargeAmount currencyID="EUR">{number % 7}.10</FreightChargeAmount>'
            "</CustomsValuation><DomesticDutyTaxParty><ID>IM2760000001</ID><RoleCode>FR5</RoleCode>"
            f"</DomesticDutyTaxParty>{lines}</GoodsShipment></Declaration>\n"
        )
    yield "</Batch>\n"


def _party(role: str, number: int, country: str) -> str:
    return (
        f"<{role}><Name>Tester {number % 9973} Trading</Name><Address><CityName>Town{number % 499}</CityName>"
        f"<CountryCode>{country}</CountryCode><Line>No. {number % 997} Sample Road</Line>"
        f"<PostcodeID>{number % 99_999:05}</PostcodeID></Address></{role}>"
    )


def _line(number: int, line: int) -> str:
    procedures = "".join(
        f"<GovernmentProcedure>{told}</GovernmentProcedure>"
        for told in (
            "<CurrentCode>40</CurrentCode><PreviousCode>00</PreviousCode>",
            "<CurrentCode>C07</CurrentCode>",
            "<CurrentCode>F48</CurrentCode>",
        )
    )
    return (
        f'<GovernmentAgencyGoodsItem><CustomsValueAmount currencyID="EUR">{number % 140}.{line}0</CustomsValueAmount>'
        f"<SequenceNumeric>{line}</SequenceNumeric><Commodity><Description>paper lantern model {number % 7919}"
        "</Description><Classification><ID>940510</ID><IdentificationTypeCode>TSP</IdentificationTypeCode>"
        '</Classification><GoodsMeasure><GrossMassMeasure unitCode="KGM">0.300</GrossMassMeasure></GoodsMeasure>'
        f"</Commodity>{procedures}<Origin><CountryCode>CN</CountryCode></Origin><Packaging><SequenceNumeric>1"
        "</SequenceNumeric><QuantityQuantity>2</QuantityQuantity></Packaging></GovernmentAgencyGoodsItem>"
    )


def into_parquet(source: Source, sheet: SenderSheet, to: Path) -> int:
    """Goods lines read, typed and written."""
    rows = 0
    for number, part in enumerate(open_source(source, [sheet], sheet.name).batches()):
        typed(part.loose, part.words).rows.write_parquet(to / f"{number}.parquet")
        rows += part.height
    return rows


def constraints(source: Source) -> int:
    """Faults that the model of declarations finds; a file of ours has none."""
    model = read_model("Declaration", (PACK / "model.csv").read_text(encoding="utf-8"))
    checks, paths = Checks(model), Paths()
    with unwrapped(source) as contents:
        cut = XmlBlocks(XmlText(contents, source.name), {"Declaration"}, 2 << 20)
        return sum(checks.faults(cut.nodes(block, paths)).height for block in cut.blocks())


def rate(work: Callable[[], object], lines: int) -> int:
    """Goods lines a second of the process's own time, the median of rounds."""
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return round(lines / median(spent))


def main() -> None:
    """Print what each format reaches."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--filings", type=int, default=40_000)
    filings = options.parse_args().filings
    sheets = discovery.sender_sheets(None)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "h7.xml"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(h7(filings))
        source = Source(path, path.name)
        read = rate(lambda: into_parquet(source, sheets["courier_h7"], Path(folder)), 2 * filings)
        checked = rate(lambda: constraints(source), 2 * filings)
    both = round(1 / (1 / read + 1 / checked))
    print(f"h7 xml into parquet: {read:,} goods lines a core-second; constraints alone {checked:,}; both {both:,}")


if __name__ == "__main__":
    main()
