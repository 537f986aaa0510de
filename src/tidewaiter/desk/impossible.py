"""What cannot be done to a case as it stands, each in a sentence that says what to do first."""

from collections.abc import Iterator

from tidewaiter.desk.events import AFTER_ALL, DECIDED, DISPOSITIONS, FINAL, LINES, RESULTS, Event
from tidewaiter.desk.folding import Case
from tidewaiter.model.errors import ImpossibleAct, SeenBefore
from tidewaiter.model.words import counted


def refuse_impossible(case: Case, event: Event, saw: int | None = None) -> None:
    """Let an event pass that may follow on a case; ``saw`` is how many events its person had seen.

    Raises:
        SeenBefore: something happened since.
        ImpossibleAct: presentation, a result, an answer or another person is missing, or all is decided already.
    """
    if saw is not None and saw != case.seq:
        raise SeenBefore(
            f"Since you looked, {counted(case.seq - saw, 'thing')} happened to this case. Look again, then decide."
        )
    faults = list(reasons_against(case, event))
    if faults:
        raise ImpossibleAct(" ".join(faults))


def reasons_against(case: Case, event: Event) -> Iterator[str]:
    """Why an event cannot follow, every reason at once; nothing: it can."""
    if (case.seq == 0) != (event.kind == "opened"):
        yield "A case is opened once, before anything else."
        return
    if case.is_closed and event.kind not in AFTER_ALL:
        yield "Everything here is decided; only an amended filing opens it again."
        return
    items = set(event.told.get("items", () if event.kind in {"opened", "amended"} else case.items))
    if not items:
        yield "Name at least one goods line."
    unknown = sorted(items - case.items.keys()) if event.kind not in {"opened", "amended"} else []
    if unknown:
        yield f"There is no goods line {', '.join(map(str, unknown))} in this filing."
    if event.kind in DECIDED or event.kind == "proposed":
        yield from _against_deciding(case, items & case.items.keys())
    if "released" in (event.kind, event.told.get("act")):
        yield from _against_release(case, items & case.items.keys())
    if event.kind == "refused" or (event.kind == "released" and case.approved_by is not None):
        yield from _against_going_beyond(case, event, items)
    if event.kind in {"approved", "declined"}:
        yield from _against_approval(case, event)
    yield from _against_words(case, event)


def _against_words(case: Case, event: Event) -> Iterator[str]:
    """What an event names is on its list, or there."""
    told = event.told
    if event.kind == "proposed" and told["act"] not in DECIDED:
        yield f"What can be proposed: {', '.join(sorted(DECIDED))}."
    if event.kind == "agency_answered" and told["agency"] not in case.agencies:
        yield f"Leave of {told['agency']} is not wanted here."
    if event.kind in {"answered", "withdrawn"} and told["question"] not in case.questions:
        yield "This question is not open: it was answered, or never asked."
    if event.kind == "inspected" and told["result"] not in RESULTS:
        yield f"A check has one of these results: {', '.join(sorted(RESULTS))}."
    if event.kind == "amended" and told.get("lines", "open") not in LINES:
        yield f"A new version leaves its goods lines in one of these ways: {', '.join(LINES)}."
    if event.kind == "disposed" and told["disposition"] not in DISPOSITIONS:
        yield f"A parcel ends in one of these ways: {', '.join(sorted(DISPOSITIONS))}."


def _against_deciding(case: Case, items: set[int]) -> Iterator[str]:
    final = sorted(item for item in items if case.items[item] in FINAL)
    if final:
        yield f"Goods line {', '.join(map(str, final))} is decided already; only an amended filing opens it again."


def _against_release(case: Case, items: set[int]) -> Iterator[str]:
    if case.needs_presentation and case.presented_at is None:
        yield "The parcel has not been presented; record its presentation first."
    if case.questions:
        yield f"Not answered yet: {counted(len(case.questions), 'question')}. Wait for the answer, or withdraw it."
    unchecked = sorted(items & case.lacks_result)
    if unchecked:
        yield f"Goods line {', '.join(map(str, unchecked))} was to be checked and has no result."
    missing = sorted(item for item in items if case.results.get(item) == "not_found")
    if missing:
        yield f"Goods line {', '.join(map(str, missing))} was not found; it cannot be released."
    waiting = case.lacks_leave(items)
    if waiting:
        yield f"Leave of {', '.join(waiting)} is missing."


def _against_approval(case: Case, event: Event) -> Iterator[str]:
    if case.proposal is None:
        yield "Nothing is proposed here, or the case has changed since; then it has to be proposed anew."
        return
    if event.kind == "approved" and (event.person is None or event.person in case.took_part | {case.proposal.by}):
        yield "Whoever proposed this, or checked the goods, cannot approve it; another person has to."
    if event.kind == "approved" and event.told.get("saw") != case.seq:
        yield "An approval says what was seen: all that happened to the case until now."


def _against_going_beyond(case: Case, event: Event, items: set[int]) -> Iterator[str]:
    """What was approved is done as it was proposed, by who approved it, and at once."""
    proposal = case.proposal
    is_approved = proposal is not None and case.approved_by is not None and case.approved_by == event.person
    if not is_approved or proposal is None or proposal.act != event.kind or proposal.items != items:
        yield "This takes two persons: one proposes it, another approves it, and just that is done."
