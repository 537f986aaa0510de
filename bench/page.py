"""The page of figures: what was measured, its median and its spread, the bar beside it."""

from collections.abc import Callable, Iterator, Sequence

Measures = dict[str, float]
Told = dict[str, list[Measures]]
Median = Callable[[Sequence[float]], float]
RATIO_MAX, GROWTH_MAX, INTAKE_MIN = 6.0, 1.15, 250_000.0
STEPS = (
    "land and read_s", "settle_s", "narrow pass_s", "windows and wide pass_s", "join, summary, report_s",
)  # fmt: skip

HEAD = """# Performance

Measured by `make bench` on {machine}:
a made-up EU day as Parquet of 79 columns, interleaved rounds, medians, spread (least to most) in brackets. Wall time
where nothing else is said. Machines are shared: the loop and the disk of the same rounds stand below, and ratios are
paired within a round.

"""
FOOT = """
*Copy* reads each file of the day (a million parcels at most) whole and writes it again, as Polars does both. *Clear* is
the whole command: the original is hashed, copied and read, every row typed and checked, settled, decided, priced, and
written in eight tables with summary and report. The *flat* list is a courier's: 24 columns of CSV; the *wide* one has a
column for each of 79 canonical fields. Intake is reading, typing, identity, settling duplicates and every check of data
quality, in process time of all threads; landing (the copy of the original and its hash) is part of the whole command
only.

While a run lasts it takes about 1.6 kB of scratch disk a goods line of the wide day, a third of that for the flat list.
"""


def page(told: Told, machine: str, median: Median) -> str:
    """The whole page as Markdown."""
    parts = [
        HEAD.format(machine=machine),
        *_table(("filings", "copy", "clear", "clear / copy", "filings a second", "peak memory"), _sizes(told, median)),
        "\n",
        *_table(("what", "figure", "bar"), _single(told, median)),
        "\n## Where the time goes\n\nWall seconds of each step; both cores are busy.\n\n",
        *_table(("step", *(f"{size:,}" for size in _sizes_of(told, "clear"))), _steps(told, median)),
        "\nProcess seconds of each step of both plans on one chunk, least of five, told for a million filings.\n\n",
        *_table(("step", "core-seconds"), _stages(told)),
        FOOT,
    ]
    return "".join(parts)


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n"
    yield from (f"| {' | '.join(row)} |\n" for row in rows)


def _sizes_of(told: Told, job: str) -> list[int]:
    return [int(name.rpartition(" ")[2]) for name in told if name.startswith(f"{job} ")]


def _of(told: Told, job: str, name: str) -> list[float]:
    return [figures[name] for figures in told.get(job, [])]


def _shown(values: Sequence[float], median: Median, form: str = ",.2f") -> str:
    spread = f" [{min(values):{form}} to {max(values):{form}}]" if len(values) > 1 else ""
    return f"{median(values):{form}}{spread}"


def _ratios(told: Told, size: int, what: str = "wall_s") -> list[float]:
    pairs = zip(_of(told, f"clear {size}", what), _of(told, f"copy {size}", "wall_s"), strict=True)
    return [own / base for own, base in pairs]


def _sizes(told: Told, median: Median) -> Iterator[Sequence[str]]:
    for size in _sizes_of(told, "clear"):
        job = f"clear {size}"
        walls = _of(told, job, "wall_s")
        rates = [filings / wall for filings, wall in zip(_of(told, job, "filings"), walls, strict=True)]
        yield (
            f"{size:,}", f"{_shown(_of(told, f'copy {size}', 'wall_s'), median)} s", f"{_shown(walls, median)} s",
            _shown(_ratios(told, size), median), _shown(rates, median, ",.0f"),
            f"{_shown(_of(told, job, 'peak_mib'), median, ',.0f')} MiB",
        )  # fmt: skip


def _single(told: Told, median: Median) -> Iterator[Sequence[str]]:
    sizes = _sizes_of(told, "clear")
    for size in sizes:
        if size == 1_000_000:  # noqa: PLR2004 - the size the bar is set for
            yield f"the whole command / copy at {size:,}", _shown(_ratios(told, size), median), f"<= {RATIO_MAX:g}"
            passes = _shown(_ratios(told, size, "passes_s"), median)
            what = f"the two passes, from rows taken in to results in their place / copy at {size:,}"
            yield what, passes, f"<= {RATIO_MAX:g}"
    if len(sizes) > 1:
        growth = median(_ratios(told, sizes[-1])) / median(_ratios(told, sizes[0]))
        yield f"clear / copy at {sizes[-1]:,}, over that at {sizes[0]:,}", f"{growth:.2f}", f"<= {GROWTH_MAX:g}"
    flat = _sizes_of(told, "flat")
    for size in flat:
        figures = told[f"flat {size}"][0]
        yield f"flat list of {size:,}: wall, peak", f"{figures['wall_s']:,.0f} s, {figures['peak_mib']:,.0f} MiB", ""
    if len(flat) > 1:
        first, last = (_of(told, f"flat {size}", "peak_mib")[0] for size in (flat[0], flat[-1]))
        yield f"peak at {flat[-1]:,}, over that at {flat[0]:,}", f"{last / first:.2f}", f"<= {GROWTH_MAX:g}"
    for layout in ("flat", "wide"):
        rates = _of(told, f"intake {layout}", "items_per_core_s")
        if rates:
            what = f"intake of {layout} CSV with all checks, items a core-second"
            yield what, _shown(rates, median, ",.0f"), f">= {INTAKE_MIN:,.0f}"
    yield (
        "reference loop, a million BLAKE2b in plain Python",
        f"{_shown(_of(told, 'reference loop', 'loop_s'), median)} s", "",
    )  # fmt: skip
    yield "disk, forced 4 KiB writes a second", _shown(_of(told, "disk", "commits_per_s"), median, ",.0f"), ""


def _steps(told: Told, median: Median) -> Iterator[Sequence[str]]:
    sizes = _sizes_of(told, "clear")
    for step in STEPS:
        shown = [f"{median(_of(told, f'clear {size}', step)):,.2f}" for size in sizes]
        yield step.removesuffix("_s"), *shown
    yield "core-seconds in all", *(f"{median(_of(told, f'clear {size}', 'cpu_s')):,.1f}" for size in sizes)


def _stages(told: Told) -> Iterator[Sequence[str]]:
    for figures in told.get("stages", []):
        found = sorted((name for name in figures if name != "peak_mib"), key=lambda name: -figures[name])
        yield from ((name, f"{figures[name]:.2f}") for name in found)
