"""Declarations in XML: small ones made up here, real ones where they are, and mutants of either."""

import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
from lxml import etree

from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.message_model import MessageModel, read_model
from tidewaiter.runners.reading.xml_checks import Checks
from tidewaiter.runners.reading.xml_nodes import Nodes, Paths, nodes_of
from tidewaiter.runners.reading.xml_plain import Plain
from tidewaiter.service.discovery import sender_sheet_in

PACKS = Path(__file__).parents[1] / "src/tidewaiter/packs/formats"
DEC = "urn:wco:datamodel:WCO:DEC-DMS:2"
NS = f"{{{DEC}}}"
SAMPLES = ("messages/uk_cds_dec", "wco_dm_samples")


def xml_sheet(name: str = "wco_dec") -> SenderSheet:
    """A sheet of XML by which whatever reads is taken."""
    return replace(held_sheet(name), model=None)


def held_sheet(name: str = "wco_dec") -> SenderSheet:
    """A sheet of XML whose filings are held to its message model, as a run reads them."""
    return sender_sheet_in(PACKS / name)


def dec_model() -> MessageModel:
    return read_model("Declaration", (PACKS / "wco_dec/model.csv").read_text())


def declaration(inside: str, wrapper: str = "Batch") -> bytes:
    """One declaration with these elements, in a wrapper."""
    return f'<{wrapper} xmlns="{DEC}"><Declaration>{inside}</Declaration></{wrapper}>'.encode()


def one(reference: str = "R-1", name: str = "A. Tester", lines: int = 1) -> str:
    """A small declaration as text."""
    goods = "".join(
        f'<GovernmentAgencyGoodsItem><CustomsValueAmount currencyID="EUR">{number}.50</CustomsValueAmount>'
        f"<SequenceNumeric>{number}</SequenceNumeric></GovernmentAgencyGoodsItem>"
        for number in range(1, lines + 1)
    )
    return (
        f"<Declaration><FunctionCode>9</FunctionCode><FunctionalReferenceID>{reference}</FunctionalReferenceID>"
        f"<TypeCode>IMA</TypeCode><GoodsShipment><Consignee><Name>{name}</Name></Consignee>{goods}</GoodsShipment>"
        "</Declaration>"
    )


def batch(*declarations: str) -> bytes:
    return f'<Batch xmlns="{DEC}">\n{chr(10).join(declarations)}\n</Batch>\n'.encode()


def plain_nodes(text: bytes, paths: Paths | None = None) -> Nodes:
    """Elements of all declarations of a file, read the slow way."""
    return nodes_of(b"".join(Plain("file", {"Declaration"}).feed(text, is_end=True)), paths or Paths())


def faults(text: bytes, checks: Checks) -> list[tuple]:
    """What the column checks find; an element outside the namespace of declarations is found as well."""
    plain = Plain("file", {"Declaration"})
    records = plain.feed(text, is_end=True)
    if plain.namespace != DEC:
        return [(plain.namespace,)]
    return checks.faults(nodes_of(b"".join(records), Paths())).rows()


def faults_together(texts: list[bytes], checks: Checks) -> list[tuple]:
    """What the column checks find in declarations that stand in one block; the first of each is its number."""
    records, found = [], []
    for number, text in enumerate(texts):
        plain = Plain("file", {"Declaration"})
        records += plain.feed(text, is_end=True)
        if plain.namespace != DEC:
            found.append((number, plain.namespace))
    return found + checks.faults(nodes_of(b"".join(records), Paths())).rows()


def sample_files(folder: Path) -> Iterator[Path]:
    """Files of declarations among real ones; answers and files that are no XML are left out."""
    for path in sorted(path for place in SAMPLES for path in (folder / place).rglob("*.xml")):
        try:
            root = etree.parse(path).getroot()
        except etree.XMLSyntaxError:
            continue
        is_answer = next(root.iter("{*}Response"), None) is not None
        if not is_answer and next(root.iter(f"{NS}Declaration"), None) is not None:
            yield path


