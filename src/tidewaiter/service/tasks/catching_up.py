"""Has events take effect that were told before a file brought their filings."""

from tidewaiter.service.moving.catching_up import CATCH_UP, catch_up
from tidewaiter.service.work import Turn, task


@task(CATCH_UP)
def presented_before_filed(turn: Turn, *, first: int, last: int) -> None:
    """Go through the filings of a run; a second try goes on where the first ended."""
    catch_up(first, last, turn.clock)
