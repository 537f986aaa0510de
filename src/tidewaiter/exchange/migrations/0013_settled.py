"""A cursor waits for this database alone; events end with the law that keeps them."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

SETTLED = (files("tidewaiter.exchange") / "settled.sql").read_text(encoding="utf-8")
ENDING = (files("tidewaiter.exchange") / "ending.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """No table changes."""

    dependencies = (("exchange", "0012_quotas"),)
    operations = (RunSQL(SETTLED), RunSQL(ENDING))
