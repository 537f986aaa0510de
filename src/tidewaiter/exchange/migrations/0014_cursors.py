"""Lists are read in the order of who wrote a row, so that a cursor passes none by."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

CURSORS = (files("tidewaiter.exchange") / "cursors.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """No row changes but deliveries, which get the mark of this step."""

    dependencies = (("exchange", "0013_ending"),)
    operations = (RunSQL(CURSORS),)
