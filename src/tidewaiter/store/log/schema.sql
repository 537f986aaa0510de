-- The signed log. An entry is one act of a person or the root of one batch; a batch is a tree over rows that machines made.

create table log_head (
    is_only boolean primary key default true check (is_only),
    seq bigint not null,
    leaf bytea not null
);
comment on table log_head is 'The one row that says how long the log is: whoever appends holds its lock until the commit.';
insert into log_head (seq, leaf) values (0, decode(repeat('00', 32), 'hex'));

create table log_entry (
    seq bigint primary key check (seq > 0),
    prev bytea not null check (octet_length(prev) = 32),
    leaf bytea not null check (octet_length(leaf) = 32),
    payload bytea not null check (octet_length(payload) between 2 and 65000)
);
comment on table log_entry is 'Entries, chained: leaf = sha256(0x00, prev, seq, payload) is also the leaf of the log''s tree.';

create function log_field(payload bytea, field text) returns text
    language sql immutable strict parallel safe
    return convert_from(payload, 'UTF8')::json ->> field;

create unique index log_entry_batch on log_entry (log_field(payload, 'batch'))
    where log_field(payload, 'kind') = 'batch';
create index log_entry_key on log_entry (seq)
    where log_field(payload, 'kind') in ('log_opened', 'key_changed');

create function log_batch_seq(batch text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    return (select seq from log_entry
            where log_field(payload, 'kind') = 'batch' and log_field(payload, 'batch') = batch);

-- A batch that is known is refused here, under the lock: by the index alone, ON CONFLICT DO NOTHING would leave the head
-- one step ahead of the entries.
create function log_chain() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    last log_head;
begin
    select * into strict last from log_head for update;
    if log_field(new.payload, 'kind') = 'batch' and log_batch_seq(log_field(new.payload, 'batch')) is not null then
        raise unique_violation using
            message = 'this batch is in the log already', constraint = 'log_entry_batch', table = 'log_entry';
    end if;
    new.seq := last.seq + 1;
    new.prev := last.leaf;
    new.leaf := sha256('\x00'::bytea || new.prev || int8send(new.seq) || new.payload);
    update log_head set seq = new.seq, leaf = new.leaf;
    return new;
end
$$;
create trigger chain before insert on log_entry for each row execute function log_chain();

create function log_stands() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using message = format('%s only grows: nothing in it is changed or taken away', tg_table_name);
end
$$;
create trigger stands before update or delete on log_entry for each row execute function log_stands();
create trigger stands_whole before truncate on log_entry for each statement execute function log_stands();
create trigger stands before delete on log_head for each row execute function log_stands();
create trigger stands_whole before truncate on log_head for each statement execute function log_stands();

-- Leaves of batches that are too small for a file of their own, as the bytes that file would have.
create table log_leaves (
    batch text primary key,
    file bytea not null
);
alter table log_leaves alter column file set storage external;
create trigger stands before update or delete on log_leaves for each row execute function log_stands();
create trigger stands_whole before truncate on log_leaves for each statement execute function log_stands();

-- Single events: written with what they tell, without the lock of the head; a batch takes them up within a second or so.
create table log_event (
    id uuid primary key,
    recorded_at timestamptz not null,
    leaf bytea not null check (octet_length(leaf) between 2 and 65000),
    blind bytea not null check (octet_length(blind) = 16),
    batch text,
    batch_row bigint,
    unique (batch, batch_row),
    check ((batch is null) = (batch_row is null))
);
create index log_event_unsealed on log_event (recorded_at) where batch is null;

create function log_event_stands() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.batch is null and new.batch is not null
        and (new.id, new.recorded_at, new.leaf, new.blind) = (old.id, old.recorded_at, old.leaf, old.blind) then
        return new;
    end if;
    raise insufficient_privilege using message = 'log_event only grows: an event is sealed once and stands';
end
$$;
create trigger stands before update or delete on log_event for each row execute function log_event_stands();
create trigger stands_whole before truncate on log_event for each statement execute function log_stands();

-- The service appends and sees hashes, never what others did; the auditor reads all and writes nothing.
revoke all on log_head, log_entry, log_leaves, log_event from public;
revoke all on function log_batch_seq(text) from public;
grant insert (payload), select (seq, prev, leaf) on log_entry to tidewaiter_app;
grant insert on log_leaves to tidewaiter_app;
grant insert (id, recorded_at, leaf, blind) on log_event to tidewaiter_app;
grant execute on function log_batch_seq(text) to tidewaiter_app;
grant select on log_head, log_entry, log_leaves, log_event to tidewaiter_audit;
