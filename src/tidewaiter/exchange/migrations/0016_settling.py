"""Keys that were marked are looked at once no more comes for a while, and nobody waits for whoever looks."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

SETTLING = (files("tidewaiter.exchange") / "settling.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """The worker looks at marks by itself: the jobs that told it to are let go, the marks stay."""

    dependencies = (("exchange", "0015_receptacles"),)
    operations = (RunSQL(SETTLING),)
