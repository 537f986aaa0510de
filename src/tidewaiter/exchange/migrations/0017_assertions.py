"""What other parties claim: who tells it and who sees it."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import append_only, grant, guarded, policy
from tidewaiter.store.postgres.database import AUDIT
from tidewaiter.store.rights import condition

TABLE = (files("tidewaiter.exchange") / "assertions.sql").read_text(encoding="utf-8")
SERVICE = "(select acting_has_role('service'))"
OWN = {"filer": "submitter"}


class Migration(migrations.Migration):
    """Whoever filed sees nothing of it, unless he told it himself."""

    dependencies = (("exchange", "0016_settling"),)
    operations = (
        RunSQL(TABLE),
        guarded("assertion"),
        policy("assertion", "assertion_of_service", using=SERVICE, check=SERVICE),
        policy("assertion", "assertion_for_audit", command="select", using="true", roles=[AUDIT]),
        append_only("assertion"),
        grant("assertion", ["select", "insert"]),
        grant("assertion", ["select"], [AUDIT]),
        policy("assertion", "seen", command="select", using=condition("read", "assertion", OWN)),
        policy("assertion", "told", command="insert", check=condition("write", "assertion", OWN)),
    )
