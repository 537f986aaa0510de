"""What goes out: the worker's jobs, the outbox, webhooks and their deliveries."""

from importlib.resources import files

from django.db import migrations

from tidewaiter.store.policies import grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import condition

JOBS = (files("procrastinate") / "sql" / "schema.sql").read_text(encoding="utf-8")
"""The library's schema of edition 3.10, to which ``pyproject.toml`` pins it; a later one brings steps of its own."""
OURS = (files("tidewaiter.exchange") / "outbox.sql").read_text(encoding="utf-8")
LIBRARY = ("procrastinate_jobs", "procrastinate_events", "procrastinate_workers", "procrastinate_periodic_defers")
SERVICE = "(select acting_has_role('service'))"
OWN = {"filer": "filer"}

MAY_CALL = f"""
do $$
declare one regprocedure;
begin
    for one in select oid from pg_proc where proname like 'procrastinate\\_%' and pronamespace = 'public'::regnamespace
    loop
        execute format('grant execute on function %s to {APP}', one);
    end loop;
end
$$;
grant usage on sequence procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq
    to {APP};
"""  # noqa: S608 - names of our own


def _open_to(table: str, privileges: list[str]) -> tuple[migrations.RunSQL, ...]:
    """A table that the worker works on whole, and nobody else."""
    return guarded(table), grant(table, privileges), policy(table, f"{table}_of_service", using=SERVICE, check=SERVICE)


class Migration(migrations.Migration):
    """Depends on the roles and functions of the ground alone."""

    dependencies = (("exchange", "0001_inbox"), ("store", "0003_log_keys"))
    operations = (
        migrations.RunSQL(JOBS, migrations.RunSQL.noop),
        migrations.RunSQL(MAY_CALL, migrations.RunSQL.noop),
        *(grant(table, ["select", "insert", "update", "delete"]) for table in LIBRARY),
        *(grant(table, ["select"], [AUDIT]) for table in LIBRARY),
        migrations.RunSQL(OURS, "drop table delivery, webhook, outbox, job_fault, done"),
        *_open_to("done", ["select", "insert", "delete"]),
        *_open_to("job_fault", ["select", "insert", "update", "delete"]),
        *_open_to("outbox", ["select", "insert", "update", "delete"]),
        *_open_to("webhook", ["select", "insert", "update"]),
        *_open_to("delivery", ["select", "insert", "update", "delete"]),
        policy("outbox", "outbox_told_by_who_acts", command="insert", check="acting_person() is not null"),
        policy("outbox", "outbox_read", command="select", using=condition("read", "webhook", OWN)),
        policy("webhook", "webhook_read", command="select", using=condition("read", "webhook", OWN)),
        policy(
            "webhook",
            "webhook_write",
            using=condition("write", "webhook", OWN),
            check=condition("write", "webhook", OWN),
        ),
        policy("delivery", "delivery_read", command="select", using=condition("read", "webhook", OWN)),
        policy("delivery", "delivery_again", command="insert", check=condition("write", "webhook", OWN)),
        *(
            operation
            for table in ("done", "job_fault", "outbox", "webhook", "delivery")
            for operation in (
                grant(table, ["select"], [AUDIT]),
                policy(table, f"{table}_for_audit", command="select", using="true", roles=[AUDIT]),
            )
        ),
    )
