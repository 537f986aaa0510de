"""Draw what the terminal shows: the first day of a real ``tidewaiter demo`` as a picture for the front page.

``python -m tools.picture`` runs the demo in a folder of its own and writes ``docs/pictures/demo.svg``. Text stays text,
in the reader's own monospace font, light or dark as the reader has it; nothing is fetched from anywhere.
"""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.source import DOCS

PICTURE = DOCS / "pictures" / "demo.svg"
COMMAND = ("tidewaiter", "demo", "--to", "demo-out")
COLUMNS = 92
CHARACTER, LINE, MARGIN, BAR = 8.43, 19, 24, 34
"""Width of a character, height of a line, space around the text and of the bar above it, in pixels."""

STYLE = """
  :root { color-scheme: light dark; }
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
         fill: #1b2733; white-space: pre; }
  .paper { fill: #ffffff; stroke: #c9d3dc; } .bar { fill: #eef2f6; } .knob { fill: #c2ccd6; }
  .head { font-weight: 600; } .command { fill: #0b5c8a; }
  .release { fill: #2d7d46; } .hold { fill: #b9770e; } .quiet { fill: #66757f; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4eaf0; } .paper { fill: #12181f; stroke: #33414f; } .bar { fill: #1c2630; } .knob { fill: #465564; }
    .command { fill: #7cc4ec; }
    .release { fill: #6cc08b; } .hold { fill: #e5b454; } .quiet { fill: #93a1ad; }
  }
"""


def main() -> int:
    """Run the demo, draw its first day and the places to look."""
    with TemporaryDirectory() as folder:
        said = _demo(Path(folder))
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(list(chosen(said.splitlines()))), encoding="utf-8")
    print(f"{PICTURE.relative_to(DOCS.parent)}: {PICTURE.stat().st_size:,} bytes")
    return 0


def _demo(folder: Path) -> str:
    scripts = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    plain = {**os.environ, "PATH": scripts, "COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    run = subprocess.run(COMMAND, cwd=folder, env=plain, check=True, capture_output=True, text=True)  # noqa: S603 - fixed
    return run.stdout


def chosen(lines: Sequence[str]) -> Iterator[str]:
    """The command, the first day, a word on the other days, the places to look of the first."""
    heads = [number for number, line in enumerate(lines) if re.match(r"  [A-Z]{2}, \d", line)]
    look = next(number for number, line in enumerate(lines) if line.strip() == "Where to look")
    yield "$ make demo"
    yield from lines[heads[0] - 1 : heads[1]]
    others = [lines[number].strip().split(", law")[0] for number in heads[1:]]
    yield from (f"  and the same for {' and '.join(others)}", "")
    yield from lines[look : look + 5]


def drawn(lines: Sequence[str]) -> str:
    """The lines as a window of a terminal."""
    width = round(max(map(len, lines)) * CHARACTER) + 2 * MARGIN
    height = len(lines) * LINE + BAR + 2 * MARGIN
    knobs = "".join(f'<circle class="knob" cx="{20 + 18 * number}" cy="{BAR / 2:g}" r="5"/>' for number in range(3))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="title">\n<title id="title">A run of make demo in a terminal</title>\n'
        f"<style>{STYLE}</style>\n"
        f'<rect class="paper" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>\n'
        f'<path class="bar" d="M1 {BAR}V9a8 8 0 0 1 8-8H{width - 9}a8 8 0 0 1 8 8V{BAR}z"/>{knobs}\n'
        f"{''.join(_texts(lines))}</svg>\n"
    )


def _texts(lines: Iterable[str]) -> Iterator[str]:
    place = f'x="{MARGIN}" xml:space="preserve"'
    for number, line in enumerate(lines):
        if line.strip():
            y = BAR + MARGIN + number * LINE + LINE / 2
            yield f'<text {place} y="{y:g}"{_look(line)}>{escape(line, quote=False)}</text>\n'


def _look(line: str) -> str:
    words = line.split()
    if line.startswith("$"):
        return ' class="command"'
    if words[0] == "and":
        return ' class="quiet"'
    if "█" in line:
        return f' class="{"release" if words[0] == "release" else "hold"}"'
    is_head = re.match(r"  \S", line) and line.lstrip()[0].isupper()
    return ' class="head"' if is_head else ""


if __name__ == "__main__":
    sys.exit(main())