def declarations_of(path: Path) -> list[bytes]:
    root = etree.parse(path).getroot()
    return [etree.tostring(found, with_tail=False) for found in root.iter(f"{NS}Declaration")]


def schema(folder: Path, name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(folder / "messages/uk_cds_dec/xsd" / name))


VALUES = (
    "", " ", "  x ", "x", "12", "0", "-1", "+5.0", "1.", ".5", "1e5", "1,5", "12345678901234567", "0.0000001",
    "00012.500", "123456.7890", "AB", "ab", "A1", "ABC", "xxxx", "x" * 18, "x" * 36, "x" * 71, "x" * 300, "\u00e9" * 3,
    "\u00e9" * 70, "a\nb", "a\tb", "\n", " 9 ", "9", "13", "14", "20", "1  2", "20260101", "20260101120000Z",
    "20260101120000+01", "19990101", "NaN", "INF", "\uff11\uff12", "true", "\u00a0", "a & b", "<", "12 ",
    "9999999999999.999", "-0.0", "+", ".", "1234567890123.4567",
)  # fmt: skip
ATTRIBUTES = ("currencyID", "unitCode", "formatCode", "listID", "schemeAgencyID", "languageID", "name", "bogus")
SAID = ("EUR", "eur", "KGM", "102", "304", "en", "en-GB", "", "xxxxxx", "4", "  en ", "1234", "\u00e9")


def mutant(text: bytes, chance: random.Random, names: list[str]) -> bytes:
    """A declaration with one thing changed: a text, an element more, less, elsewhere or renamed, an attribute."""
    root = etree.fromstring(text)
    every = [element for element in root.iter() if isinstance(element.tag, str)]
    leaf = chance.choice([element for element in every if not len(element)] or every)
    some = chance.choice(every[1:])
    parent = some.getparent()
    match chance.randrange(12):
        case 0 | 1 | 2 | 3:
            leaf.text = chance.choice(VALUES)
        case 4:
            parent.remove(some)
        case 5:
            parent.insert(chance.randrange(len(parent) + 1), deepcopy(some))
        case 6:
            parent.remove(some)
            parent.insert(chance.randrange(len(parent) + 1), some)
        case 7:
            some.tag = NS + chance.choice(names)
        case 8:
            some.set(chance.choice(ATTRIBUTES), chance.choice(SAID))
        case 9:
            leaf.tag = etree.QName(leaf).localname
        case 10:
            some.insert(chance.randrange(len(some) + 1), etree.Element(NS + chance.choice(names)))
        case _:
            other = chance.choice(every)
            other.text = (other.text or "") + chance.choice(["x", " ", "\n", " <"])
    return etree.tostring(root)


SIGNS = (
    b"<", b">", b"/", b"&", b'"', b"'", b"=", b" ", b"\n", b"!", b"?", b"-", b"]]>", b"<!--", b"-->", b"\x01", b"x",
    b"&amp;", b"&#65;", b"<a>", b"</a>", b"<a/>", b"\xff", b'xmlns=""', b"<![CDATA[", b"<?x ?>", b"\x00",
)  # fmt: skip


def scrambled(text: bytes, chance: random.Random, most: int = 3) -> bytes:
    """A file with some bytes put in, taken out or copied elsewhere: mostly no XML any more."""
    for _ in range(chance.randrange(1, most + 1)):
        at, to = chance.randrange(len(text)), chance.randrange(len(text))
        size = chance.randrange(1, 30)
        match chance.randrange(4):
            case 0:
                text = text[:at] + chance.choice(SIGNS) + text[at:]
            case 1:
                text = text[:at] + text[at + size :]
            case 2:
                text = text[:to] + text[at : at + size] + text[to:]
            case _:
                text = text[:at] + chance.choice(SIGNS) + text[at + 1 :]
    return text


def told(nodes: Nodes) -> list[tuple[str, str | None]]:
    """Path and text of every element, in order."""
    texts = nodes.text(np.arange(len(nodes.path))).to_list()
    return [(nodes.paths.spelled(int(path)), text) for path, text in zip(nodes.path, texts, strict=True)]
