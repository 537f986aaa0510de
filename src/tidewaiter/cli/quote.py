"""``tidewaiter quote``."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.clear import use_threads
from tidewaiter.cli.numbers import Whole
from tidewaiter.cli.quote_words import answer_lines, fault_lines
from tidewaiter.cli.words import show
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.words import counted


def quote(
    file: Annotated[str, Parameter(name="FILE", allow_leading_hyphen=True)] = "-",
    /,
    *,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    on: str | None = None,
    packs: Path | None = None,
    again: Annotated[bool, Parameter(negative=())] = False,
    strict: Annotated[bool, Parameter(negative=())] = False,
    threads: Whole | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say what filings would cost and which data sets the law allows them; nothing is screened or kept.

    Args:
        file: NDJSON, one filing a line in canonical fields, or - for what comes in.
        as_: Jurisdiction for lines that do not name one, like EU, EU/DE, GB; else the destination tells.
        on: Day for filings that carry none, like 2026-10-20.
        packs: Folder of packs outside the house.
        again: FILE holds answers of --json: work them out anew with the editions they name.
        strict: Exit with 1 where a line could not be answered.
        threads: Threads to use.
        json: One answer a line as JSON.
    """
    use_threads(threads)
    from tidewaiter.service.quote import json_line

    answers = _answers(file, as_, on, packs, again=again)
    answered, refused = 0, 0
    for answer in answers:
        refused += "errors" in answer
        answered += "errors" not in answer
        if json:
            print(json_line(answer))
        else:
            show(fault_lines(answer) if "errors" in answer else answer_lines(answer, again=again))
    if not answered + refused:
        raise WrongUse("There is no line to answer. Write one filing a line as a JSON object.")
    if refused or answered > 1:
        told = f"{counted(answered + refused, 'line')}: {answered:,} answered, {refused:,} could not be."
        print(told, file=sys.stderr)
    return 1 if strict and refused else 0


def _answers(
    file: str, as_: str | None, on: str | None, packs: Path | None, *, again: bool
) -> Iterator[Mapping[str, Any]]:
    if not again:
        from tidewaiter.service.quote import quotes

        return quotes(file, as_=as_, on=on, packs=packs)
    if as_ or on:
        raise WrongUse("--again takes jurisdiction and day from the answers: leave out --as and --on.")
    from tidewaiter.service.again import again as asked_again

    return asked_again(file, packs=packs)
