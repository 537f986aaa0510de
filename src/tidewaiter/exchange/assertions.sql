-- What other parties claim of orders and parcels, each once of each party, whether a filing names them yet or not.

create table assertion (
    seq bigint generated always as identity primary key,
    id uuid not null unique,
    submitter text not null,
    kind text not null check (kind in ('order', 'payment', 'waybill')),
    asserted_by text not null,
    reference text not null check (length(reference) between 1 and 100),
    asserted_at timestamptz not null,
    order_id text,
    parcel_id text,
    marketplace_id text,
    amount_micro bigint,
    goods_micro bigint,
    currency text,
    quantity_micro bigint,
    consignee_country text,
    gross_mass_mg bigint,
    digest text not null check (digest ~ '^[0-9a-f]{64}$'),
    told_at timestamptz not null,
    check (order_id is not null or parcel_id is not null),
    unique (submitter, digest)
);
comment on table assertion is 'Claims of other parties, kept apart from all that is declared; what a party says later of the same is a row of its own.';
comment on column assertion.digest is 'SHA-256 over what is claimed: the same told again is found by it.';
create index assertion_order on assertion (order_id) where order_id is not null;
create index assertion_parcel on assertion (parcel_id) where parcel_id is not null;
