"""Metals in goods: the parts of a line's value that duties on a metal's content, and on all but it, are charged on."""

from typing import Final

import polars as pl

from tidewaiter.model.columns import Schema

MADE_IN: Final = {
    "steel": ("steel_melted_country",),
    "aluminium": ("aluminium_smelted_country", "aluminium_cast_country"),
    "copper": (),
}
"""Each metal, and the columns of a line that say where it was made."""

DECLARED: Final[Schema] = {f"{metal}_value_micro": pl.Int64() for metal in MADE_IN}
WORTH: Final[Schema] = {f"{metal}_value_minor": pl.Int64() for metal in MADE_IN}
"""What the metal in the whole line is worth: as declared, and in minor units of the jurisdiction's currency."""

TAKES: Final = (*WORTH, *(name for names in MADE_IN.values() for name in names))
CONTENT: Final = "content"
REST: Final = "rest"


def base_on(kind: str, *metals: tuple[str, str | None]) -> str:
    """The word for a base: ``content`` or ``rest`` of metals, each with the country whose metal does not count.

    >>> base_on("rest", ("steel", "US"), ("copper", None))
    'rest copper+steel@US'
    """
    return f"{kind} {'+'.join(sorted(name if country is None else f'{name}@{country}' for name, country in metals))}"


def is_on_metal(base: pl.Expr) -> pl.Expr:
    """True where a base is part of the value alone."""
    return base.str.starts_with(f"{CONTENT} ") | base.str.starts_with(f"{REST} ")


def part_of(base: str, value: str) -> pl.Expr:
    """The part of ``value`` a base of metals says, in minor units.

    Empty where what a metal is worth is not declared, or where the metals are worth more than the line.
    """
    kind, metals = _read(base)
    whole = pl.sum_horizontal(*(_counted(metal, country) for metal, country in metals), ignore_nulls=False)
    part = whole if kind == CONTENT else pl.col(value) - whole
    return pl.when(whole <= pl.col(value)).then(part)


def lacking(base: str) -> pl.Expr:
    """Door names of the fields whose absence leaves a base unknown, with commas between; empty where none lacks."""
    _, metals = _read(base)
    names = [
        pl.when(_counted(metal, country).is_null()).then(pl.lit(f"item_{metal}_value_amount"))
        for metal, country in metals
    ]
    told = pl.concat_str(names, separator=", ", ignore_nulls=True)
    return pl.when(told != "").then(told)


def _read(base: str) -> tuple[str, list[tuple[str, str | None]]]:
    kind, _, metals = base.partition(" ")
    pairs = [metal.partition("@") for metal in metals.split("+")]
    return kind, [(name, country or None) for name, _, country in pairs]


def _counted(metal: str, country: str | None) -> pl.Expr:
    """What a metal is worth; nothing of it counts where all of it was made in ``country``."""
    worth, made_in = pl.col(f"{metal}_value_minor"), MADE_IN[metal]
    if country is None or not made_in:
        return worth
    is_spared = pl.all_horizontal((pl.col(name) == country).fill_null(value=False) for name in made_in)
    return pl.when(is_spared).then(0).otherwise(worth)
