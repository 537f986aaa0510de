"""A machine asks too: what is missing of a filing is asked as it is decided."""

from typing import Final

from django.db import migrations

from tidewaiter.store.policies import policy

MACHINE: Final = "(select acting_has_role('service'))"


class Migration(migrations.Migration):
    """What a person asks goes out with a notice; what a machine asks, with its request."""

    dependencies = (("desk", "0002_publishing"),)
    operations = (
        policy(
            "case_event",
            "case_event_asked_by_machine",
            command="insert",
            check=f"{MACHINE} and kind = 'asked' and person is null",
        ),
    )
