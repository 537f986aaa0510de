"""The door itself: exit codes of a process, errors in one sentence, no engine for a mere question."""

import os
import subprocess
import sys

import pytest

from tidewaiter.cli import door
from tidewaiter.model.errors import EnvironmentFault, LawMissing, PublicationRefused, TidewaiterError


def started(*words, **options):
    command = [sys.executable, "-m", "tidewaiter", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_help_names_every_command_and_answers_nought():
    told = started("--help")

    assert told.returncode == 0
    assert all(f" {name} " in told.stdout for name in ("demo", "clear", "explain", "compare", "reference", "formats"))


def test_asking_for_help_loads_no_engine():
    script = (
        "import sys\nfrom tidewaiter.cli import main\nmain(['--help'])\n"
        "print(sorted({'polars', 'numpy', 'pyarrow'} & set(sys.modules)))"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert told.stdout.splitlines()[-1] == "[]"


def test_the_number_of_threads_is_known_before_the_engine_is_loaded(parcels, tmp_path):
    words = ["clear", str(parcels), "--as", "EU", "--on", "2026-10-20", "--to", str(tmp_path / "out"), "--threads", "1"]
    script = f"from tidewaiter.cli import main\nmain({words!r})\nimport polars\nprint(polars.thread_pool_size())"

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert told.stdout.splitlines()[-1] == "1"


def test_a_process_answers_wrong_use_with_two_and_one_sentence(tmp_path):
    told = started("clear", "x.csv", "--as", "EU", "--on", "2026-10-20", "--to", tmp_path / "out")

    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "tidewaiter: There is no file or folder x.csv. Check the name. [TW-100]\n"


def test_a_reader_that_went_away_is_no_error(out):
    script = f"{sys.executable} -m tidewaiter explain {out} A1 | true; exit ${{PIPESTATUS[0]}}"

    told = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)

    assert told.stderr == ""
    assert told.returncode in {0, door.PIPE_CLOSED}


def test_a_terminal_without_our_letters_still_gets_an_answer(out):
    told = started("explain", out, "A1", env={**os.environ, "PYTHONIOENCODING": "ascii"})

    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (LawMissing("EU", "low_value_limit_minor"), 2, "[TW-300]"),
        (EnvironmentFault("The disk is full."), 4, "The disk is full. [TW-500]"),
        (PermissionError(13, "Permission denied", "list.csv"), 4, "list.csv: Permission denied. [TW-500]"),
        (KeyboardInterrupt(), 130, "the same command goes on from here."),
        (ValueError("odd"), 4, "This is a fault of Tidewaiter itself. [TW-000]"),
        (TidewaiterError("Something."), 4, "Something. [TW-000]"),
    ],
)
def test_an_error_is_told_in_a_sentence_with_its_code(say, monkeypatch, error, code, sentence):
    def raising(*_words, **_options):
        raise error

    monkeypatch.setattr(door, "app", raising)

    answer, told, said = say("clear")

    assert (answer, told) == (code, "")
    assert sentence in said.splitlines()[-1]


def test_a_fault_of_the_house_shows_where_it_happened(say, monkeypatch):
    monkeypatch.setattr(door, "app", lambda *_words, **_options: {}["key"])

    _, _, said = say("clear")

    assert "KeyError" in said


def test_a_refused_publication_lists_the_first_faults_of_each_kind(say, monkeypatch):
    faults = (*(f"zero lost: line {line}" for line in range(9)), "rate rounded: line 4")

    def raising(*_words, **_options):
        raise PublicationRefused("It is damaged.", faults)

    monkeypatch.setattr(door, "app", raising)

    code, _, said = say("reference")

    assert code == 3
    assert said.splitlines()[1:] == [
        *(f"  zero lost: line {line}" for line in range(5)), "  rate rounded: line 4",
        "  and 4 more; --json lists them all",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("clear",), "INPUT"), (("nothing",), "nothing"), (("explain", "x", "--loud"), "Unknown option: --loud")],
)
def test_words_that_no_command_knows_are_wrong_use(say, words, sentence):
    code, _, said = say(*words)

    assert code == 2
    assert sentence in said
    assert "[TW-100]" in said
