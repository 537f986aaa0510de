-- Events stay as they were told until nobody's law keeps them: then the worker lets them go, by this function alone.
drop trigger movement_append_only on movement;
create trigger movement_append_only before update or truncate on movement
    for each statement execute function refuse_change();

create function movement_ends_in_its_time() returns trigger language plpgsql as $$
begin
    if old.told_at < nullif(current_setting('tidewaiter.movements_end_before', true), '')::timestamptz then
        return old;
    end if;
    raise restrict_violation using message = 'events stay as they were told until nobody''s law keeps them';
end $$;
create trigger ends_in_its_time before delete on movement
    for each row execute function movement_ends_in_its_time();
create index movement_age on movement (told_at);

create function end_movements(before timestamptz) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    ended bigint;
begin
    if not acting_has_role('service') then
        raise insufficient_privilege using message = 'events are let go by the house alone';
    end if;
    before := least(before, now() - interval '1 year');
    perform set_config('tidewaiter.movements_end_before', before::text, true);
    delete from movement where told_at < before;
    get diagnostics ended = row_count;
    perform set_config('tidewaiter.movements_end_before', '', true);
    return ended;
end $$;
revoke all on function end_movements(timestamptz) from public;
grant execute on function end_movements(timestamptz) to tidewaiter_app;
