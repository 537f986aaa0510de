-- What goes out: jobs of the worker (beside the library's own tables), the outbox, webhooks and their deliveries.

create table done (
    key text primary key check (length(key) between 1 and 300),
    at timestamptz not null default now()
);
comment on table done is 'Effects that were taken: a job writes its key in the transaction of its effect, so a second try finds it.';

create table job_fault (
    job bigint primary key references procrastinate_jobs (id) on delete cascade,
    at timestamptz not null,
    tries int not null check (tries > 0),
    reason text not null
);
comment on table job_fault is 'Why a job failed last: kind of the fault and place in the program, never its words, which may quote a row.';

create table outbox (
    seq bigint generated always as identity primary key,
    id uuid not null unique default gen_random_uuid(),
    at timestamptz not null default now(),
    kind text not null check (kind ~ '^[a-z][a-z_]*(\.[a-z][a-z_]*)+$'),
    subject text not null,
    payload jsonb not null,
    filer text not null,
    is_dealt boolean not null default false
);
comment on table outbox is 'What is to be told to a filer, written in the transaction that made it so.';
create index outbox_waiting on outbox (seq) where not is_dealt;
create index outbox_subject on outbox (subject);

create table webhook (
    id uuid primary key default gen_random_uuid(),
    filer text not null,
    url text not null check (length(url) <= 2000),
    kinds text[] not null default '{}',
    secret bytea not null,
    old_secret bytea,
    old_until timestamptz,
    made_at timestamptz not null,
    failing_since timestamptz,
    disabled_at timestamptz,
    removed_at timestamptz
);
comment on table webhook is 'An address that a filer wants to be told at; its secrets are sealed under the key of this installation.';
create index webhook_filer on webhook (filer) where removed_at is null;

create table delivery (
    seq bigint generated always as identity primary key,
    id uuid not null unique default gen_random_uuid(),
    outbox bigint not null references outbox (seq) on delete cascade,
    webhook uuid not null references webhook (id) on delete cascade,
    filer text not null,
    is_replay boolean not null default false,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'given_up')),
    tries int not null default 0,
    next_at timestamptz not null,
    leased_until timestamptz,
    last_at timestamptz,
    last_status int,
    last_fault text
);
comment on table delivery is 'One message to one address, with what became of the last try.';
create unique index delivery_once on delivery (outbox, webhook) where not is_replay;
create index delivery_due on delivery (next_at) where state = 'waiting';
create index delivery_of on delivery (webhook, seq);
