"""The page of figures: what was measured, its median and its spread, the bar beside it."""

from collections.abc import Callable, Sequence

Measures = dict[str, float]
Told = dict[str, list[Measures]]
RATIO_MAX, PEAK_MAX_MIB, INTAKE_MIN = 6.0, 2048.0, 250_000.0

HEAD = """# Performance

Measured by `make bench` on {machine}: {filings:,} filings of a made-up EU day,
{rounds} interleaved rounds, medians, spread (least to most) in brackets. Wall time
where nothing else is said. Machines are shared: the loop and the disk of the
same rounds stand below, and ratios are paired within a round.

| what | figure | bar |
|---|---|---|
"""


def page(told: Told, machine: str, filings: int, rounds: int, median: Callable[[Sequence[float]], float]) -> str:
    """The whole page as Markdown."""

    def of(job: str, name: str) -> list[float]:
        return [figures[name] for figures in told[job]]

    def shown(values: Sequence[float], form: str = ",.2f") -> str:
        return f"{median(values):{form}} [{min(values):{form}} to {max(values):{form}}]"

    copies = of("copy", "wall_s")
    passes = [own / base for own, base in zip(of("clear", "passes_s"), copies, strict=True)]
    whole = [own / base for own, base in zip(of("clear", "wall_s"), copies, strict=True)]
    rates = [items / seconds for items, seconds in zip(of("clear", "filings"), of("clear", "wall_s"), strict=True)]
    lines = [
        ("Parquet copy of the same data (read all, write all)", f"{shown(copies)} s", ""),
        ("the two passes, rows taken in to results in their place", f"{shown(of('clear', 'passes_s'))} s", ""),
        ("the two passes / copy", shown(passes), f"<= {RATIO_MAX:g}"),
        ("the whole command, landing and reading the originals included", f"{shown(of('clear', 'wall_s'))} s", ""),
        ("the whole command / copy", shown(whole), ""),
        ("filings a second, whole command", shown(rates, ",.0f"), ""),
        ("peak memory of the command", f"{shown(of('clear', 'peak_mib'), ',.0f')} MiB", f"<= {PEAK_MAX_MIB:,.0f} MiB"),
        *(
            (
                f"intake of {layout} CSV with all checks, items a core-second",
                shown(of(f"intake of {layout} CSV", "items_per_core_s"), ",.0f"),
                f">= {INTAKE_MIN:,.0f}",
            )
            for layout in ("flat", "wide")
        ),
        ("reference loop, a million BLAKE2b in plain Python", f"{shown(of('reference loop', 'loop_s'))} s", ""),
        ("disk, forced 4 KiB writes a second", shown(of("disk", "commits_per_s"), ",.0f"), ""),
    ]
    table = "".join(f"| {what} | {figure} | {bar} |\n" for what, figure, bar in lines)
    return HEAD.format(machine=machine, filings=filings, rounds=rounds) + table + FOOT


FOOT = """
The *flat* list is a courier's: 24 columns. The *wide* one has a column for each of 79 canonical fields. Intake is
reading, typing, identity, settling duplicates and every check of data quality, in process time of all threads; landing
(the copy of the original and its hash) is part of the whole command only.
"""
