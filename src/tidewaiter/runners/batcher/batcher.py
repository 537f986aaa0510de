"""One thread that takes all that waits, decides it, has it committed, and only then answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Thread
from time import monotonic
from typing import Final, Self

from tidewaiter.model.errors import EnvironmentFault, KeyUsedOtherwise, Unavailable, UnusableInput
from tidewaiter.runners.batcher.answering import answers
from tidewaiter.runners.batcher.changing import changed_by
from tidewaiter.runners.batcher.deciding import Decided, InForce, decide
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.message import BODY_MAX, Answer, Message, Reject
from tidewaiter.runners.batcher.unit_of_work import UnitOfWork
from tidewaiter.runners.batcher.waiting import CLOSED, Line, Ticket
from tidewaiter.runners.chunks import Moment

AT_ONCE: Final = 1_000
PLACES: Final = 10_000
BYTES_MAX: Final = 256 << 20
NOT_NOW: Final = "The message could not be kept just now, so it is not answered. Send it again with the same key."
NOBODYS_FAULT: Final = (Unavailable, EnvironmentFault, MemoryError, OSError)
"""Errors that say nothing about the messages: nothing is answered, and sending again helps."""

MEMORY: Final = 0.8
"""How much of the rate is remembered from batch to batch."""

Watch = Callable[[str, Exception], None]
"""Is told the name of a message (empty: a whole batch) and what happened to it."""


class Batcher:
    """Serves a line of messages in one thread, so there is one order of acceptance.

    ``in_force`` and ``past`` are asked once a batch: who exchanges what they give does so between two batches.
    ``moment`` says when a batch is accepted; it never goes back, whatever the clock does.
    """

    def __init__(
        self,
        in_force: Callable[[], InForce],
        past: Callable[[], Past],
        unit: UnitOfWork,
        moment: Callable[[], Moment],
        *,
        at_once: int = AT_ONCE,
        places: int = PLACES,
        bytes_max: int = BYTES_MAX,
        watch: Watch = lambda _name, _fault: None,
    ) -> None:
        self._in_force, self._past, self._unit, self._moment = in_force, past, unit, moment
        self._at_once, self._watch = at_once, watch
        self._line = Line(places, bytes_max)
        self._last: datetime | None = None
        self._thread = Thread(target=self._serve, name="batcher", daemon=True)

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take no more, answer all that waits, and end."""
        self._line.close()
        self._thread.join()

    @property
    def waiting(self) -> int:
        """How many messages wait now."""
        return len(self._line)

    @property
    def is_serving(self) -> bool:
        """Whether messages are being answered."""
        return self._thread.is_alive()

    def put(self, message: Message) -> Ticket:
        """Stand a message in line. ``Busy`` at once where the line is full, ``UnusableInput`` for one too long."""
        if len(message.body) > BODY_MAX:
            raise UnusableInput(f"The message is longer than {BODY_MAX >> 20} MiB: that is no filing. Send one filing.")
        return self._line.put(message)

    def _serve(self) -> None:
        tickets: Sequence[Ticket] = ()
        try:
            while tickets := self._line.take(self._at_once):
                started = monotonic()
                self._settle(tickets)
                rate = len(tickets) / max(monotonic() - started, 1e-6)
                self._line.per_s = MEMORY * self._line.per_s + (1 - MEMORY) * rate if self._line.per_s else rate
        finally:
            self._line.close()
            while left := self._line.take(PLACES):
                tickets = [*tickets, *left]
            for ticket in tickets:
                if not ticket.done.is_set():
                    ticket.fail(Unavailable(CLOSED))

    def _settle(self, tickets: Sequence[Ticket]) -> None:
        """Answer calls that were answered before with the same words; decide the others."""
        first: dict[tuple[str, str], Ticket] = {}
        for ticket in tickets:
            if ticket.message.key:
                first.setdefault(ticket.message.call, ticket)
        try:
            kept = self._unit.kept(list(first)) if first else {}
        except Exception as fault:  # noqa: BLE001 - whatever the keeper raises, every sender is told
            self._fail(tickets, fault)
            return
        asked = [ticket for ticket in tickets if _is_asked_first(ticket, first) and ticket.message.call not in kept]
        for wave in _in_waves(asked):
            self._decide(wave)
        for ticket in tickets:
            call = ticket.message.call
            if ticket.message.key and call in kept:
                _answer_again(ticket, kept[call].body, kept[call].answer)
            elif not _is_asked_first(ticket, first):
                _answer_as(ticket, first[call])

    def _decide(self, tickets: Sequence[Ticket]) -> None:
        """Decide, commit, answer. What breaks a batch is looked for by halves, set aside, and the rest answered."""
        messages = [ticket.message for ticket in tickets]
        try:
            batch = decide(self._in_force(), messages, self._accepted_at(), self._past())
            told = self._committed(batch)
        except NOBODYS_FAULT as fault:
            self._fail(tickets, fault)
        except Exception as fault:  # noqa: BLE001 - any fault may be the work of one message
            if len(tickets) == 1:
                self._set_aside(tickets[0], fault)
            else:
                half = len(tickets) // 2
                self._decide(tickets[:half])
                self._decide(tickets[half:])
        else:
            for ticket, answer in zip(tickets, told, strict=True):
                ticket.settle(answer)

    def _committed(self, batch: Decided) -> list[Answer]:
        told = answers(batch)
        receipts = self._unit.commit(batch, told)
        return [Answer(fate, words, receipt) for (fate, words), receipt in zip(told, receipts, strict=True)]

    def _set_aside(self, ticket: Ticket, fault: Exception) -> None:
        """Keep a message that cannot be decided, with the reason, and say so."""
        self._watch(ticket.message.name, fault)
        reject = Reject("ROW-91", "", None, None, _broke(fault))
        batch = Decided([ticket.message], self._accepted_at(), self._in_force(), {}, {0: [reject]}, {}, {})
        try:
            ticket.settle(self._committed(batch)[0])
        except Exception as second:  # noqa: BLE001 - it could not even be kept: the sender still has it
            self._fail([ticket], second)

    def _fail(self, tickets: Sequence[Ticket], fault: Exception) -> None:
        self._watch("", fault)
        told = fault if isinstance(fault, Unavailable) else Unavailable(NOT_NOW)
        for ticket in tickets:
            ticket.fail(told)

    def _accepted_at(self) -> Moment:
        """The moment of a batch, never before that of an earlier one."""
        moment = self._moment()
        if isinstance(moment, datetime):
            self._last = max(moment, self._last) if self._last else moment
            return self._last
        return moment


