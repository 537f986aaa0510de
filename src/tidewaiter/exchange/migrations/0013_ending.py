"""Events end with the law that keeps them."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

ENDING = (files("tidewaiter.exchange") / "ending.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """No table changes."""

    dependencies = (("exchange", "0012_quotas"),)
    operations = (RunSQL(ENDING),)
