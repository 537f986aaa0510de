"""Settings: where each comes from, what is refused, what is never shown."""

import subprocess
import sys

import pytest

from tidewaiter.model.errors import SettingRefused
from tidewaiter.service.settings import MASK, read_settings, settings


def test_the_environment_wins_over_the_file_and_the_file_over_what_is_given(tmp_path):
    (tmp_path / "tidewaiter.toml").write_text("port = 9001\nthreads = 4\n")

    found = settings({"TIDEWAITER_HOME": str(tmp_path), "TIDEWAITER_PORT": "9002"})

    told = {
        name: (found[f"TIDEWAITER_{name}"].text, found[f"TIDEWAITER_{name}"].source) for name in ("PORT", "THREADS")
    }
    assert told == {"PORT": ("9002", "environment"), "THREADS": ("4", "file")}
    assert found["TIDEWAITER_HOST"].source == "given"


def test_an_unknown_setting_is_refused_with_the_one_that_is_near(tmp_path):
    (tmp_path / "tidewaiter.toml").write_text("prot = 1\n")

    _, faults = read_settings({"TIDEWAITER_HOME": str(tmp_path), "TIDEWAITER_HOTS": "x"})

    assert len(faults) == 2
    assert any("TIDEWAITER_PORT" in fault for fault in faults)
    with pytest.raises(SettingRefused, match="no setting"):
        settings({"TIDEWAITER_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("port", "is_sound"), [("0", False), ("1", True), ("65535", True), ("65536", False), ("x", False)]
)
def test_a_port_is_a_whole_number_in_its_bounds(tmp_path, port, is_sound):
    _, faults = read_settings({"TIDEWAITER_HOME": str(tmp_path), "TIDEWAITER_PORT": port})

    assert (faults == []) is is_sound


def test_a_secret_is_shown_neither_in_the_list_nor_in_a_fault(tmp_path):
    secret = "mysql://somebody:hunter2@host/db"  # noqa: S105 - made up

    found, faults = read_settings({"TIDEWAITER_HOME": str(tmp_path), "TIDEWAITER_DATABASE_URL": secret})

    assert found["TIDEWAITER_DATABASE_URL"].shown == MASK
    assert len(faults) == 1
    assert "hunter2" not in faults[0]


def test_clearing_and_quoting_need_no_package_of_the_service():
    script = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.split('.')[0] in {'django', 'psycopg', 'granian', 'prometheus_client', 'cryptography'}:\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "import tidewaiter.service.clear, tidewaiter.service.quote, tidewaiter.cli.clear, tidewaiter.cli.quote\n"
        "from tidewaiter.cli import main\n"
        "sys.exit(main(['config', 'check']))\n"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
