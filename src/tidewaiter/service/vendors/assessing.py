"""What filings owe at the border once a vendor's number does not pay for them: the same plan, the claim left out."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

from tidewaiter.runners.batcher.answering import answers
from tidewaiter.runners.batcher.deciding import InForce, decide
from tidewaiter.runners.batcher.looking_back import Nothing, Past
from tidewaiter.runners.batcher.message import ACCEPTED, Message
from tidewaiter.service.vendors.reconciling import Assess, Owed, Unclaimed

BORDER: Final = "border"
CHARGE: Final = (
    "item_no", "charge", "tax_type", "base_minor", "rate_text", "amount_minor", "currency", "status", "liable",
    "rule_id", "source",
)  # fmt: skip


def assessor(in_force: InForce) -> Assess:
    """Assesses by the law of the moment at which each filing was decided."""

    def assess(filings: Sequence[Unclaimed]) -> dict[UUID, Owed]:
        owed: dict[UUID, Owed] = {}
        for _, group in groupby(filings, key=lambda one: one.decided_at):
            owed |= _assessed(in_force, list(group))
        return owed

    return assess


def _assessed(in_force: InForce, filings: Sequence[Unclaimed]) -> Mapping[UUID, Owed]:
    messages = [Message(str(one.filing), one.body) for one in filings]
    decided = decide(in_force, messages, filings[0].decided_at, Past(Nothing()))
    found = {}
    for one, (fate, told) in zip(filings, answers(decided), strict=True):
        if fate != ACCEPTED:
            found[one.filing] = Owed([], None, None)
            continue
        charges = [charge for charge in told["charges"] if charge["collected_from"] == BORDER]
        kept = [{name: charge[name] for name in CHARGE} for charge in charges]
        found[one.filing] = Owed(kept, told["due_at_border_minor"], told["currency"])
    return found
