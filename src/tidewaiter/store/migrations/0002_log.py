"""The signed log: its tables, its chain, what only grows."""

from importlib.resources import files

from django.db import migrations

from tidewaiter.store.postgres.database import APP, AUDIT

SCHEMA = (files("tidewaiter.store.log") / "schema.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """There is no way back: a log that was begun is never taken away."""

    dependencies = (("store", "0001_ground"),)
    operations = (
        migrations.RunSQL(SCHEMA),
        migrations.RunSQL(
            f"grant execute on function log_field(bytea, text), log_batch_seq(text) to {APP}, {AUDIT}",
            migrations.RunSQL.noop,
        ),
    )
