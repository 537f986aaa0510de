"""A lane is told to the carrier that has the parcel in hand, not to whom a filing names."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import policy
from tidewaiter.store.rights import condition

IN_HAND = (files("tidewaiter.exchange") / "in_hand.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """What a carrier told before counts as well."""

    dependencies = (("exchange", "0010_reassessing"),)
    operations = (
        RunSQL(IN_HAND),
        RunSQL("drop policy seen on lane"),
        policy(
            "lane",
            "seen",
            command="select",
            using=condition("read", "lane", {"filer": "carrier", "in_hand_at": "in_hand_at"}),
        ),
    )
