"""``python verify.pyz FOLDER``: the proof as a program."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tidewaiter.store.verify.log import verify


def main() -> int:
    """Check what is named; exit code 1 where it is not whole, 2 where there is nothing to check."""
    told = argparse.ArgumentParser(prog="verify", description="Prove that a log is whole, or that a proof holds.")
    told.add_argument("path", type=Path, help="the folder of a log, or the file of a proof")
    told.add_argument("--key", help="the key that must have signed, as name+hash+key")
    told.add_argument("--seen", type=Path, action="append", default=[], help="checkpoints that somebody kept")
    told.add_argument("--witness", help="the key that must have cosigned those")
    told.add_argument("--json", action="store_true", help="the report as JSON")
    words = told.parse_args()
    try:
        report = verify(words.path, words.key, words.seen, words.witness)
    except OSError as fault:
        sys.stderr.write(f"{fault.filename}: {fault.strerror}\n")
        return 2
    text = json.dumps(asdict(report), indent=2) if words.json else "\n".join(report.lines())
    sys.stdout.write(text + "\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
