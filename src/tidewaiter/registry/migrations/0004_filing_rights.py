"""For whom a party may file besides itself."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT

TABLES = (files("tidewaiter.registry") / "filing_rights.sql").read_text(encoding="utf-8")
CLOSED = "revoke all on function api_client_of(bytea, timestamptz), files_for(text) from public"
OPENED = f"grant execute on function api_client_of(bytea, timestamptz), files_for(text) to {APP}"


class Migration(migrations.Migration):
    """The keeper of the machine writes it, as he writes parties; who calls is told with its rights."""

    dependencies = (("registry", "0003_vendors"),)
    operations = (
        RunSQL(TABLES),
        RunSQL(CLOSED),
        RunSQL(OPENED),
        guarded("filing_right"),
        grant("filing_right", ["select"], [AUDIT]),
        policy("filing_right", "audited", command="select", using="true", roles=(AUDIT,)),
    )
