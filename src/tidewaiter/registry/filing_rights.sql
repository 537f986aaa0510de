-- For whom parties may file: a party always for itself, for another only where it is said here.

create table filing_right (
    party text not null references party (id),
    declarant text not null check (declarant = '*' or declarant ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$'),
    primary key (party, declarant)
);
comment on table filing_right is 'Declarants that a party may file for besides itself; * is everybody, for a post or an integrator.';

create function files_for(wanted text) returns text[]
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(declarant order by declarant), '{}') from filing_right where party = wanted
$$;
comment on function files_for(text) is 'Declarants that a party may file for besides itself, in order.';

drop function api_client_of(bytea, timestamptz);
create function api_client_of(wanted bytea, now timestamptz)
    returns table (id uuid, name text, roles text[], scopes text[], party text, files_for text[])
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select client.id, client.name, client.roles, client.scopes, client.party, files_for(client.party)
    from api_client client
    where client.secret_hash = wanted and client.revoked_at is null and client.expires_at > now
    union all
    select client.id, client.name, client.roles, token.scopes, client.party, files_for(client.party)
    from api_token token join api_client client on client.id = token.client
    where token.hash = wanted and token.expires_at > now and client.revoked_at is null and client.expires_at > now
$$;
