"""Events of parcels: who tells and who sees them."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import append_only, grant, guarded, policy
from tidewaiter.store.postgres.database import AUDIT
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.exchange") / "movements.sql").read_text(encoding="utf-8")
SERVICE = "(select acting_has_role('service'))"
TOLD = {
    "filer": "submitter",
    "agencies": "array(select unnest(one.agencies) from filing one where one.barcodes @> array[movement.parcel_id])",
}
OF_OWN_FILING = (
    "exists (select from filing one where one.barcodes @> array[movement.parcel_id] "
    f"and movement.submitter in (one.filer, one.carrier) and {condition('read', 'movement', {'filer': 'one.filer'})})"
)
"""Who filed a parcel sees what its carrier tells of it; what a stranger tells of it he does not see."""


class Migration(migrations.Migration):
    """What was told stays as it was told."""

    dependencies = (("exchange", "0005_sent_again"),)
    operations = (
        RunSQL(TABLES),
        *(guarded(table) for table in ("movement", "movement_call")),
        *(
            policy(table, f"{table}_of_service", using=SERVICE, check=SERVICE)
            for table in ("movement", "movement_call")
        ),
        policy("movement", "movement_for_audit", command="select", using="true", roles=[AUDIT]),
        append_only("movement"),
        grant("movement", ["select", "insert"]),
        grant("movement", ["select"], [AUDIT]),
        grant("movement_call", ["select", "insert", "delete"]),
        policy("movement", "seen", command="select", using=condition("read", "movement", TOLD)),
        policy("movement", "seen_of_own", command="select", using=OF_OWN_FILING),
        policy("movement", "told", command="insert", check=condition("write", "movement", {"filer": "submitter"})),
    )
