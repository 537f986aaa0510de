"""What a person publishes of a filing follows from its case, whatever program asks."""

from importlib.resources import files
from typing import Final

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import condition

RULES = (files("tidewaiter.desk") / "publishing.sql").read_text(encoding="utf-8")
FUNCTIONS: Final = "case_word(text, jsonb), case_status(jsonb), case_lane(jsonb, text), case_published(jsonb, jsonb)"
FILING: Final = {"filer": "filer", "office": "office", "agencies": "agencies", "addressed_to": "addressed_to"}

PUBLISH = f"""
create or replace function filing_publish(
    wanted uuid, new_status text, new_lane text, new_items jsonb, now timestamptz
) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    is_house boolean := acting_has_role('service');
    known desk_case;
begin
    perform from filing where id = wanted and (is_house or {condition("write", "hold", FILING)});
    if not found then
        return 0;
    end if;
    select * into known from desk_case where id = wanted;
    if not is_house and (known.id is null or new_status is distinct from case_status(known.state)
            or new_lane is distinct from case_lane(known.state, known.lane)) then
        raise restrict_violation using message = 'what is published follows from what was decided of the case';
    end if;
    update filing set status = new_status, published_at = now, items = case
        when new_items is null then items when is_house then new_items else case_published(items, known.state) end
    where id = wanted;
    if new_lane is not null then
        update assessment set lane = new_lane where filing = wanted;
        update lane set lane = new_lane, changed_at = now where filing = wanted;
    end if;
    return 1;
end
$$;
"""  # noqa: S608 - words of our own


class Migration(migrations.Migration):
    """There is no way back: what was published stays published."""

    dependencies = (("desk", "0001_cases"), ("exchange", "0001_inbox"))
    operations = (
        RunSQL(RULES),
        RunSQL(f"grant execute on function {FUNCTIONS} to {APP}, {AUDIT}"),
        RunSQL(PUBLISH),
    )
