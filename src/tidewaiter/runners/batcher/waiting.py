"""Waiting: a bounded line of messages, and the ticket by which whoever brought one waits for its answer."""

from collections import deque
from dataclasses import dataclass, field
from threading import Condition, Event
from typing import Final

from tidewaiter.model.errors import Busy, TidewaiterError, Unavailable
from tidewaiter.runners.batcher.message import Answer, Message

RETRY_MAX_S: Final = 60
STILL_AT_WORK: Final = "The message is still being worked on. Ask again with the same key: it is answered once."
CLOSED: Final = "The service is stopping and takes no more messages. Send it again in a moment."


@dataclass
class Ticket:
    """A message that waits, and later what became of it."""

    message: Message
    done: Event = field(default_factory=Event)
    answer: Answer | None = None
    fault: TidewaiterError | None = None

    def settle(self, answer: Answer) -> None:
        """Say what became of the message."""
        self.answer = answer
        self.done.set()

    def fail(self, fault: TidewaiterError) -> None:
        """Say why there is no answer."""
        self.fault = fault
        self.done.set()

    def wait(self, timeout_s: float | None = None) -> Answer:
        """The answer, as soon as it is there. Raises what ``fail`` was given, or ``Unavailable`` after the time."""
        if not self.done.wait(timeout_s):
            raise Unavailable(STILL_AT_WORK)
        if self.answer is None:
            raise self.fault or Unavailable(STILL_AT_WORK)
        return self.answer


class Line:
    """Tickets in the order they came, never more than ``places`` of them nor more than ``bytes_max`` of bodies."""

    def __init__(self, places: int, bytes_max: int) -> None:
        self._places, self._bytes_max = places, bytes_max
        self._tickets: deque[Ticket] = deque()
        self._bytes = 0
        self._is_open = True
        self._changed = Condition()
        self.per_s = 0.0

    def __len__(self) -> int:
        return len(self._tickets)

    def put(self, message: Message) -> Ticket:
        """A place at the end; raises ``Busy`` at once where there is none, ``Unavailable`` once the line is closed."""
        ticket = Ticket(message)
        with self._changed:
            if not self._is_open:
                raise Unavailable(CLOSED)
            is_full = len(self._tickets) >= self._places or self._bytes + len(message.body) > self._bytes_max
            if is_full and self._tickets:
                raise Busy(self._retry_after_s())
            self._tickets.append(ticket)
            self._bytes += len(message.body)
            self._changed.notify()
        return ticket

    def take(self, most: int) -> list[Ticket]:
        """All that wait, up to ``most``; waits for the first. None only when the line is closed and empty."""
        with self._changed:
            while not self._tickets and self._is_open:
                self._changed.wait()
            taken = [self._tickets.popleft() for _ in range(min(most, len(self._tickets)))]
            self._bytes -= sum(len(ticket.message.body) for ticket in taken)
            return taken

    def close(self) -> None:
        """Take no more; what waits is still served."""
        with self._changed:
            self._is_open = False
            self._changed.notify_all()

    def _retry_after_s(self) -> int:
        """How long what waits will take, as far as the last batches tell."""
        return max(1, min(RETRY_MAX_S, round(len(self._tickets) / self.per_s))) if self.per_s else 1
