"""Leave of other agencies: sheets that name it, lines that want it, what is told of it."""

import json
from datetime import date

import polars as pl
import pytest

from tests.builders_batcher import FILING, ITEM
from tidewaiter.cli.explain import explained_lines
from tidewaiter.kit.jurisdiction import list_parameters
from tidewaiter.kit.leave import leave_findings, read_leave
from tidewaiter.model.errors import SheetRefused
from tidewaiter.service.clear import clear_files
from tidewaiter.service.discovery import jurisdictions
from tidewaiter.service.explain import explain
from tidewaiter.stages.leave import flag_leave

ROW = {"code": "XX-21", "agency": "wildlife", "authority": "the office", "permit": "a permit", "goods": ["0508"]}
DATED = {"valid_from": date(2026, 1, 1), "source": "Act 1", "evidence": "recalled", "valid_to": None}


@pytest.mark.parametrize("wrong", [{"goods": []}, {"goods": "0508"}, {"goods": ["coral"]}, {"agency": "The Office"}])
def test_a_leave_that_cannot_be_one_is_refused(wrong):
    with pytest.raises(SheetRefused):
        read_leave({**ROW, **wrong}, DATED)


def test_a_code_names_one_agency_and_speaks_in_the_words_of_its_latest_span():
    first = read_leave(ROW, {**DATED, "valid_to": date(2026, 6, 30)})
    later = read_leave({**ROW, "permit": "two permits"}, {**DATED, "valid_from": date(2026, 7, 1)})

    (kind,) = leave_findings([later, first])

    assert (kind.agency, kind.severity, kind.level, kind.to_route, kind.waits_for) == (
        "wildlife", "hold", "item", "refer", "agency",
    )  # fmt: skip
    assert "two permits" in kind.sentence
    with pytest.raises(SheetRefused, match="One code, one"):
        leave_findings([first, read_leave({**ROW, "agency": "food"}, DATED)])


def test_only_goods_that_enter_want_leave():
    items = pl.LazyFrame(
        {"filing_kind": ["import", None, "ens", "export", "import"], "is_leave_xx_21": [True, True, True, True, None]}
    )

    told = flag_leave(items, {"xx_21": "is_leave_xx_21"}).collect()

    assert told["xx_21"].to_list() == [True, True, False, False, False]


@pytest.mark.parametrize("code", sorted(jurisdictions()))
def test_every_jurisdiction_names_six_agencies_and_all_their_goods_are_its_restricted_ones(code):
    pack = jurisdictions()[code]

    assert {one.agency for one in pack.leaves} == {"wildlife", "plants", "food", "medicines", "weapons", "radiation"}
    listed = {prefix for span in list_parameters(pack)["licence_goods"] for prefix in span.value}
    assert listed == {prefix for one in pack.leaves for prefix in one.goods}


def cleared(folder, *codes, **said):
    items = [{**ITEM, "item_no": str(no), "commodity_code": code} for no, code in enumerate(codes, 1)]
    (folder / "day.ndjson").write_text(json.dumps({**FILING, **said, "items": items}) + "\n")
    return clear_files([str(folder / "day.ndjson")], "EU", folder / "run", on="2026-10-20").folder


def test_the_lake_says_of_a_filing_and_of_each_line_which_agencies_it_waits_for(tmp_path):
    run = cleared(tmp_path, "6109100010", "0106200000", "0508000000")

    (filing,) = pl.read_parquet(run / "consignments.parquet").to_dicts()
    items = pl.read_parquet(run / "items.parquet")["agencies"].to_list()
    summary = json.loads((run / "summary.json").read_text())

    assert (filing["decision"], filing["route"], filing["agencies"]) == ("hold", "refer", ["food", "wildlife"])
    assert "agency" in filing["pending_on"]
    assert items == [[], ["food", "wildlife"], ["wildlife"]]
    assert summary["agencies"] == {"food": 1, "wildlife": 1}


def test_explain_says_which_agency(tmp_path):
    run = cleared(tmp_path, "0508000000")

    said = "\n".join(explained_lines(explain(run, "A1")))

    assert "leave of the wildlife agency" in said
    assert "the CITES management authority of the member state" in said


def test_goods_beside_the_lists_and_filings_for_security_wait_for_nobody(tmp_path):
    (tmp_path / "ens").mkdir()
    plain, security = cleared(tmp_path, "6109100010"), cleared(tmp_path / "ens", "0508000000", filing_kind="ens")

    assert pl.read_parquet(plain / "consignments.parquet")["agencies"].to_list() == [[]]
    assert pl.read_parquet(security / "consignments.parquet")["agencies"].to_list() == [[]]
