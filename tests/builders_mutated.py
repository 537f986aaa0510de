"""Many messages a file, each changed by itself: the frame of the file stays whole, so that all are looked at."""

import random
import re
from collections.abc import Callable, Iterator

from lxml import etree

from tests.builders_hostile import STRANGE, mutant_of

PER_FILE = 1_000
CSV_HEAD = b"consignment_id,mode,consignee_name,item_no,item_description,item_value_amount,item_value_currency\n"
XML_HEAD = b'<Batch xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">\n'


def csv_row(number: int) -> bytes:
    return b'A%d,post,"Tester, A.",1,lantern M\xc3\xa4rz,4.05,EUR' % number


def json_line(number: int) -> bytes:
    return (
        b'{"consignment_id": "A%d", "mode": "post", "gross_mass_kg": 0.30, "consignee_name": "M\\u00e4rz", "items": ['
        b'{"description": "lantern \\"x\\"", "value_amount": 4.05}, {"description": "toy", "value_amount": "1e2"}]}'
        % number
    )


def edi_body(number: int) -> bytes:
    return (
        b"BGM+929+LZ%d+9'NAD+CN+++A. Tester ?+ Co+Weg 1+Stadt++01234+DE'RFF+VA:IM2760000001'UNS+D'CST+1+940510:122'"
        b"FTX+AAA+++lantern M\xc3\xa4rz'MEA+WT+AAA+KGM:0,3'MOA+38:4.05:EUR'UNS+S'" % number
    )


def xml_declaration(number: int) -> bytes:
    return (
        b"<Declaration><FunctionCode>9</FunctionCode><FunctionalReferenceID>R%d</FunctionalReferenceID><TypeCode>IMA"
        b"</TypeCode><GoodsShipment><Consignee><Name>A &amp; B</Name></Consignee><GovernmentAgencyGoodsItem>"
        b'<CustomsValueAmount currencyID="EUR">4.05</CustomsValueAmount><SequenceNumeric>1</SequenceNumeric>'
        b"</GovernmentAgencyGoodsItem></GoodsShipment></Declaration>" % number
    )


def csv_file(chance: random.Random) -> bytes:
    return CSV_HEAD + b"\n".join(mutant_of(csv_row(number), chance) for number in range(PER_FILE)) + b"\n"


def json_file(chance: random.Random) -> bytes:
    return b"\n".join([json_line(0), *(mutant_of(json_line(number), chance) for number in range(1, PER_FILE))]) + b"\n"


def edi_file(chance: random.Random) -> bytes:
    """Signs that would open or close an interchange are left out of what is changed."""
    told, count = [], 0
    for number in range(1, PER_FILE + 1):
        body = mutant_of(edi_body(number), chance)
        if re.search(rb"UN[ABGEHTZ]|UN.?$", body) or not body.endswith(b"'") or body.endswith(b"?'"):
            body = edi_body(number)
        size = body.count(b"'") - body.count(b"?'") + 2 + (chance.random() < 0.02)
        told.append(b"UNH+%d+CUSDEC:D:00A:UN'" % number + body + b"UNT+%d+%d'\n" % (size, number))
        count += 1
    return b"UNA:+.? '\nUNB+UNOC:3+POST+CUSTOMS+260101:0100+1'\n" + b"".join(told) + b"UNZ+%d+1'\n" % count


NAMES = (
    b"FunctionCode",
    b"TypeCode",
    b"Consignee",
    b"Name",
    b"SequenceNumeric",
    b"CustomsValueAmount",
    b"GoodsShipment",
)


def xml_file(chance: random.Random) -> bytes:
    """Elements are renamed, doubled, emptied and left out, texts are changed: the file stays well-formed."""
    return (
        XML_HEAD + b"\n".join(_xml_mutant(xml_declaration(number), chance) for number in range(PER_FILE)) + b"</Batch>"
    )


def _xml_mutant(text: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice(NAMES)
        whole = re.search(rb"<%s\b[^>]*>.*?</%s>" % (name, name), text)
        if whole:
            changed = text[: whole.start()] + chance.choice(XML_WAYS)(whole[0], name, chance) + text[whole.end() :]
            text = changed if _is_whole(changed) else text
    return text


def _is_whole(text: bytes) -> bool:
    try:
        return etree.fromstring(text).tag == "Declaration"
    except etree.XMLSyntaxError:
        return False


def _value(whole: bytes, name: bytes, chance: random.Random) -> bytes:
    told = b"".join(chance.choices(STRANGE, k=3))
    return b"<%s>%s</%s>" % (name, told * (30_000 if chance.random() < 0.02 else 1), name)


def _renamed(whole: bytes, name: bytes, chance: random.Random) -> bytes:
    return whole.replace(name, chance.choice(NAMES))


def _again(whole: bytes, _name: bytes, chance: random.Random) -> bytes:
    return whole * chance.randrange(2, 5)


def _other(whole: bytes, name: bytes, chance: random.Random) -> bytes:
    others = (b"", b"<%s/>" % name, b"<!-- %s -->" % name + whole, b"<%s><![CDATA[ <a> ]]></%s>" % (name, name))
    return chance.choice(others)


XML_WAYS: tuple[Callable[[bytes, bytes, random.Random], bytes], ...] = (_value, _renamed, _again, _other)
FILES: dict[str, Callable[[random.Random], bytes]] = {
    "list.csv": csv_file,
    "list.ndjson": json_file,
    "list.edi": edi_file,
    "list.xml": xml_file,
}


def mutated_files(name: str, seed: int, messages: int) -> Iterator[bytes]:
    """Files of so many messages altogether, the same for the same seed."""
    chance = random.Random(f"{name} {seed}")
    return (FILES[name](chance) for _ in range(0, messages, PER_FILE))
