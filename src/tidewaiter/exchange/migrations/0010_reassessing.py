"""Filings are looked at again when later ones come under the keys of their windows."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, append_only, grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import condition

SCHEMA = (files("tidewaiter.exchange") / "reassessing.sql").read_text(encoding="utf-8")
HOUSE = "(select acting_has_role('service'))"
RISK = {"office": "office", "agencies": "agencies", "assigned_to": "assigned_to"}


class Migration(migrations.Migration):
    """There is no way back: what was found later stays told."""

    dependencies = (("exchange", "0009_receipts"),)
    operations = (
        RunSQL(SCHEMA),
        *(guarded(table) for table in ("window_due", "reassessment")),
        *(policy(table, f"{table}_of_house", using=HOUSE, check=HOUSE) for table in ("window_due", "reassessment")),
        policy("reassessment", "reassessment_seen", command="select", using=condition("read", "risk", RISK)),
        policy("reassessment", "reassessment_audited", command="select", using="true", roles=(AUDIT,)),
        grant("window_due", ["select", "insert", "update", "delete"]),
        grant("reassessment", ["select"], TO_READERS),
        grant("reassessment", ["insert"]),
        append_only("reassessment"),
        RunSQL(f"grant update (lane, changed_at) on lane to {APP}"),
    )
