"""Events of receptacles: they are told of every parcel inside."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import policy
from tidewaiter.store.postgres.database import APP
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.exchange") / "receptacles.sql").read_text(encoding="utf-8")
TOLD = {
    "filer": "submitter",
    "agencies": "array(select unnest(one.agencies) from filing one where one.codes @> array[movement.parcel_id])",
}
OF_OWN_FILING = (
    "exists (select from filing one where one.codes @> array[movement.parcel_id] "
    f"and movement.submitter in (one.filer, one.carrier) and {condition('read', 'movement', {'filer': 'one.filer'})})"
)


class Migration(migrations.Migration):
    """Who sees what is told of a parcel sees what is told of its receptacle."""

    dependencies = (("exchange", "0014_cursors"),)
    operations = (
        RunSQL(TABLES),
        RunSQL(f"grant update (receptacle) on filing to {APP}"),
        RunSQL("drop policy seen on movement"),
        RunSQL("drop policy seen_of_own on movement"),
        policy("movement", "seen", command="select", using=condition("read", "movement", TOLD)),
        policy("movement", "seen_of_own", command="select", using=OF_OWN_FILING),
    )
