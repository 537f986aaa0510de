"""The ground: who acts, as functions that policies ask; what is closed by default; this installation."""

from uuid import uuid4

from django.db import migrations, models
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, grant
from tidewaiter.store.postgres.database import APP, AUDIT

ASKED = {
    "acting_person": "tidewaiter.person",
    "acting_agency": "tidewaiter.agency",
    "acting_office": "tidewaiter.office",
    "acting_filer": "tidewaiter.filer",
}

CLOSED = RunSQL(
    "alter default privileges revoke execute on functions from public",
    "alter default privileges grant execute on functions to public",
)


def _function(name: str, returns: str, body: str, argument: str = "") -> RunSQL:
    """A function of one expression that the planner can put in place of its call."""
    kind = argument.rsplit(" ", maxsplit=1)[-1]
    return RunSQL(
        f"create function {name}({argument}) returns {returns} language sql stable parallel safe "
        f"as $$ select {body} $$;"
        f"grant execute on function {name}({kind}) to {APP}, {AUDIT}",
        f"drop function {name}({kind})",
    )


REFUSE_CHANGE = RunSQL(
    """
    create function refuse_change() returns trigger language plpgsql as $$
    begin
        raise exception '% only grows: a correction is another row', tg_table_name using errcode = 'restrict_violation';
    end $$
    """,
    "drop function refuse_change()",
)

ONE_INSTALLATION = RunSQL(
    "insert into installation (id, is_only, made_at) values (gen_random_uuid(), true, now())", RunSQL.noop
)


class Migration(migrations.Migration):
    """First step of all."""

    initial = True
    dependencies = ()
    operations = (
        CLOSED,
        *(
            _function(name, "text", f"nullif(current_setting('{setting}', true), '')")
            for name, setting in ASKED.items()
        ),
        _function(
            "acting_has_role",
            "boolean",
            "wanted = any (string_to_array(coalesce(current_setting('tidewaiter.roles', true), ''), ','))",
            "wanted text",
        ),
        REFUSE_CHANGE,
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.UUIDField(default=uuid4, editable=False, primary_key=True, serialize=False)),
                ("is_only", models.BooleanField(default=True, editable=False, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "installation",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("is_only", True)), name="installation_is_only")
                ],
            },
        ),
        ONE_INSTALLATION,
        grant("installation", ["select"], TO_READERS),
        grant("django_migrations", ["select"], TO_READERS),
    )
