-- What is told of parcels on their way, by whoever carries or files them; and the answers of calls that had a key.

create table movement (
    seq bigint generated always as identity primary key,
    id uuid not null unique,
    submitter text not null,
    parcel_id text not null check (length(parcel_id) between 1 and 100),
    event text not null,
    at timestamptz not null,
    place text,
    carrier_id text,
    flight text,
    digest text not null check (digest ~ '^[0-9a-f]{64}$'),
    told_at timestamptz not null,
    written_by xid8 not null default pg_current_xact_id(),
    unique (submitter, digest)
);
comment on table movement is 'Events of parcels as they were told, each once of each teller, whether a filing names the parcel yet or not.';
comment on column movement.digest is 'SHA-256 over what the event says: the same told again is found by it.';
create index movement_parcel on movement (parcel_id, seq);

create table movement_call (
    submitter text not null,
    key text not null check (length(key) between 1 and 255),
    body_hash text not null,
    answer json not null,
    at timestamptz not null,
    primary key (submitter, key)
);
comment on table movement_call is 'What a call that told events was answered, word for word; for thirty days of its key.';
create index movement_call_age on movement_call (submitter, at);
