"""Whose a filing is follows from its case, and a case is nobody's who may not have it."""

from importlib.resources import files
from typing import Final

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import condition

RULES = (files("tidewaiter.desk") / "assigning.sql").read_text(encoding="utf-8")
FILING: Final = {"filer": "filer", "office": "office", "agencies": "agencies", "addressed_to": "addressed_to"}

ASSIGN = f"""
create or replace function filing_assign(wanted uuid, person text) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    is_house boolean := acting_has_role('service');
    reached bigint;
begin
    perform from filing where id = wanted and (is_house or {condition("write", "hold", FILING)});
    if not found then
        return 0;
    end if;
    if not is_house and person is distinct from (select assigned_to from desk_case where id = wanted) then
        raise restrict_violation using message = 'whose a filing is follows from whose its case is';
    end if;
    update assessment set assigned_to = person where filing = wanted;
    get diagnostics reached = row_count;
    return reached;
end
$$;
"""  # noqa: S608 - words of our own


class Migration(migrations.Migration):
    """There is no way back: what was assigned stays assigned."""

    dependencies = (("desk", "0004_versions"), ("registry", "0001_persons"), ("exchange", "0001_inbox"))
    operations = (
        RunSQL(RULES),
        RunSQL(f"grant execute on function may_be_assigned(text, text) to {APP}, {AUDIT}"),
        RunSQL(ASSIGN),
    )
