"""The batcher's process: rules and tallies kept up to date beside it, its line, its socket."""

import gc
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidewaiter.kit.risk_rule import Window
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.reference.in_use import in_use
from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.deciding import decide
from tidewaiter.runners.batcher.looking_back import Nothing, Past
from tidewaiter.runners.batcher.message import Message
from tidewaiter.service.audit import keys_folder, log_folder
from tidewaiter.service.batcher import in_force
from tidewaiter.service.loaded_judging import JUDGES
from tidewaiter.service.lodging.book import Book, Follows
from tidewaiter.service.lodging.listening import Listener
from tidewaiter.service.lodging.receipts import receipt_signer
from tidewaiter.service.lodging.tallying import Tallies
from tidewaiter.service.moving.presented import judge_presented
from tidewaiter.service.settings import home_folder, settings

if TYPE_CHECKING:
    from tidewaiter.runners.batcher.deciding import InForce
    from tidewaiter.runners.batcher.tally import Tally

LOOK_S: Final = 5.0
FIRST: Final = b'{"consignment_id":"first","items":[{"item_no":"1","commodity_code":"610910"}]}'
"""A filing that nobody lodged and nobody keeps."""
LODGED: Final = (*JUDGES, judge_presented)
"""What decides beside the plan. What is published of a parcel that is there follows from the others: it comes last."""
YOUNG: Final = 50_000
"""New objects after which the interpreter looks for rings among them: a batch of few makes fewer."""
LOG: Final = logging.getLogger("tidewaiter.batcher")


class Standing:
    """What decides and what is looked back on, as of now; ``look`` takes up what changed on disk."""

    def __init__(
        self, jurisdiction: str, home: Path, clock: Callable[[], datetime], stop: threading.Event | None = None
    ) -> None:
        self._jurisdiction, self._home, self._clock = jurisdiction, home, clock
        self._tallies = Tallies(home, jurisdiction, stop or threading.Event())
        self._used = in_use(home)
        self.rules: InForce = self._opened()
        self.tallies: Sequence[Tally] = self._tallies.serving(self.windows)

    @property
    def windows(self) -> Sequence[Window]:
        """The windows of the rules in force."""
        return self.rules.windows

    def look(self) -> None:
        """Open rules and shelves anew where other editions are in use, and make tallies of runs that are finished."""
        used = in_use(self._home)
        if used != self._used:
            self.rules, self._used = self._opened(), used
        self.tallies = self._tallies.serving(self.windows)

    def _opened(self) -> "InForce":
        """Rules that have decided once already: what they make at their first filing is made before one comes."""
        rules = in_force(self._jurisdiction, home=self._home)
        decide(rules, [Message("first", FIRST)], self._clock(), Past(Nothing()))
        settle()
        return rules


def settle() -> None:
    """Have the interpreter pass over what stays when it looks for rings: rules hold a million objects, none of them lost.

    Looking through them would take a tenth of a second, in the midst of a batch.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


def lodge_until(
    stop: threading.Event, clock: Callable[[], datetime], follows: Sequence[Follows] = (), home: Path | None = None
) -> None:
    """Serve the line and the socket until told to stop, and answer all that waits before this returns."""
    place = home or home_folder()
    standing = Standing(settings().text("TIDEWAITER_JURISDICTION"), place, clock, stop)
    signer = receipt_signer(keys_folder())
    book = Book(signer, clock, lambda: standing.windows, log_folder(), follows, LODGED)
    batcher = Batcher(lambda: standing.rules, lambda: Past(book, standing.tallies), book, clock, watch=_watch)
    with Listener(place, batcher, clock), batcher:
        while not stop.wait(LOOK_S):
            try:
                standing.look()
            except (TidewaiterError, OSError) as fault:
                LOG.warning("the shelves cannot be opened anew", exc_info=fault)


def _watch(name: str, fault: Exception) -> None:
    LOG.error("a message was set aside" if name else "a batch was not kept", exc_info=fault)
