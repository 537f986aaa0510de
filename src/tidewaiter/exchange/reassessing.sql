-- Later arrivals: keys of windows under which something came that earlier filings have not seen, and what was made of it.

create table window_due (
    key_name text not null check (key_name in (
        'person_key', 'address_key', 'address_seller_key', 'seller_key', 'order_key'
    )),
    key bigint not null,
    latest_s bigint not null,
    after_message uuid,
    primary key (key_name, key)
);
comment on table window_due is 'Keys whose earlier filings have to be looked at again; each stands here once, however many came.';
comment on column window_due.after_message is 'How far the job has come with the filings of the key; null: it has not begun.';

create table reassessment (
    filing uuid not null references filing (id),
    at timestamptz not null,
    outcome text not null check (outcome in ('decided_anew', 'noted')),
    found text[] not null,
    gone text[] not null,
    decision_before text not null,
    decision text not null,
    office text not null,
    agencies text[] not null,
    assigned_to text,
    primary key (filing, at)
);
comment on table reassessment is 'What later arrivals showed of a filing: findings that were made, or that no longer hold.';
