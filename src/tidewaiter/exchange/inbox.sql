-- True where no row of a lower number can appear any more: its transaction is older than every one that still runs.
-- One that lies ahead of all is of another server, from a backup. Whoever draws a number has his transaction's first.
create function is_settled(written_by xid8) returns boolean language sql stable parallel safe
    return written_by < pg_snapshot_xmin(pg_current_snapshot()) or written_by >= pg_snapshot_xmax(pg_current_snapshot());
grant execute on function is_settled(xid8) to tidewaiter_app, tidewaiter_audit;

-- What came in: messages with their answers, what windows look back on, filings as they stand.

create table message (
    name uuid primary key,
    seq bigint not null unique,
    submitter text not null,
    key text check (length(key) between 1 and 255),
    body_hash bytea not null check (octet_length(body_hash) = 32),
    body bytea not null,
    fate text not null check (fate in ('accepted', 'duplicate', 'quarantined')),
    answer json not null,
    errors int not null default 0,
    filing uuid,
    office text,
    agencies text[] not null default '{}',
    batch text not null,
    batch_row int not null,
    accepted_at timestamptz not null,
    written_by xid8 not null default pg_current_xact_id(),
    aside text generated always as (case when filing is null then answer ->> 'consignment_id' end) stored,
    repeats text generated always as (answer ->> 'repeats') stored,
    unique (submitter, key)
);
comment on table message is 'A message with what it was answered, word for word. Of one submitter and key there is one.';
comment on column message.answer is 'The document the sender was given, its receipt within, byte for byte.';
comment on column message.key is 'The sender''s mark for the call; empty again after thirty days.';
comment on column message.aside is 'Of a message that became no filing the reference it names.';
comment on column message.repeats is 'The message or run that told the same before.';
create sequence message_seq owned by message.seq;
create index message_cursor on message (submitter, seq);
create index message_errors on message (submitter, seq) where errors > 0;
create index message_aside on message (submitter, aside) where aside is not null;
create index message_repeats on message (repeats) where repeats is not null;
create index message_filing on message (filing) where filing is not null;

create table history (
    message uuid primary key references message (name),
    filing_key bigint not null unique,
    person_key bigint,
    address_key bigint,
    address_seller_key bigint,
    seller_key bigint,
    order_key bigint,
    accepted_s bigint not null,
    day date,
    intrinsic_value_minor bigint,
    low_value_limit_minor bigint,
    marks text[] not null default '{}',
    consignment_id text not null
);
comment on table history is 'Narrow rows of accepted messages: what the windows of later ones see.';
create index history_person on history (person_key, accepted_s) where person_key is not null;
create index history_address on history (address_key, accepted_s) where address_key is not null;
create index history_address_seller on history (address_seller_key, accepted_s) where address_seller_key is not null;
create index history_seller on history (seller_key, accepted_s) where seller_key is not null;
create index history_order on history (order_key, accepted_s) where order_key is not null;

create table filing (
    id uuid primary key,
    seq bigint not null unique,
    reference text not null,
    filing_kind text not null,
    version int not null,
    filer text not null,
    declarant text,
    office text not null,
    agencies text[] not null default '{}',
    barcodes text[] not null default '{}',
    carrier text,
    addressed_to text,
    jurisdiction text not null,
    status text not null,
    is_provisional boolean not null default false,
    presented_at timestamptz,
    decided_at timestamptz not null,
    published_at timestamptz,
    told jsonb not null,
    items jsonb not null,
    amount_minor bigint,
    currency text,
    scheme text,
    message uuid,
    written_by xid8 not null default pg_current_xact_id()
);
comment on table filing is 'A filing as its sender may see it. Why it was chosen, and what is not published yet: assessment.';
create index filing_reference on filing (filer, reference, version);
create index filing_barcodes on filing using gin (barcodes);
create index filing_cursor on filing (filer, seq);
create index filing_office on filing (office, seq);

create table assessment (
    filing uuid primary key references filing (id),
    office text not null,
    agencies text[] not null default '{}',
    assigned_to text,
    decision text not null,
    route text,
    lane text not null check (lane in ('release', 'hold', 'divert')),
    pending_on text[] not null default '{}',
    score int,
    reasons jsonb not null,
    law_version text,
    rules_version text
);
comment on table assessment is 'What the plan decided and why: score, reasons, hits. Never shown to whoever files.';

create table lane (
    barcode text not null,
    filing uuid not null references filing (id),
    carrier text,
    lane text not null check (lane in ('release', 'hold', 'divert')),
    changed_at timestamptz not null,
    primary key (barcode, filing)
);
comment on table lane is 'Which way the sorter sends a barcode. Of several filings of one parcel the strictest counts.';
create index lane_carrier on lane (carrier, barcode);

create table upload (
    id uuid primary key,
    submitter text not null,
    client uuid,
    form text,
    file_name text,
    size bigint not null check (size > 0),
    received bigint not null default 0,
    content_hash bytea check (octet_length(content_hash) = 32),
    state text not null default 'receiving'
        check (state in ('receiving', 'received', 'working', 'done', 'refused')),
    told jsonb not null default '{}',
    made_at timestamptz not null,
    changed_at timestamptz not null,
    check (received between 0 and size)
);
comment on table upload is 'A file that a sender hands over in parts, and the job that clears it.';
create index upload_submitter on upload (submitter, made_at);
create unique index upload_content on upload (submitter, content_hash, size) where content_hash is not null;
create index upload_waiting on upload (changed_at) where state in ('received', 'working');
