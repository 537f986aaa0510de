-- A case is assigned to who acts, or to an open account of an officer of its office; and the filing follows its case.

create function may_be_assigned(who text, of_office text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    return who is null or who = acting_person() or exists (
        select from account where person = who and office = of_office and 'officer' = any(roles)
            and disabled_at is null and (active_until is null or active_until > now()));

create function assigned_to_one_who_may() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if acting_person() is not null and not acting_has_role('service')
            and not may_be_assigned(new.told ->> 'to', (select office from desk_case where id = new.case_id)) then
        raise restrict_violation using
            message = 'a case is assigned to an officer of its office whose account is open';
    end if;
    return new;
end $$;
create trigger assigned_to_one_who_may before insert on case_event
    for each row when (new.kind = 'assigned') execute function assigned_to_one_who_may();
