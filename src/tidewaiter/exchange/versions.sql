-- Versions of filings: the newest stands in `filing`; each that it replaced is kept here with the decision it got.

alter table filing add column function text not null default 'original'
    check (function in ('original', 'amendment', 'cancellation'));
comment on column filing.function is 'What brought the version that stands: the original, an amendment, a cancellation.';

alter table filing add column run text;
comment on column filing.run is 'Where the run lies that brought the version that stands; empty: a message did.';

create table filing_version (
    filing uuid not null references filing (id),
    version int not null,
    function text not null,
    filer text not null,
    office text not null,
    agencies text[] not null,
    addressed_to text,
    message uuid,
    run text,
    barcodes text[] not null,
    status text not null,
    is_provisional boolean not null,
    presented_at timestamptz,
    published_at timestamptz,
    told jsonb not null,
    items jsonb not null,
    amount_minor bigint,
    currency text,
    scheme text,
    known_from timestamptz not null,
    known_until timestamptz not null,
    primary key (filing, version)
);
comment on table filing_version is 'What a filing said and was told before, from when until when that was what was known.';

create table assessment_version (
    filing uuid not null,
    version int not null,
    office text not null,
    agencies text[] not null,
    assigned_to text,
    decision text not null,
    lane text not null,
    route text,
    pending_on text[] not null,
    score int,
    reasons jsonb not null,
    law_version text,
    rules_version text,
    primary key (filing, version),
    foreign key (filing, version) references filing_version (filing, version)
);
comment on table assessment_version is 'What the plan decided of an earlier version and why. Never shown to whoever files.';

-- A version is never overwritten: whoever writes the next one leaves the one before here, and versions only rise.
create function filing_keeps_version() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.version <= old.version then
        raise restrict_violation using message = 'a later version of a filing has a higher number';
    end if;
    insert into filing_version values (
        old.id, old.version, old.function, old.filer, old.office, old.agencies, old.addressed_to, old.message,
        old.run, old.barcodes, old.status, old.is_provisional, old.presented_at, old.published_at, old.told, old.items,
        old.amount_minor, old.currency, old.scheme, old.decided_at, new.decided_at
    );
    insert into assessment_version
    select filing, old.version, office, agencies, assigned_to, decision, lane, route, pending_on, score, reasons,
        law_version, rules_version
    from assessment where filing = old.id;
    delete from lane where filing = old.id;
    return null;
end
$$;
create trigger keeps_version after update on filing for each row
    when (new.version is distinct from old.version) execute function filing_keeps_version();
