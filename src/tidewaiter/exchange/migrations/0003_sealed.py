"""Bodies of messages sealed by the day; what is to be erased."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT

TABLES = (files("tidewaiter.exchange") / "sealed.sql").read_text(encoding="utf-8")
SERVICE = "(select acting_has_role('service'))"


class Migration(migrations.Migration):
    """The auditor sees that something was erased; keys of days he does not see."""

    dependencies = (("exchange", "0002_outbox"),)
    operations = (
        RunSQL(TABLES),
        *(guarded(table) for table in ("body_key", "erasure")),
        *(policy(table, f"{table}_of_service", using=SERVICE, check=SERVICE) for table in ("body_key", "erasure")),
        grant("body_key", ["select", "insert", "update"]),
        grant("erasure", ["select", "insert", "update"]),
        grant("erasure", ["select"], [AUDIT]),
        policy("erasure", "erasure_for_audit", command="select", using="true", roles=[AUDIT]),
        RunSQL(f"grant update (body, answer) on message to {APP}"),
        RunSQL(f"grant update (person_key, address_key, address_seller_key) on history to {APP}"),
    )
