"""XML against libxml2: what is XML and what is not, what the elements say, what a schema allows."""

import random
from itertools import islice

import pytest
from lxml import etree

from tests.builders_reading import read_all, written
from tests.builders_xml import (
    DEC,
    batch,
    dec_model,
    declarations_of,
    faults_together,
    mutant,
    one,
    plain_nodes,
    sample_files,
    schema,
    scrambled,
    told,
    xml_sheet,
)
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.xml_checks import Checks
from tidewaiter.runners.reading.xml_nodes import Paths, nodes_of
from tidewaiter.runners.reading.xml_tags import NotPlain

FEW, MANY, TOGETHER = 400, 10_000, 500
SEEDS = (1, 2, 3)
BASE = batch(one("R-1", "A &amp; B", 2), one("R-2", "&#x42; <!-- - -->"), one("R-3", "Jos\u00e9")).replace(
    f' xmlns="{DEC}"'.encode(), b""
)
"""Without a namespace: libxml2 minds namespaces that are no addresses, which XML does not."""


def libxml2(text):
    """The root as libxml2 reads it; None for what is not well-formed."""
    try:
        return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError:
        return None


def ours(folder, text):
    try:
        return read_all(written(folder, text, "file.xml"), xml_sheet())
    except UnusableInput as refused:
        return refused


def agrees(folder, text):
    """We read nothing that libxml2 does not, and refuse nothing of it but what the guards refuse by name."""
    root, read = libxml2(text), ours(folder, text)
    if root is None:
        assert isinstance(read, UnusableInput), text
    elif isinstance(read, UnusableInput):
        guards = ("document type", "any filing", "answers", "within or beside", "unlike", "does not end")
        assert any(said in str(read) for said in guards), (str(read), text)
    else:
        spaces = "{*}"
        filings = [
            f
            for f in root.iter(f"{spaces}Declaration")
            if not any(True for _ in f.iterancestors(f"{spaces}Declaration"))
        ]
        assert read.reading.source_rows == len(filings), text


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_no_xml_to_libxml2_is_none_to_us(tmp_path, seed):
    chance = random.Random(seed)
    for _ in range(FEW):
        agrees(tmp_path, scrambled(BASE, chance))


@pytest.mark.slow
def test_what_is_no_xml_to_libxml2_is_none_to_us_on_many(tmp_path):
    chance = random.Random(99)
    for _ in range(20 * MANY):
        agrees(tmp_path, scrambled(BASE, chance))


def test_a_mutant_of_the_quick_way_is_never_read_otherwise_than_the_slow_way():
    chance = random.Random(5)
    quick = 0
    text = one("R-1", "A &amp; B", 2).encode()
    for _ in range(5 * FEW):
        changed = scrambled(text, chance, most=1)
        try:
            changed.decode()
            made = told(nodes_of(changed, Paths()))
        except (NotPlain, UnicodeDecodeError):
            continue
        quick += 1
        root = libxml2(b"<Batch>" + changed + b"</Batch>")
        assert root is not None, changed
        every = [element for element in root.iter() if element is not root]
        assert [path.rpartition("/")[2] for path, _ in made] == [element.tag for element in every]
        assert [text for _, text in made] == [None if len(element) else element.text or "" for element in every]
    assert quick > FEW // 10


def agree_on_the_schema(texts, valid, checks):
    """Many declarations at a time, as the columns of one block, beside libxml2 one by one."""
    texts = iter(texts)
    while some := list(islice(texts, TOGETHER)):
        is_faulty = [False] * len(some)
        for record, *_ in faults_together(some, checks):
            is_faulty[record] = True
        for text, is_wrong in zip(some, is_faulty, strict=True):
            is_valid = valid.validate(etree.fromstring(text))
            assert is_wrong != is_valid, (faults_together([text], checks)[:3], valid.error_log, text)


def test_column_checks_agree_with_libxml2_on_every_sample(real_data):
    valid, checks = schema(real_data, "wco/declaration/WCO_DEC_2_DMS.xsd"), Checks(dec_model())
    texts = [text for path in sample_files(real_data) for text in declarations_of(path)]

    assert len(texts) > 160
    agree_on_the_schema(texts, valid, checks)


def mutants(real_data, number, seed, most=1):
    chance = random.Random(seed)
    names = [element.name for element in dec_model().elements if element.path and "." not in element.name]
    batch_of = declarations_of(real_data / "messages/synthetic/h7.xml")[:100]
    texts = [text for path in sample_files(real_data) for text in declarations_of(path)] + batch_of
    for _ in range(number):
        text = chance.choice(texts)
        for _ in range(chance.randrange(1, most + 1)):
            text = mutant(text, chance, names)
        yield text


def test_column_checks_agree_with_libxml2_on_mutants(real_data):
    valid, checks = schema(real_data, "wco/declaration/WCO_DEC_2_DMS.xsd"), Checks(dec_model())

    agree_on_the_schema(mutants(real_data, 3 * FEW, 7), valid, checks)


@pytest.mark.slow
def test_column_checks_agree_with_libxml2_on_ten_thousand_mutants(real_data):
    valid, checks = schema(real_data, "wco/declaration/WCO_DEC_2_DMS.xsd"), Checks(dec_model())

    agree_on_the_schema(mutants(real_data, MANY, 11), valid, checks)
    agree_on_the_schema(mutants(real_data, MANY, 12, most=4), valid, checks)


def test_checks_name_the_element_and_what_is_wrong_with_it():
    text = one().replace("<TypeCode>IMA", "<TypeCode>TOO LONG").replace("EUR", "eur")
    found = Checks(dec_model()).faults(plain_nodes(batch(text)))

    assert list(found.select("path", "code").iter_rows()) == [
        ("TypeCode", "form"),
        ("GoodsShipment/GovernmentAgencyGoodsItem/CustomsValueAmount@currencyID", "attribute"),
    ]


def test_an_element_told_twice_in_one_declaration_does_not_stand_in_for_one_missing_in_another():
    code = "<FunctionCode>9</FunctionCode>"
    texts = [one("R-1").replace(code, ""), one("R-2").replace(code, code + code)]
    found = faults_together([f'<B xmlns="{DEC}">{text}</B>'.encode() for text in texts], Checks(dec_model()))

    assert [(record, path, told) for record, _, path, told, _ in found] == [
        (0, "FunctionCode", "missing"),
        (1, "FunctionCode", "repeated"),
    ]
