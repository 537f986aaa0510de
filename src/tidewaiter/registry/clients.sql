-- Parties that file or carry, and the machines that act for them.

create table party (
    id text primary key check (id ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$'),
    name text not null check (length(name) between 1 and 200),
    kind text not null check (kind in ('declarant', 'marketplace', 'carrier')),
    proposed_by text not null,
    made_at timestamptz not null
);
comment on table party is 'Filers and carriers: for whom a machine acts and whose filings count as its own.';

create table api_client (
    id uuid primary key,
    name text not null check (length(name) between 1 and 200),
    prefix text not null unique,
    secret_hash bytea not null unique check (octet_length(secret_hash) = 32),
    roles text[] not null check (cardinality(roles) > 0 and roles <@ array['declarant', 'marketplace', 'carrier']),
    scopes text[] not null,
    party text not null references party (id),
    made_by text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by text,
    last_used_at timestamptz,
    check ((revoked_at is null) = (revoked_by is null))
);
comment on table api_client is 'A key of a machine: its first letters and the hash of the rest; the key itself is shown once.';
create index api_client_party on api_client (party);

-- A machine is what its party is: a declarant's key reads no lanes, which are for carriers.
create function client_is_what_its_party_is() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from party where id = new.party and new.roles <> array[kind]) then
        raise check_violation using message = 'a key has the role that its party has',
            constraint = 'api_client_of_its_party', table = 'api_client';
    end if;
    return new;
end $$;
create trigger of_its_party before insert or update of roles, party on api_client
    for each row execute function client_is_what_its_party_is();

create table api_token (
    hash bytea primary key check (octet_length(hash) = 32),
    client uuid not null references api_client (id) on delete cascade,
    scopes text[] not null,
    made_at timestamptz not null,
    expires_at timestamptz not null
);
comment on table api_token is 'Short tokens of the OAuth2 client credentials grant; opaque, and dead with their client.';
create index api_token_expiry on api_token (expires_at);

-- Who calls, before anybody acts: the one thing that is asked without a policy. A hash finds its own row and no other.
create function api_client_of(wanted bytea, now timestamptz)
    returns table (id uuid, name text, roles text[], scopes text[], party text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select client.id, client.name, client.roles, client.scopes, client.party
    from api_client client
    where client.secret_hash = wanted and client.revoked_at is null and client.expires_at > now
    union all
    select client.id, client.name, client.roles, token.scopes, client.party
    from api_token token join api_client client on client.id = token.client
    where token.hash = wanted and token.expires_at > now and client.revoked_at is null and client.expires_at > now
$$;

-- When a key was last used, to the minute: not a write for every call, and never a wait for another.
create function api_client_used(wanted uuid, now timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update api_client set last_used_at = now where id = (
        select id from api_client
        where id = wanted and (last_used_at is null or last_used_at < now - interval '1 minute')
        for update skip locked
    )
$$;
