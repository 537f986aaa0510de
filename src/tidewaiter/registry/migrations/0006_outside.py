"""Proofs that live outside: passkeys, and identities at an issuer."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import grant, guarded, policy

TABLES = (files("tidewaiter.registry") / "outside.sql").read_text(encoding="utf-8")
DOOR = "acting_has_role('door')"


class Migration(migrations.Migration):
    """Both tables are the door's: no role of the matrix sees them; passkeys too are from now on."""

    dependencies = (("registry", "0005_agencies"),)
    operations = (
        RunSQL(TABLES),
        *(guarded(table) for table in ("passkey_challenge", "identity")),
        RunSQL("drop policy passkey_at_the_door on passkey"),
        *(policy(table, "at_the_door", using=DOOR) for table in ("passkey", "passkey_challenge", "identity")),
        *(grant(table, ["select", "insert", "delete"]) for table in ("passkey_challenge", "identity")),
    )
