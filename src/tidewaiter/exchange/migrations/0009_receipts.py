"""Signed receipts of files; and a file that is sent again by the same mark, or with the same bytes."""

from importlib.resources import files
from typing import Final

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, append_only, grant, guarded, policy
from tidewaiter.store.postgres.database import AUDIT
from tidewaiter.store.rights import condition

TABLES = (files("tidewaiter.exchange") / "receipts.sql").read_text(encoding="utf-8")
SERVICE: Final = "(select acting_has_role('service'))"
KEY: Final = """
alter table upload add column key text check (length(key) between 1 and 255);
create unique index upload_key on upload (submitter, key) where key is not null and state <> 'refused';
comment on column upload.key is 'The sender''s mark for this file: of one mark there is one file.';
"""


class Migration(migrations.Migration):
    """What was signed stays."""

    dependencies = (("exchange", "0008_repairs"),)
    operations = (
        RunSQL(TABLES),
        RunSQL(KEY),
        guarded("receipt"),
        policy("receipt", "receipt_of_service", using=SERVICE, check=SERVICE),
        policy("receipt", "receipt_for_audit", command="select", using="true", roles=(AUDIT,)),
        policy("receipt", "seen", command="select", using=condition("read", "filing", {"filer": "sender"})),
        grant("receipt", ["select"], TO_READERS),
        grant("receipt", ["insert"]),
        append_only("receipt"),
    )
