"""Messages, history, filings, assessments, lanes, uploads: who sees them and who may change what."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.exchange") / "inbox.sql").read_text(encoding="utf-8")
GUARDED = ("message", "history", "filing", "assessment", "lane", "upload")
HOUSE = "(select acting_has_role('service'))"
"""Machines of the house: batcher and workers. No person can hold this role, the matrix does not know it."""
FILING = {"filer": "filer", "office": "office", "agencies": "agencies", "addressed_to": "addressed_to"}
MESSAGE = {
    "filer": "submitter",
    "office": "office",
    "agencies": "agencies",
    "assigned_to": "(select one.assigned_to from assessment one where one.filing = message.filing)",
}
RISK = {"office": "office", "agencies": "agencies", "assigned_to": "assigned_to"}
DECIDES = f"({HOUSE} or {condition('write', 'hold', FILING)})"
"""Who decides on a filing, and so has it published and assigned."""

ACTS = f"""
-- An officer sees the reasons of what is assigned to him alone, so the row that assigns him is none that he sees yet:
-- these two ask for the right themselves. They give how many filings they reached.
create function filing_assign(wanted uuid, person text) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with reached as (update assessment set assigned_to = person where filing = wanted and {DECIDES} returning 1)
    select count(*) from reached
$$;

create function filing_publish(wanted uuid, new_status text, new_lane text, new_items jsonb, now timestamptz)
    returns bigint
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    with reached as (
        update filing set status = new_status, published_at = now, items = coalesce(new_items, items)
        where id = wanted and {DECIDES} returning id
    ), judged as (
        update assessment set lane = new_lane from reached where filing = reached.id and new_lane is not null
    ), sorted as (
        update lane set lane = new_lane, changed_at = now from reached
        where filing = reached.id and new_lane is not null
    )
    select count(*) from reached
$$;

-- What is published of a filing goes further than the filing itself: an officer of any office may be asked about it.
create function filing_status(wanted uuid)
    returns table (id uuid, reference text, version int, status text, presented_at timestamptz,
                   published_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select filing.id, filing.reference, filing.version, filing.status, filing.presented_at, filing.published_at
    from filing where filing.id = wanted and ({HOUSE} or {condition("read", "status", FILING)})
$$;
revoke all on function filing_assign(uuid, text), filing_publish(uuid, text, text, jsonb, timestamptz),
    filing_status(uuid) from public;
grant execute on function filing_assign(uuid, text), filing_publish(uuid, text, text, jsonb, timestamptz),
    filing_status(uuid) to {APP};
"""  # noqa: S608 - words of our own


class Migration(migrations.Migration):
    """There is no way back: what was acknowledged is kept."""

    initial = True
    dependencies = (("store", "0003_log_keys"),)
    operations = (
        RunSQL(TABLES),
        RunSQL(ACTS),
        RunSQL(f"grant usage on sequence message_seq to {APP}"),
        *(guarded(table) for table in GUARDED),
        *(policy(table, "house", using=HOUSE, check=HOUSE) for table in GUARDED),
        *(policy(table, "audited", command="select", using="true", roles=(AUDIT,)) for table in GUARDED),
        *(grant(table, ["select"], TO_READERS) for table in GUARDED),
        *(grant(table, ["insert"]) for table in GUARDED),
        RunSQL(f"grant update (key) on message to {APP}"),
        policy("message", "seen", command="select", using=condition("read", "personal_data", MESSAGE)),
        RunSQL(f"grant update (is_provisional, presented_at, told) on filing to {APP}"),
        policy("filing", "seen", command="select", using=condition("read", "filing", FILING)),
        RunSQL(f"grant update (decision, pending_on, reasons, score) on assessment to {APP}"),
        policy("assessment", "seen", command="select", using=condition("read", "risk", RISK)),
        policy("lane", "seen", command="select", using=condition("read", "lane", {"filer": "carrier"})),
        grant("upload", ["update"]),
        policy("upload", "seen", command="select", using=condition("read", "filing", {"filer": "submitter"})),
        policy("upload", "begun", command="insert", check=condition("write", "filing", {"filer": "submitter"})),
        policy(
            "upload",
            "continued",
            command="update",
            using=f"state = 'receiving' and {condition('write', 'filing', {'filer': 'submitter'})}",
            check=condition("write", "filing", {"filer": "submitter"}),
        ),
    )
