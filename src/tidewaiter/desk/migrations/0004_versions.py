"""A new version may leave nothing to decide; and a machine asks for what is missing of a filing as it is decided."""

from importlib.resources import files
from typing import Final

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import policy
from tidewaiter.store.postgres.database import APP, AUDIT

RULES = (files("tidewaiter.desk") / "versions.sql").read_text(encoding="utf-8")
MACHINE: Final = "(select acting_has_role('service'))"
FUNCTIONS: Final = "case_after(jsonb, text, timestamptz, text, jsonb), case_against(jsonb, int, text, text, jsonb)"


class Migration(migrations.Migration):
    """What a person asks goes out with a notice; what a machine asks, with its request."""

    dependencies = (("desk", "0003_leave"),)
    operations = (
        RunSQL(RULES),
        RunSQL(f"grant execute on function {FUNCTIONS} to {APP}, {AUDIT}"),
        policy(
            "case_event",
            "case_event_asked_by_machine",
            command="insert",
            check=f"{MACHINE} and kind = 'asked' and person is null",
        ),
    )
