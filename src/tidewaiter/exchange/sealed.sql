-- Bodies of messages name persons: each is sealed under the key of its day, each day's key under the installation's.

create table body_key (
    day date primary key,
    sealed bytea,
    made_at timestamptz not null,
    destroyed_at timestamptz,
    check ((sealed is null) = (destroyed_at is not null))
);
comment on table body_key is 'Keys of days. One that is destroyed takes all bodies of its day with it, wherever copies of them lie.';

create table erasure (
    id uuid primary key,
    filing uuid not null,
    asked_at timestamptz not null,
    asked_by text not null,
    reason text not null,
    kept_until date,
    kept_because text,
    done_at timestamptz
);
comment on table erasure is 'That a person asked to be forgotten; until when the law keeps the data, and when they were erased.';
create index erasure_open on erasure (kept_until) where done_at is null;
