"""Every event sheet reads its own made-up files as their answers say, and its codes are dated and sourced."""

import pytest

from tidewaiter.service.discovery import event_sheet_in, event_sheets
from tidewaiter.service.pack_check import faults_of
from tools.source import PACKS

FOLDERS = sorted(path.parent for path in (PACKS / "events").glob("*/sheet.toml"))
each_sheet = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@each_sheet
def test_an_event_sheet_reads_its_own_cases_as_their_answers_say(folder):
    assert faults_of(folder, "events") == []


@each_sheet
def test_an_event_sheet_is_called_like_its_folder_and_its_codes_have_a_source(folder):
    sheet = event_sheet_in(folder)

    assert sheet.layout.name == folder.name
    assert folder.name in event_sheets()
    assert all(code.source and code.meaning for code in sheet.codes)


def test_a_case_that_tells_otherwise_is_a_fault(tmp_path):
    folder = tmp_path / "events" / "mine"
    (folder / "cases").mkdir(parents=True)
    (folder / "sheet.toml").write_bytes((PACKS / "events/operator_scans/sheet.toml").read_bytes())
    (folder / "cases" / "a.csv").write_text("barcode,scan,scanned_at\nA1,IN,2026-01-08T07:00:00Z\n", encoding="utf-8")
    (folder / "cases" / "a.csv.toml").write_text(
        '[[event]]\nevent = "scanned"\nparcel_id = "A1"\nat = "2026-01-08T07:00:00Z"\n', encoding="utf-8"
    )

    faults = faults_of(folder)

    assert any("event 1 is" in fault for fault in faults)
    assert "depot: no case has it." not in faults
    assert "place: no case has it." in faults
