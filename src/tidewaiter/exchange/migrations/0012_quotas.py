"""How much a party may hand over in a day, and what it has."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, grant, guarded, policy
from tidewaiter.store.postgres.database import AUDIT
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.exchange") / "quotas.sql").read_text(encoding="utf-8")
SERVICE = "(select acting_has_role('service'))"
OWN = condition("write", "filing", {"filer": "party"})


class Migration(migrations.Migration):
    """The keeper of the machine writes quotas, as he writes parties; triggers count."""

    dependencies = (("exchange", "0011_in_hand"), ("registry", "0004_filing_rights"))
    operations = (
        RunSQL(TABLES),
        *(guarded(table) for table in ("quota", "day_use")),
        *(grant(table, ["select"], TO_READERS) for table in ("quota", "day_use")),
        grant("day_use", ["delete"]),
        *(policy(table, "own", command="select", using=OWN) for table in ("quota", "day_use")),
        *(policy(table, "audited", command="select", using="true", roles=(AUDIT,)) for table in ("quota", "day_use")),
        policy("day_use", "let_go", command="delete", using=SERVICE),
        policy("day_use", "of_service", command="select", using=SERVICE),
    )
