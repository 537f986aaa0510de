"""Requests to mend filings: who is asked, until when, and what became of it."""

from importlib.resources import files
from typing import Final

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.exchange") / "repairs.sql").read_text(encoding="utf-8")
SERVICE: Final = "(select acting_has_role('service'))"
FILING: Final = {"filer": "filer", "office": "office", "agencies": "agencies", "addressed_to": "addressed_to"}


class Migration(migrations.Migration):
    """What was asked stays as it was asked; only what became of it is written down."""

    dependencies = (("exchange", "0007_versions"),)
    operations = (
        RunSQL(TABLES),
        guarded("repair"),
        policy("repair", "repair_of_service", using=SERVICE, check=SERVICE),
        policy("repair", "repair_for_audit", command="select", using="true", roles=(AUDIT,)),
        policy("repair", "seen", command="select", using=condition("read", "filing", FILING)),
        grant("repair", ["select"], TO_READERS),
        grant("repair", ["insert"]),
        RunSQL(f"grant update (state, closed_at, closed_by) on repair to {APP}"),
    )
