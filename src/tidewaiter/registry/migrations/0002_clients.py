"""Parties, and machines that act for them: keys by their hash, tokens, and who may see and change them."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, grant, guarded, policy
from tidewaiter.store.postgres.database import APP
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.registry") / "clients.sql").read_text(encoding="utf-8")
PARTY = {"filer": "id", "about": "id", "persons": "array[proposed_by]"}
KEY = {"filer": "party"}
CLOSED = "revoke all on function api_client_of(bytea, timestamptz), api_client_used(uuid, timestamptz) from public"
OPENED = f"grant execute on function api_client_of(bytea, timestamptz), api_client_used(uuid, timestamptz) to {APP}"


class Migration(migrations.Migration):
    """There is no way back: keys that were handed out are not forgotten."""

    dependencies = (("registry", "0001_persons"), ("store", "0003_log_keys"))
    operations = (
        RunSQL(TABLES),
        RunSQL(CLOSED),
        RunSQL(OPENED),
        *(guarded(table) for table in ("party", "api_client", "api_token")),
        grant("party", ["select"], TO_READERS),
        grant("party", ["insert"]),
        policy("party", "seen", command="select", using=condition("read", "party", PARTY)),
        policy("party", "seen_by_the_service", command="select", using="(select acting_has_role('service'))"),
        policy("party", "approved", command="insert", check=condition("approve", "party", PARTY)),
        policy("party", "audited", command="select", using="true", roles=("tidewaiter_audit",)),
        grant("api_client", ["select"], TO_READERS),
        grant("api_client", ["insert"]),
        RunSQL(f"grant update (revoked_at, revoked_by) on api_client to {APP}"),
        policy("api_client", "seen", command="select", using=condition("read", "api_key", KEY)),
        policy("api_client", "made", command="insert", check=condition("write", "api_key", KEY)),
        policy(
            "api_client",
            "revoked",
            command="update",
            using=condition("write", "api_key", KEY),
            check=f"{condition('write', 'api_key', KEY)} and revoked_by = acting_person()",
        ),
        policy("api_client", "audited", command="select", using="true", roles=("tidewaiter_audit",)),
        grant("api_token", ["insert", "select", "delete"]),
        policy("api_token", "own", using="client::text = acting_person()", check="client::text = acting_person()"),
        policy("api_token", "swept", using="(select acting_has_role('service'))"),
    )
