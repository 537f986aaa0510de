"""Every risk rule, of the house or of a folder outside it, is proven by the cases it brings."""

import shutil
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from tidewaiter.kit.rule_cases import failures, read_rule_cases, unproven
from tidewaiter.model.errors import SheetRefused
from tidewaiter.pipeline.tables import RULE_COLUMNS
from tidewaiter.service.discovery import risk_rules
from tools.source import PACKS

LEAST_CASES = 6
HOUSE = PACKS / "risk_rules"
FOLDERS = sorted(path.parent for path in HOUSE.glob("*/rule.toml"))

OUTSIDE_RULE = """
code = "OUT-01"
title = "Many pieces in one parcel"
sentence = "The parcel holds {item_count} lines."
severity = "ask"
route = "ask"
level = "filing"
pointer = "item_no"
weight = 10
version = "1"
takes = ["item_count"]
evidence = ["item_count"]

[[threshold]]
name = "lines_least"
value = 40
reason = "A household does not order forty different things at once."
"""
OUTSIDE_CODE = '''
"""What OUT-01 looks for."""
import polars as pl

def hit(thresholds):
    return pl.col("item_count") >= thresholds["lines_least"]
'''
OUTSIDE_CASES = """
rule = "OUT-01"
[[group]]
title = "Forty lines"
kind = "hit"
cases = [{ item_count = 40 }, { item_count = 400 }]
[[group]]
title = "Thirty-nine lines"
kind = "near miss"
cases = [{ item_count = 39 }]
"""


@pytest.fixture
def outside(tmp_path):
    """A folder of packs outside the house, with one rule in it."""
    folder = tmp_path / "packs" / "risk_rules" / "many_lines"
    folder.mkdir(parents=True)
    for name, text in (("rule.toml", OUTSIDE_RULE), ("rule.py", OUTSIDE_CODE), ("cases.toml", OUTSIDE_CASES)):
        (folder / name).write_text(text, encoding="utf-8")
    return tmp_path / "packs"


def faults(folder: Path, extra: Path | None = None) -> list[str]:
    """What keeps the rule of a folder from being proven; empty: nothing does."""
    cases_text = (folder / "cases.toml").read_text(encoding="utf-8")
    rule = next(rule for code, rule in risk_rules(extra).items() if f'rule = "{code}"' in cases_text)
    cases = read_rule_cases(cases_text, rule)
    kinds = Counter(case.kind for case in cases)
    missing = [f"no case is a {kind}" for kind in ("hit", "near miss") if not kinds[kind]]
    strangers = [f"takes {name}, which no plan offers" for name in rule.takes if name not in RULE_COLUMNS]
    return [*failures(rule, cases), *(f"no case proves {name}" for name in unproven(rule, cases)), *missing, *strangers]


each_rule = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def test_the_house_has_its_eleven_rules():
    of_assertions = [f"AST-0{number}" for number in range(1, 6)]
    assert sorted(risk_rules()) == [*of_assertions, "GFT-01", "SPL-01", "SPL-02", "VAL-90", "VAL-91", "VAL-92"]
    assert len(FOLDERS) == 11


@each_rule
def test_a_rule_is_proven_by_its_cases_at_every_threshold(folder):
    assert faults(folder) == []


@each_rule
def test_a_rule_of_the_house_knows_its_honest_negatives(folder):
    text = (folder / "cases.toml").read_text(encoding="utf-8")
    rule = next(rule for code, rule in risk_rules().items() if f'rule = "{code}"' in text)
    cases = read_rule_cases(text, rule)

    kinds = Counter(case.kind for case in cases)

    assert min(kinds["hit"], kinds["near miss"], kinds["honest"]) >= LEAST_CASES
    assert kinds["untold"]
    assert all(word in text for word in ("repeat buyer", "family")) or "weekly buyer" in text


@each_rule
def test_a_rule_flags_nothing_where_nothing_is_known(folder):
    code = next(code for code in risk_rules() if f'"{code}"' in (folder / "rule.toml").read_text(encoding="utf-8"))
    rule = risk_rules()[code]
    empty = pl.DataFrame({name: pl.Series([None], dtype=RULE_COLUMNS.get(name, pl.Int64())) for name in rule.columns})

    assert empty.select(rule.flag).to_series().to_list() == [False]


def test_a_rule_of_a_folder_outside_is_found_and_proven(outside):
    assert "OUT-01" in risk_rules(outside)
    assert faults(outside / "risk_rules" / "many_lines", outside) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("item_count = 40 }", "item_count = 41 }", "no case proves lines_least +1"),
        ("item_count = 39 }", "item_count = 38 }", "no case proves lines_least -1"),
        (
            'kind = "near miss"\ncases = [{ item_count = 39 }]',
            'kind = "untold"\ncases = [{}]',
            "no case is a near miss",
        ),
        ("item_count = 400 }", "item_count = 4 }", "is not hit, being hit"),
    ],
)
def test_a_rule_with_a_gap_in_its_proof_is_told_which(outside, before, after, told):
    folder = outside / "risk_rules" / "many_lines"
    (folder / "cases.toml").write_text(OUTSIDE_CASES.replace(before, after), encoding="utf-8")

    assert any(told in fault for fault in faults(folder, outside))


def test_two_rules_outside_of_one_code_are_refused(outside):
    shutil.copytree(outside / "risk_rules" / "many_lines", outside / "risk_rules" / "many_lines_again")

    with pytest.raises(SheetRefused, match="OUT-01"):
        risk_rules(outside)


def test_a_rule_outside_that_sees_more_than_it_takes_is_refused_with_its_folder(outside):
    code = outside / "risk_rules" / "many_lines" / "rule.py"
    code.write_text(OUTSIDE_CODE.replace('"item_count")', '"packages")'), encoding="utf-8")

    with pytest.raises(SheetRefused, match=r"many_lines.*packages"):
        risk_rules(outside)
