"""Runs of the command line: files written, cleared through the door, and all that came of it in one place."""

import json
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from tidewaiter.cli import main
from tidewaiter.runners.workspace import RECEIPT

DAY = "2026-10-20"
COLUMNS = (
    "consignment_id", "mode", "gross_mass_kg", "destination_country", "consignor_country", "consignee_name",
    "item_no", "item_description", "item_commodity_code", "item_quantity", "item_net_mass_kg",
    "item_value_amount", "item_value_currency",
)  # fmt: skip
HEADER = ",".join(COLUMNS)
SOUND = {
    "consignment_id": "A1", "mode": "post", "gross_mass_kg": "0.5", "destination_country": "DE",
    "consignor_country": "CN", "consignee_name": "Anna Berg", "item_no": "1", "item_description": "cotton shirt",
    "item_commodity_code": "610910", "item_quantity": "1", "item_net_mass_kg": "0.3", "item_value_amount": "12.50",
    "item_value_currency": "EUR",
}  # fmt: skip


def a_row(**said: str) -> str:
    """A sound line of CSV, with what the test says otherwise."""
    return ",".join({**SOUND, **said}.values())


def a_list(*rows: str, header: str = HEADER) -> str:
    """A CSV file of these lines."""
    return "\n".join((header, *rows)) + "\n"


@dataclass(frozen=True)
class Outcome:
    """What a call of the command line left behind."""

    code: int
    told: str
    target: Path

    @property
    def receipt(self) -> dict:
        return json.loads((self.target / RECEIPT).read_text(encoding="utf-8"))

    def table(self, name: str) -> pl.DataFrame:
        path = self.target / f"{name}.parquet"
        return pl.read_parquet(path) if path.is_file() else pl.DataFrame()

    @property
    def quarantine(self) -> list[tuple[int, str, str]]:
        """Position, code and pointer of every row set aside."""
        return self.table("quarantine").select("source_position", "code", "pointer").rows()

    @property
    def accepted(self) -> list[str]:
        told = self.table("consignments")
        return sorted(told["consignment_id"].to_list()) if told.height else []


def words_of(inputs: list[Path], target: Path, *more: str) -> list[str]:
    """The words a person types."""
    return ["clear", *map(str, inputs), "--as", "EU", "--on", DAY, "--to", str(target), *more]


def cleared(capsys, target: Path, *inputs: Path, more: tuple[str, ...] = ()) -> Outcome:
    """Clear through the door, in this process."""
    capsys.readouterr()
    code = main(words_of(list(inputs), target, *more))
    return Outcome(code, capsys.readouterr().err, target)


def written(folder: Path, content: bytes | str, name: str = "list.csv") -> Path:
    """A file with this content, text as UTF-8."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


PEAK = """
with open('/proc/self/status') as status:
    print(*(line for line in status if 'VmHWM' in line), file=sys.stderr)
"""
"""Tells the most memory this process ever held; other figures count what its parent held before it was started."""


def started(words: list[str], prelude: str = "", **options) -> subprocess.Popen:
    """The command line in a process of its own; ``prelude`` runs before it."""
    script = f"import sys\n{prelude}\nfrom tidewaiter.cli import main\ncode = main({words!r})\n"
    script += f"{PEAK}sys.exit(code)"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", script], **pipes, **options)


def hashes_of(folder: Path) -> dict[str, str]:
    """Every file below a folder by the hash of its bytes; how long a run took is left out of its summary."""
    return {
        path.relative_to(folder).as_posix(): sha256(_lasting(path)).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def _lasting(path: Path) -> bytes:
    if path.name != "summary.json":
        return path.read_bytes()
    told = json.loads(path.read_text(encoding="utf-8"))
    told["timing"].pop("duration_s")
    return json.dumps(told).encode()


def beside(target: Path) -> list[str]:
    """Names of what stands where the target should: the target itself, scratch folders, locks."""
    return sorted(path.name for path in target.parent.glob(f"*{target.name}*"))
