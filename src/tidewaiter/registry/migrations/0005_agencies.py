"""Agencies as the sheets of packs name them, with their law."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, grant, guarded, policy

SCHEMA = (files("tidewaiter.registry") / "agencies.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Only the owner writes, from the packs of the edition."""

    dependencies = (("registry", "0004_filing_rights"),)
    operations = (
        RunSQL(SCHEMA, RunSQL.noop),
        guarded("agency_leave"),
        policy("agency_leave", "agency_leave_public", using="true", command="select"),
        grant("agency_leave", ["select"], TO_READERS),
    )
