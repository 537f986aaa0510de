-- A lane tells what a parcel was chosen for. It is told to whoever has the parcel in hand, and not before: a filing names its
-- carrier as it likes, so the name alone shows nothing. Who carries it has told himself that it is here.

alter table lane add column in_hand_at timestamptz;
comment on column lane.in_hand_at is 'When its carrier first told that the parcel is here (arrived, presented, scanned); empty: its lane is not told to it.';

create function in_hand_since(code text, teller text) returns timestamptz
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    return (select min(told_at) from movement
            where parcel_id = code and submitter = teller and event in ('arrived', 'presented', 'scanned'));

create function lane_is_in_hand() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    new.in_hand_at := in_hand_since(new.barcode, new.carrier);
    return new;
end $$;
create trigger in_hand before insert or update of barcode, carrier, in_hand_at on lane
    for each row execute function lane_is_in_hand();

create function movement_brings_in_hand() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update lane set in_hand_at = now() from added
    where lane.barcode = added.parcel_id and lane.carrier = added.submitter and lane.in_hand_at is null
        and added.event in ('arrived', 'presented', 'scanned');
    return null;
end $$;
comment on function movement_brings_in_hand() is 'The moment that it writes is set right by the trigger of the lane.';
create trigger brings_in_hand after insert on movement
    referencing new table as added for each statement execute function movement_brings_in_hand();

update lane set in_hand_at = null;
drop index lane_carrier;
create index lane_in_hand on lane (carrier, barcode) where in_hand_at is not null;
