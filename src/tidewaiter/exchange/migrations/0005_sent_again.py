"""A file that was refused can be sent again: it holds the place of its content no longer."""

from django.db import migrations
from django.db.migrations import RunSQL

GONE = "drop index upload_content"
MADE = (
    "create unique index upload_content on upload (submitter, content_hash, size) "
    "where content_hash is not null and state <> 'refused'"
)


class Migration(migrations.Migration):
    """What was refused stays to be read; it is only not gone on with."""

    dependencies = (("exchange", "0004_erased"),)
    operations = (RunSQL(GONE), RunSQL(MADE))
