"""The unit of work: where a decided batch becomes lasting, all of it or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tidewaiter.runners.batcher.answering import Answers
from tidewaiter.runners.batcher.deciding import Decided
from tidewaiter.runners.batcher.message import Kept

Receipt = Mapping[str, Any]
"""What a sender can show for a message: words and numbers that go into JSON as they are."""


class UnitOfWork(Protocol):
    """Keeps batches. Calls come from one thread, one after the other.

    Either method raises ``Unavailable`` where the keeper cannot be reached or cannot tell whether a commit took place;
    nothing is answered then, and who asks again with the same key gets what was kept. Any other error is taken for a
    fault of the batch.
    """

    def kept(self, calls: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Kept]:
        """What was answered to these calls (submitter and key) before."""
        ...

    def commit(self, batch: Decided, answers: Answers) -> Sequence[Receipt]:
        """Make messages, decisions and answers lasting in one transaction; one receipt a message, in their order."""
        ...
