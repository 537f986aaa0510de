"""The encoding of a file, told from its mark, its bytes, or what its letters look like."""

import pytest

from tests.builders_reading import HEADER, read_all, written

SENTENCES = {
    "cp1252": "Zoë Müller, façade, Straße",
    "cp1250": "Wałęsa, Łódź, Dvořák, Kovács Őrs",
    "mac_roman": "Zoë Müller, crème brûlée, señor",
    "gb18030": "深圳市龙华区民治街道大岭社区, 手机壳, 连衣裙",
    "shift_jis": "東京都千代田区丸の内, スマートフォンケース, ワンピース",
    "cp1251": "Москва, улица Ленина, платье хлопковое, чехол для телефона",
}


@pytest.mark.parametrize("encoding", SENTENCES)
def test_letters_are_read_as_their_writer_meant_them(encoding, tmp_path):
    said = SENTENCES[encoding]
    rows = "".join(f'A{number},1,"{said}"\n' for number in range(20))

    found = read_all(written(tmp_path, (HEADER + rows).encode(encoding)))

    assert set(found.column("item_description")) == {said}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_and_without_a_mark(encoding, tmp_path):
    found = read_all(written(tmp_path, (HEADER + "A1,1,Zoë 界 👕\n").encode(encoding)))

    assert found.column("item_description") == ["Zoë 界 👕"]


def test_letters_beyond_ascii_may_come_late(tmp_path):
    rows = "A1,1,plain\n" * 200_000 + "Z9,1,Müller\n"

    found = read_all(written(tmp_path, (HEADER + rows).encode("cp1252")))

    assert found.column("item_description")[-1] == "Müller"
    assert found.reading.encoding == "cp1252"


def test_a_few_foul_rows_do_not_change_the_encoding_of_a_file(tmp_path):
    good = "".join(f"A{number},1,Zoë\n" for number in range(9)).encode()

    found = read_all(written(tmp_path, HEADER.encode() + good + "B1,1,Zoë\n".encode("cp1252")))

    assert found.reading.encoding == "utf-8"
    assert found.codes == [(10, "ROW-02")]
