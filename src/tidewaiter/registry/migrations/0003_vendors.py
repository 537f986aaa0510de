"""Vendor schemes: register copies, claims to their numbers, guarantees; person ids that were revoked."""

from importlib.resources import files

from django.db.migrations import Migration as Step
from django.db.migrations import RunSQL

from tidewaiter.store.policies import grant, guarded, policy
from tidewaiter.store.postgres.database import AUDIT
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.registry") / "vendors.sql").read_text(encoding="utf-8")
SERVICE = "(select acting_has_role('service'))"
READ = f"({SERVICE} or {condition('read', 'shelf', {})})"
WRITTEN = {
    "register_copy": ["select", "insert", "delete"],
    "vendor_number": ["select", "insert", "delete"],
    "register_state": ["select", "insert", "update"],
    "list_state": ["select", "insert", "update"],
    "guarantee": ["select", "insert"],
    "vendor_claim": ["select", "insert", "update"],
    "vendor_recovery": ["select", "insert"],
    "revocation": ["select", "insert"],
    "revoked_person": ["select", "insert"],
}


class Migration(Step):
    """The house writes; whoever may read lists reads registers; claims and marks of persons are the house's alone."""

    dependencies = (("registry", "0002_clients"),)
    operations = (
        RunSQL(TABLES),
        *(
            operation
            for table, privileges in WRITTEN.items()
            for operation in (
                guarded(table),
                grant(table, privileges),
                grant(table, ["select"], [AUDIT]),
                policy(table, f"{table}_of_service", using=SERVICE, check=SERVICE),
                policy(table, f"{table}_for_audit", command="select", using="true", roles=[AUDIT]),
            )
        ),
        *(
            policy(table, f"{table}_read", command="select", using=READ)
            for table in ("register_copy", "vendor_number", "register_state", "list_state")
        ),
    )
