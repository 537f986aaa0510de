"""Versions of filings: an amendment replaces what stands, and what it replaced stays to be read."""

from importlib.resources import files
from typing import Final

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, append_only, grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.exchange") / "versions.sql").read_text(encoding="utf-8")
SERVICE: Final = "(select acting_has_role('service'))"
FILING: Final = {"filer": "filer", "office": "office", "agencies": "agencies", "addressed_to": "addressed_to"}
RISK: Final = {"office": "office", "agencies": "agencies", "assigned_to": "assigned_to"}
REPLACED: Final = (
    "version, function, filing_kind, declarant, office, agencies, barcodes, carrier, addressed_to, jurisdiction, "
    "status, decided_at, published_at, items, amount_minor, currency, scheme, message, run"
)
JUDGED_ANEW: Final = "office, agencies, route, lane, law_version, rules_version"


class Migration(migrations.Migration):
    """There is no way back: what was declared once stays readable."""

    dependencies = (("exchange", "0006_movements"),)
    operations = (
        RunSQL(TABLES),
        *(guarded(table) for table in ("filing_version", "assessment_version")),
        *(
            policy(table, f"{table}_of_service", command="select", using=SERVICE)
            for table in ("filing_version", "assessment_version")
        ),
        *(
            policy(table, f"{table}_for_audit", command="select", using="true", roles=(AUDIT,))
            for table in ("filing_version", "assessment_version")
        ),
        *(grant(table, ["select"], TO_READERS) for table in ("filing_version", "assessment_version")),
        *(append_only(table) for table in ("filing_version", "assessment_version")),
        policy("filing_version", "seen", command="select", using=condition("read", "filing", FILING)),
        policy("assessment_version", "seen", command="select", using=condition("read", "risk", RISK)),
        RunSQL(f"grant update ({REPLACED}) on filing to {APP}"),
        RunSQL(f"grant update ({JUDGED_ANEW}) on assessment to {APP}"),
        RunSQL(f"grant update (seller_key, order_key) on history to {APP}"),
    )
