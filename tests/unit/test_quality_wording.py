"""Wording: texts that say nothing are found, and honest goods and people are left in peace."""

import pytest

from tests.builders_quality import of_filing, of_item

VAGUE = [
    "general merchandise", "próbka", "goederen", "amostras", "Waren aller Art", "articles divers", "home use items",
    "gift", "GIFT", " Gifts ", "gift box", "goods", "Spare parts", "sample / samples", "accessories",
    "Daily necessities", "household goods", "various items x 3", "10 pcs", "no commercial value",
    "parts, accessories & other stuff",
    "Geschenk", "Verschiedene Sachen", "Ersatzteile", "cadeau", "pièces détachées", "regalo", "artículos varios",
    "campioni", "merce", "lipin", "riyong pin", "日用品", "礼品",
]  # fmt: skip
HONEST = [
    "home textile curtain", "fashion ring", "petit pull", "use-by wine stopper", "hardware hinge",
    "gift box paper", "phone accessories case", "gift card holder", "spare wheel", "cotton shirt",
    "usb cable model 7654", "T-shirt", "sample book of wallpaper", "parts for bicycle", "tea", "LED", "T shirt M",
    "Goodyear tyre",
    "test tubes of glass", "pregnancy test", "Geschenkpapier", "partie de jeu d'échecs", "Tee", "丝绸", "茶",
    "帽子 2 件", "Ärmel", "São Paulo coffee", "Ångström lamp", "ÄÖÜ", "dummy for babies", "artwork", "TV", "cd",
    "new balance shoes", "BH", "bh", "  CD ", "Öl", "2 TV", "Ei",
]  # fmt: skip
NO_LETTERS = ["12345", "-", "...", "3926.90", "!?", "100 %"]
STOPGAPS = [
    "test",
    "TEST 123",
    "n/a",
    "N.A.",
    "xxx",
    "x",
    "XX",
    "aaaa",
    "nr",
    "No. 4",
    "df",
    "zz",
    "unknown",
    "asdf",
    "null",
    "nan",
    "p 7 q",
    "5 x 5",
]
GARBLED = ["d\u00c3\u00a9cor de table", "lamp \ufffd lamp", "200\u00c2\u00b0C iron", "Kids\u00e2\u20ac\u2122 shirt"]
GARBLED += ["\u951f\u65a4\u62f7 shoes"]


@pytest.mark.parametrize("text", VAGUE)
def test_a_description_of_vague_words_alone_is_asked_about(text):
    assert of_item(description=text) == ["TXT-04"]


@pytest.mark.parametrize("text", HONEST)
def test_a_description_that_names_goods_is_heard(text):
    assert of_item(description=text) == []


@pytest.mark.parametrize("text", NO_LETTERS)
def test_a_description_without_letters_is_asked_about(text):
    assert of_item(description=text) == ["TXT-05"]


@pytest.mark.parametrize("text", STOPGAPS)
def test_a_description_that_only_fills_its_field_is_asked_about(text):
    assert of_item(description=text) == ["TXT-06"]


@pytest.mark.parametrize("text", GARBLED)
def test_text_garbled_by_a_wrong_encoding_is_noted(text):
    assert of_item(description=text) == ["TXT-07"]
    assert of_filing(consignee_name=text) == ["TXT-08"]


NO_NAMES = [
    "Dear Customer", "no name", "kein Name", "sans nom", "nieznany", "odbiorca", "N.N.",
    "test", "Test Test", "TEST 1", "Mr. Null", "null", "Guest", "Customer", "N/A", "n.a.", "NA", "-", ".", "xxx", "X",
    "asdf", "unknown", "Max Mustermann", "first name last name", "Frau Test", "000", "Aaa Bbb",
]  # fmt: skip
NAMES = [
    "Anna Test", "Test Anna", "Na Li", "Nan Nan", "Mr. Guest", "Guest, Ida", "Nil Öztürk", "Xu", "O", "3M", "Li X",
    "Customer Service Ltd", "Shop of Anna", "Buyer & Sons", "Null Daniel", "ABC Trading", "李伟", "محمد", "Ng",
    "John Smith", "Müller", "Ñandú",
]  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_is_none_as_a_whole_is_asked_about(name):
    assert of_filing(consignee_name=name) == ["TXT-01"]
    assert of_filing(consignor_name=name) == ["TXT-02"]


@pytest.mark.parametrize("name", NAMES)
def test_a_person_or_firm_of_an_unusual_name_is_left_in_peace(name):
    assert of_filing(consignee_name=name) == []
    assert of_filing(consignor_name=name) == []


def test_a_name_of_figures_may_be_a_firm_and_is_no_person():
    assert of_filing(consignor_name="1688") == []
    assert of_filing(consignee_name="1688") == ["TXT-01"]


@pytest.mark.parametrize(
    "street", ["-", "0", "n/a", "test", "Test street 1", "Street", "same", "see label", "xxx", "."]
)
def test_a_street_that_is_none_is_asked_about(street):
    assert of_filing(consignee_street=street) == ["TXT-03"]


@pytest.mark.parametrize(
    "street", ["Street 12", "12", "Road 5", "Testing Lane 4", "Home Farm", "1", "Rue 7", "Am Test 3"]
)
def test_a_street_of_an_unusual_name_is_left_in_peace(street):
    assert of_filing(consignee_street=street) == []
