"""Leave of agencies by goods line, and what a new version of a filing asks for."""

from importlib.resources import files
from typing import Final

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.postgres.database import APP, AUDIT

RULES = (files("tidewaiter.desk") / "leave.sql").read_text(encoding="utf-8")
FUNCTIONS: Final = "case_agencies(jsonb), case_leave(jsonb), case_unanswered(text[])"


class Migration(migrations.Migration):
    """There is no way back: whose leave was wanted stays told."""

    dependencies = (("desk", "0002_publishing"),)
    operations = (RunSQL(RULES), RunSQL(f"grant execute on function {FUNCTIONS} to {APP}, {AUDIT}"))
