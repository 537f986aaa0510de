"""Messages, history, filings, assessments, lanes, uploads: who sees them and who may change what."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.exchange") / "inbox.sql").read_text(encoding="utf-8")
GUARDED = ("message", "history", "filing", "assessment", "lane", "upload")
HOUSE = "acting_has_role('service')"
"""Machines of the house: batcher and workers. No person can hold this role, the matrix does not know it."""
ASSIGNED = "(select one.assigned_to from assessment one where one.filing = {filing})"
FILING = {"filer": "filer", "office": "office", "agencies": "agencies", "addressed_to": "addressed_to"}
MESSAGE = {
    "filer": "submitter",
    "office": "office",
    "agencies": "agencies",
    "assigned_to": ASSIGNED.format(filing="message.filing"),
}
RISK = {"office": "office", "agencies": "agencies", "assigned_to": "assigned_to"}


class Migration(migrations.Migration):
    """There is no way back: what was acknowledged is kept."""

    initial = True
    dependencies = (("store", "0003_log_keys"),)
    operations = (
        RunSQL(TABLES),
        RunSQL(f"grant usage on sequence message_seq to {APP}"),
        *(guarded(table) for table in GUARDED),
        *(policy(table, "house", using=HOUSE, check=HOUSE) for table in GUARDED),
        *(policy(table, "audited", command="select", using="true", roles=(AUDIT,)) for table in GUARDED),
        *(grant(table, ["select"], TO_READERS) for table in GUARDED),
        *(grant(table, ["insert"]) for table in GUARDED),
        RunSQL(f"grant update (key) on message to {APP}"),
        policy("message", "seen", command="select", using=condition("read", "personal_data", MESSAGE)),
        RunSQL(f"grant update (status, is_provisional, presented_at, published_at, told, items) on filing to {APP}"),
        policy("filing", "seen", command="select", using=condition("read", "filing", FILING)),
        RunSQL(f"grant update (assigned_to, decision, lane, pending_on) on assessment to {APP}"),
        policy("assessment", "seen", command="select", using=condition("read", "risk", RISK)),
        grant("lane", ["update"]),
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