def _in_waves(tickets: Sequence[Ticket]) -> Iterator[Sequence[Ticket]]:
    """Originals together, then what changes filings: of each filing one change at a time, in the order they came."""
    waves: list[list[Ticket]] = [[]]
    seen: dict[tuple[str, str], int] = {}
    for ticket in tickets:
        named = changed_by(ticket.message.body)
        place = 0 if named is None else seen.get((ticket.message.submitter, named), 0) + 1
        if named is not None:
            seen[ticket.message.submitter, named] = place
        while len(waves) <= place:
            waves.append([])
        waves[place].append(ticket)
    return (wave for wave in waves if wave)


def _is_asked_first(ticket: Ticket, first: Mapping[tuple[str, str], Ticket]) -> bool:
    """Whether no other ticket of the batch stands for the same call."""
    return not ticket.message.key or first[ticket.message.call] is ticket


def _answer_as(ticket: Ticket, other: Ticket) -> None:
    """What the other ticket of the same call got."""
    if other.answer is not None:
        _answer_again(ticket, other.message.body, other.answer)
    else:
        ticket.fail(other.fault or Unavailable(NOT_NOW))


def _answer_again(ticket: Ticket, body: bytes, answer: Answer) -> None:
    """The answer a call got before, unless it says something else now."""
    if body == ticket.message.body:
        ticket.settle(answer)
    else:
        ticket.fail(KeyUsedOtherwise(ticket.message.key))


def _broke(fault: Exception) -> str:
    return (
        f"The message is kept and could not be decided ({type(fault).__name__}). That is a fault of Tidewaiter and not "
        "of the sender: report it with its receipt."
    )
