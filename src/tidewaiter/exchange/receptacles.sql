-- An event of a receptacle is one of each parcel that lies in it. A filing says in which one its parcel lies; what is told of a
-- receptacle stands under its id with a mark that no barcode has, so that the two are never taken for each other.

alter table filing add column receptacle text;
comment on column filing.receptacle is 'The bag or container in which the parcel travels, as its filing says.';

alter table filing add column codes text[] not null generated always as (
    barcodes || case when receptacle is null then '{}'::text[] else array['receptacle:' || receptacle] end
) stored;
comment on column filing.codes is 'All that an event may name to be one of this parcel: its barcodes, and its receptacle with a mark.';
create index filing_codes on filing using gin (codes);
drop index filing_barcodes;

alter table movement drop constraint movement_parcel_id_check;
alter table movement add constraint movement_parcel_id_check check (length(parcel_id) between 1 and 120);
comment on column movement.parcel_id is 'What the event is about: a barcode, or a receptacle with its mark.';

create function told_in_hand(code text, of_filing uuid, teller text) returns timestamptz
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    return (select min(told_at) from movement
            where parcel_id = any(array[code] || coalesce((select codes from filing where id = of_filing), '{}'))
                and submitter = teller and event in ('arrived', 'presented', 'scanned'));

create or replace function lane_is_in_hand() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    new.in_hand_at := told_in_hand(new.barcode, new.filing, new.carrier);
    return new;
end $$;
drop function in_hand_since(text, text);

create or replace function movement_brings_in_hand() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update lane set in_hand_at = now() from added
    where lane.barcode = added.parcel_id and lane.carrier = added.submitter and lane.in_hand_at is null
        and added.event in ('arrived', 'presented', 'scanned');
    update lane set in_hand_at = now() from added join filing on filing.codes @> array[added.parcel_id]
    where added.parcel_id like 'receptacle:%' and lane.filing = filing.id and lane.carrier = added.submitter
        and lane.in_hand_at is null and added.event in ('arrived', 'presented', 'scanned');
    return null;
end $$;
