"""What is meant by a name: a file, the readable files of a folder, the members of an archive; and nothing outside."""

import gzip

import pytest

from tests.builders_reading import HEADER, gzipped, read_all, written, zipped, zstd
from tidewaiter.model.errors import UnusableInput, WrongUse
from tidewaiter.runners.reading import find_sources, survey

LIST = (HEADER + "A1,1,shirt\n").encode()


def put(folder, *names, content=LIST):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_a_folder_gives_its_readable_files_sorted_and_names_the_others(tmp_path):
    put(tmp_path, "b.csv", "a/c.ndjson", "a.parquet", "x.png", ".hidden.csv", "truth.csv", "truth/t.csv", "d.csv.gz")

    found = survey([tmp_path])

    assert [source.name for source in found.sources] == ["a/c.ndjson", "a.parquet", "b.csv", "d.csv.gz"]
    assert found.skipped == [".hidden.csv", "truth/t.csv", "truth.csv", "x.png"]


def test_a_file_that_is_named_is_read_whatever_it_is_called(tmp_path):
    put(tmp_path, "truth.dat")

    assert [source.name for source in find_sources([tmp_path / "truth.dat"])] == ["truth.dat"]


def test_files_of_one_name_are_told_apart(tmp_path):
    put(tmp_path, "a/list.csv", "b/list.csv")

    names = [source.name for source in find_sources([tmp_path / "a/list.csv", tmp_path / "b/list.csv"])]

    assert len(set(names)) == 2
    assert all(name.endswith("list.csv") for name in names)


def test_one_file_named_twice_is_two_sources_with_two_names(tmp_path):
    path = put(tmp_path, "list.csv") / "list.csv"

    assert len({source.name for source in find_sources([path, path])}) == 2


@pytest.mark.parametrize("named", ["nowhere.csv", "empty"])
def test_what_is_not_there_is_wrong_use(named, tmp_path):
    (tmp_path / "empty").mkdir()

    with pytest.raises(WrongUse):
        find_sources([tmp_path / named])


@pytest.mark.parametrize("packed", [gzipped, zstd, lambda content: zipped(**{"list.csv": content})])
def test_a_packed_list_reads_as_the_plain_one(packed, tmp_path):
    plain = read_all(written(tmp_path, LIST))

    assert read_all(written(tmp_path, packed(LIST), "packed")).rows.equals(plain.rows)


def test_gzip_members_one_after_the_other_are_one_file(tmp_path):
    halves = gzip.compress(LIST[:30]) + gzip.compress(LIST[30:])

    assert read_all(written(tmp_path, halves, "list.csv.gz")).column("consignment_id") == ["A1"]


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 20])
@pytest.mark.parametrize("packed", [gzipped, zstd])
def test_a_cut_wrapping_is_never_a_short_file(packed, cut, tmp_path):
    with pytest.raises(UnusableInput):
        read_all(written(tmp_path, packed(LIST * 50)[:-cut], "packed"))


@pytest.mark.parametrize("name", ["../out.csv", "/out.csv", "a/../../out.csv", "..\\out.csv", "C:out.csv"])
def test_a_member_whose_name_leads_outside_refuses_the_archive(name, tmp_path):
    path = written(tmp_path, zipped(**{"a.csv": LIST, name: LIST}), "day.zip").path

    with pytest.raises(UnusableInput, match="leads outside"):
        find_sources([path])


def test_an_archive_within_an_archive_is_refused(tmp_path):
    path = written(tmp_path, zipped(**{"a.csv": LIST, "b.zip": zipped(**{"c.csv": LIST})}), "day.zip").path

    with pytest.raises(UnusableInput, match="Pack files once only"):
        find_sources([path])


def test_a_member_that_grows_beyond_measure_is_refused_before_it_is_unpacked(tmp_path):
    path = written(tmp_path, zipped(**{"a.csv": b"\0" * (101 << 20)}), "day.zip").path

    with pytest.raises(UnusableInput, match="1000-fold"):
        find_sources([path])
