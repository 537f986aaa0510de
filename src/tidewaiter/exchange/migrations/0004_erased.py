"""Of a message that was erased nothing is wrong any more: its errors went with its answer."""

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.postgres.database import APP


class Migration(migrations.Migration):
    """Messages that were erased before are put right."""

    dependencies = (("exchange", "0003_sealed"),)
    operations = (
        RunSQL(f"grant update (errors) on message to {APP}"),
        RunSQL("update message set errors = 0 where errors > 0 and answer::text = '{}'"),
    )
