-- Requests: all that is asked of one version of a filing, in one; and what became of each.

create table repair (
    id uuid primary key,
    seq bigint not null unique,
    filing uuid not null references filing (id),
    version int not null,
    round int not null check (round > 0),
    filer text not null,
    office text not null,
    agencies text[] not null default '{}',
    addressed_to text,
    reference text not null,
    jurisdiction text not null,
    barcodes text[] not null default '{}',
    questions jsonb not null,
    asked_at timestamptz not null,
    reply_by timestamptz,
    no_reply text check (no_reply in ('return', 'abandon', 'estimate')),
    state text not null default 'open' check (state in ('open', 'answered', 'lapsed')),
    closed_at timestamptz,
    closed_by int,
    written_by xid8 not null default pg_current_xact_id(),
    check ((state = 'open') = (closed_at is null)),
    unique (filing, version)
);
comment on table repair is 'What is asked of a filing, all at once. round: the how many-th time; closed_by: the version that answered.';
comment on column repair.no_reply is 'What follows where nobody answers in time, by the law of the day it was asked; empty: it waits for a person.';
create index repair_cursor on repair (filer, seq);
create index repair_due on repair (reply_by) where state = 'open';
