-- How much a party may hand over in a day (UTC), and what it has handed over; counted with what is kept, by triggers.

create table quota (
    party text primary key references party (id),
    day_bytes bigint check (day_bytes > 0),
    day_messages bigint check (day_messages > 0),
    open_uploads int check (open_uploads > 0)
);
comment on table quota is 'What a party may hand over beside what the settings let everybody; empty: as the settings say.';

create table day_use (
    party text not null,
    day date not null,
    bytes bigint not null default 0,
    messages bigint not null default 0,
    primary key (party, day)
);
comment on table day_use is 'What a party handed over on a day: bytes of messages and of files as they were begun, and messages.';

create function count_messages() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into day_use as known (party, day, bytes, messages)
    select submitter, (accepted_at at time zone 'UTC')::date, sum(octet_length(body)), count(*)
    from added group by 1, 2 order by 1, 2
    on conflict (party, day) do update
        set bytes = known.bytes + excluded.bytes, messages = known.messages + excluded.messages;
    return null;
end $$;
create trigger counted after insert on message
    referencing new table as added for each statement execute function count_messages();

create function count_uploads() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    more bigint := case when tg_op = 'INSERT' then new.size else new.received - new.size end;
begin
    insert into day_use as known (party, day, bytes)
    values (new.submitter, (new.made_at at time zone 'UTC')::date, more)
    on conflict (party, day) do update set bytes = known.bytes + excluded.bytes;
    return null;
end $$;
comment on function count_uploads() is 'A file counts whole from its beginning; what never came of one that ended is given back.';
create trigger counted after insert on upload for each row execute function count_uploads();
create trigger given_back after update on upload for each row
    when (old.state = 'receiving' and new.state = 'refused' and new.received < new.size) execute function count_uploads();
create index upload_open on upload (submitter) where state = 'receiving';
create index upload_stale on upload (changed_at) where state = 'receiving';
