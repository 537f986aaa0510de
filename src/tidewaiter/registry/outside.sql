-- Proofs that live outside: passkeys of persons, and who they are at an issuer. Neither gives a right; both open an account there is.

create table passkey_challenge (challenge bytea primary key, at timestamptz not null);
comment on table passkey_challenge is 'Challenges that were answered: each is taken once, and forgotten when it would be too old anyway.';
create index passkey_challenge_age on passkey_challenge (at);
create index passkey_person on passkey (person) where revoked_at is null;

create table identity (
    issuer text not null check (length(issuer) between 1 and 500),
    subject text not null check (length(subject) between 1 and 255),
    person text not null references person,
    made_at timestamptz not null,
    primary key (issuer, subject),
    unique (issuer, person)
);
comment on table identity is 'Which subject of an issuer (OpenID Connect) is which person; tied by the person himself, signed in and proven.';

-- A reset by two others takes away what the person had: somebody else may hold it.
create function end_proofs_outside() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update passkey set revoked_at = new.changed_at where person = new.person and revoked_at is null;
    delete from identity where person = new.person;
    return null;
end $$;
create trigger ends_proofs_outside after update on credential for each row
    when (new.must_change and new.password is distinct from old.password) execute function end_proofs_outside();

create function passkey_stays_what_it_is() returns trigger language plpgsql as $$
begin
    if old.revoked_at is not null
        or (to_jsonb(new) - '{sign_count,revoked_at}'::text[]) <> (to_jsonb(old) - '{sign_count,revoked_at}'::text[]) then
        raise restrict_violation using message = 'a passkey stays what it is; one that was revoked does not come back';
    end if;
    return new;
end $$;
create trigger stays_what_it_is before update on passkey for each row execute function passkey_stays_what_it_is();
