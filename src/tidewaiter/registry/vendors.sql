-- Vendor schemes: copies of registers with their age, claims of filings to a number, what is recovered; revoked person ids.

create table register_copy (
    id bigint generated always as identity primary key,
    scheme text not null,
    taken_at timestamptz not null,
    loaded_at timestamptz not null,
    file_hash bytea not null check (octet_length(file_hash) = 32),
    numbers int not null check (numbers > 0),
    unique (scheme, taken_at)
);
comment on table register_copy is 'A copy of a register as its keeper gave it at one moment; the latest counts.';

create table vendor_number (
    copy bigint not null references register_copy (id) on delete cascade,
    number text not null,
    holder text not null,
    valid_from date not null,
    valid_to date,
    primary key (copy, number),
    check (valid_to is null or valid_to >= valid_from)
);
comment on table vendor_number is 'Numbers of one copy: who holds each, and on which days.';

create table register_state (
    scheme text primary key,
    is_down boolean not null,
    since timestamptz not null,
    told_by text not null
);
comment on table register_state is 'Whether a register can be asked, as its watcher or a person told.';

create table list_state (
    name text primary key check (name in ('denied_parties')),
    taken_at timestamptz not null,
    told_by text not null
);
comment on table list_state is 'How old a list is that risk rules screen by: an old one lets nobody go provisionally.';

create table guarantee (
    party text not null,
    scheme text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    valid_from date not null,
    valid_to date,
    told_by text not null,
    primary key (party, scheme, valid_from)
);
comment on table guarantee is 'What a trusted party has put up for parcels released before its number could be looked up.';

create table vendor_claim (
    filing uuid primary key,
    message uuid not null,
    party text not null,
    scheme text not null,
    number text not null,
    on_day date not null,
    value_minor bigint,
    currency text,
    standing text not null check (standing in ('honoured', 'provisional', 'waits', 'not_honoured')),
    reason text not null,
    judged_at timestamptz not null,
    outcome text check (outcome in ('honoured', 'not_honoured')),
    settled_at timestamptz,
    check ((outcome is null) = (settled_at is null))
);
comment on table vendor_claim is 'That a filing says its tax was paid through a vendor scheme, and what came of it.';
create index vendor_claim_open on vendor_claim (scheme, filing) where standing in ('provisional', 'waits') and outcome is null;
create index vendor_claim_exposed on vendor_claim (party, scheme) where standing = 'provisional' and outcome is null;

create table vendor_recovery (
    filing uuid primary key references vendor_claim (filing),
    party text not null,
    scheme text not null,
    charges jsonb not null,
    amount_minor bigint check (amount_minor >= 0),
    currency text,
    at timestamptz not null
);
comment on column vendor_recovery.amount_minor is 'Empty: not all of it can be determined, a person assesses it.';
comment on table vendor_recovery is 'What the declarant owes because a number was not honoured: once for a filing, whatever was tried.';

create table revocation (
    id uuid primary key,
    kind text not null,
    persons int not null,
    reason text not null,
    revoked_by text not null,
    at timestamptz not null
);
create table revoked_person (
    kind text not null,
    mark bytea not null check (octet_length(mark) = 32),
    revocation uuid not null references revocation (id),
    primary key (kind, mark)
);
create index revoked_person_mark on revoked_person (mark);
comment on table revoked_person is 'Ids of persons that hold no more, as keyed hashes: the table tells nobody who they are.';
