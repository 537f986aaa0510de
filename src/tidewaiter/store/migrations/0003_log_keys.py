"""Entries that bring a key: only the owner of the log writes them, so a fault in the service cannot forge one."""

from django.db import migrations

from tidewaiter.store.postgres.database import OWNER


class Migration(migrations.Migration):
    """The verifier would find a forged key; here nobody gets as far as writing it."""

    dependencies = (("store", "0002_log"),)
    operations = (
        migrations.RunSQL(
            f"""
create function log_key_by_owner() returns trigger
    language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if log_field(new.payload, 'kind') in ('log_opened', 'key_changed')
        and not pg_has_role(session_user, '{OWNER}', 'member') then
        raise insufficient_privilege using message = 'only the owner of the log brings it a key';
    end if;
    return new;
end
$$;
create trigger a_key_by_owner before insert on log_entry for each row execute function log_key_by_owner();
""",
            "drop trigger a_key_by_owner on log_entry; drop function log_key_by_owner()",
        ),
    )
