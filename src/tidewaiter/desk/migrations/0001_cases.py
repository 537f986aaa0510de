"""Cases: their events, their state as it is folded, notices; who may see and add what."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, append_only, grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import MATRIX, condition

SCHEMA = (files("tidewaiter.desk") / "schema.sql").read_text(encoding="utf-8")
FACTS = ("filer", "office", "agencies", "assigned_to", "addressed_to", "amount_minor")
OF_CASE = {name: f"c.{name}" for name in FACTS} | {"persons": "c.took_part"}
OWN = {name: name for name in FACTS}
MACHINE: Final = "(select acting_has_role('service'))"
"""A process of the house itself; no person can hold this role."""
MACHINES_KINDS: Final = (
    "amended",
    "presented",
    "answered",
    "assigned",
    "withdrawn",
    "released",
    "held",
    "disposed",
    "noted",
)
UNMASKED: Final = MATRIX._replace(grants=tuple(one for one in MATRIX.grants if not one.is_masked))


def _may(act: str, kind: str, more: str = "true", **columns: str) -> str:
    """On the event's case the acting person may do ``act``, as the matrix says."""
    return (
        "exists (select from desk_case as c where c.id = case_event.case_id"
        f" and {condition(act, kind, OF_CASE | columns)} and {more})"
    )


AGENCY_ITSELF = "told ->> 'agency' = acting_agency()"
ALONE_OR_APPROVED = (
    f"(({condition('write', 'release', OF_CASE)})"
    f" or (({condition('approve', 'release', OF_CASE)}) and c.approved_by = acting_person()))"
)
KINDS: Final = {
    "presented": _may("write", "movement"),
    "assigned": _may("assign", "case", about="case_event.told ->> 'to'"),
    "asked": _may("ask", "case"),
    "answered": _may("ask", "case"),
    "withdrawn": _may("ask", "case"),
    "inspected": _may("write", "inspection"),
    "agency_answered": f"{AGENCY_ITSELF} and ({_may('write', 'permit')} or {_may('approve', 'release')})",
    "held": _may("write", "hold"),
    "refused": _may("approve", "refusal", "c.approved_by = acting_person()"),
    "noted": _may("note", "case"),
    "disposed": _may("write", "movement"),
    "released": f"exists (select from desk_case as c where c.id = case_event.case_id and {ALONE_OR_APPROVED})",
    "proposed": " or ".join(
        f"(told ->> 'act' = '{act}' and {_may('propose', kind)})"
        for act, kind in (("released", "release"), ("refused", "refusal"), ("held", "hold"))
    ),
    **{
        kind: " or ".join(
            _may("approve", what, f"c.proposed_act = '{act}' and c.office = acting_office()")
            for act, what in (("released", "release"), ("refused", "refusal"))
        )
        for kind in ("approved", "declined")
    },
}
"""By kind of event: who may add it. An agency gives its leave; a release as a whole is approved by the office."""


def _inserts() -> Iterator[RunSQL]:
    for kind, may in KINDS.items():
        check = f"kind = '{kind}' and person = acting_person() and ({may})"
        yield policy("case_event", f"case_event_{kind}", command="insert", check=check)
    machine = " or ".join(
        ["kind = 'opened' and person is null", "kind = 'answered'"]
        + [f"kind = '{kind}' and person is null" for kind in MACHINES_KINDS if kind != "answered"]
    )
    yield policy("case_event", "case_event_by_machine", command="insert", check=f"{MACHINE} and ({machine})")


def _of_case(table: str) -> str:
    """Rows of a table whose case the acting person may see."""
    return f"exists (select from desk_case as c where c.id = {table}.case_id)"


UNMASKED_CASE = (
    "exists (select from desk_case as c where c.id = case_text.case_id"
    f" and ({MACHINE} or {condition('read', 'case', OF_CASE, UNMASKED)}))"
)
OF_OWN_EVENT = (
    "exists (select from case_event as e where e.case_id = {0}.case_id and e.seq = {0}.seq"
    " and (e.person = acting_person() or " + MACHINE + "))"
)
NOTICE_OF_CASE = (
    "exists (select from desk_case as c where c.id = notice.case_id and notice.filer is not distinct from c.filer"
    " and notice.office is not distinct from c.office and notice.addressed_to is not distinct from c.addressed_to"
    " and notice.agencies = c.agencies)"
)


def _policies() -> Iterator[RunSQL]:
    tables = ("desk_case", "case_agency", "case_event", "case_text", "notice")
    yield from (guarded(table) for table in tables)
    yield policy("desk_case", "desk_case_read", command="select", using=condition("read", "case", OWN))
    yield policy("desk_case", "desk_case_read_by_machine", command="select", using=MACHINE)
    yield policy("case_event", "case_event_read", command="select", using=_of_case("case_event"))
    yield from _inserts()
    yield policy("case_text", "case_text_read", command="select", using=UNMASKED_CASE)
    told = "is_told and exists (select from notice as n where n.case_id = case_text.case_id and n.seq = case_text.seq)"
    yield policy("case_text", "case_text_told", command="select", using=told)
    yield policy("case_text", "case_text_add", command="insert", check=OF_OWN_EVENT.format("case_text"))
    yield policy("case_text", "case_text_erase", command="delete", using=MACHINE)
    yield policy("notice", "notice_read", command="select", using=f"{condition('read', 'notice', OWN)} or {MACHINE}")
    yield policy(
        "notice", "notice_add", command="insert", check=f"{OF_OWN_EVENT.format('notice')} and {NOTICE_OF_CASE}"
    )
    agency = condition("read", "case", {"office": "office", "agencies": "array[agency]"})
    yield policy("case_agency", "case_agency_read", command="select", using=f"{agency} or {MACHINE}")
    yield grant("case_agency", ["select"], TO_READERS)
    for table in ("desk_case", "case_agency", "case_event", "notice"):
        yield policy(table, f"{table}_audited", command="select", using="true", roles=(AUDIT,))
    yield grant("desk_case", ["select"], TO_READERS)
    yield grant("case_event", ["select"], TO_READERS)
    yield grant("case_event", ["insert"])
    yield grant("case_text", ["select", "insert", "delete"])
    yield grant("notice", ["select"], TO_READERS)
    yield grant("notice", ["insert"])
    yield append_only("case_event")
    yield append_only("notice")


FUNCTIONS = (
    "case_moment(timestamptz), case_lines(jsonb, jsonb), case_each(text[], text), case_opened(jsonb),"
    " case_with(jsonb, text), case_after(jsonb, text, timestamptz, text, jsonb), case_is_closed(jsonb),"
    " case_against(jsonb, int, text, text, jsonb), case_decision(jsonb), case_waiting(jsonb), case_reply_by(jsonb),"
    " case_folded(uuid), case_faults()"
)


class Migration(migrations.Migration):
    """There is no way back: what happened to parcels is never taken away."""

    initial = True
    dependencies = (("store", "0003_log_keys"),)
    operations = (
        RunSQL(SCHEMA),
        RunSQL(f"grant execute on function {FUNCTIONS} to {APP}, {AUDIT}", RunSQL.noop),
        *_policies(),
    )
