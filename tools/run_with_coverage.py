"""Run the tests and hold the calculating rooms to their line coverage; the tests' own closing line comes last."""

import shutil
import subprocess
import sys
from pathlib import Path

from tools.measured_tests import ROOMS

ROOT = Path(__file__).resolve().parents[1]
LEAST_PERCENT = 95
COVERAGE = (sys.executable, "-m", "coverage")


def main() -> int:
    """Run pytest with the given arguments, then judge; exit code 1 where tests fail or lines go untested."""
    data = ROOT / ".coverage-data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    code, closing = run_tests(sys.argv[1:])
    judged = judge()
    print(closing)
    return code or judged


def run_tests(arguments: list[str]) -> tuple[int, str]:
    """Show the tests as they run; give their exit code and their closing line."""
    command = [*COVERAGE, "run", "-m", "pytest", "-p", "tools.measured_tests", *arguments]
    closing = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:  # noqa: S603 - fixed words
        for line in tests.stdout or ():
            print(line, end="", flush=True)
            closing = line.strip() or closing
    return tests.returncode, closing


def judge() -> int:
    """Print the lines that no test reaches; 1 where a smaller share is reached than must be."""
    subprocess.run([*COVERAGE, "combine", "--quiet"], cwd=ROOT, check=True)  # noqa: S603 - fixed words
    rooms = ",".join(f"src/tidewaiter/{room}/*" for room in ROOMS)
    report = [*COVERAGE, "report", f"--include={rooms}", f"--fail-under={LEAST_PERCENT}"]
    return 1 if subprocess.run(report, cwd=ROOT, check=False).returncode else 0  # noqa: S603 - fixed words


if __name__ == "__main__":
    sys.exit(main())
