-- Persons, their accounts and their sessions. What a person may do is the matrix of rights; here stands who holds what.

create table office (id text primary key check (id ~ '^[A-Z0-9][A-Z0-9-]{0,19}$'), name text not null);
create table agency (id text primary key check (id ~ '^[a-z0-9][a-z0-9_-]{0,29}$'), name text not null);

create table person (
    id text primary key check (id ~ '^p-[0-9a-z]{8}$'),
    shown text not null check (length(shown) between 1 and 80),
    made_at timestamptz not null
);
comment on table person is 'A person by a pseudonym, which cases and log use, and by the name that colleagues see.';

create table account_proposal (
    id uuid primary key,
    act text not null check (act in ('make', 'change', 'enable', 'reset')),
    person text not null,
    name text not null check (name ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
    shown text not null,
    roles text[] not null,
    office text references office,
    agency text references agency,
    filer text,
    limit_minor bigint check (limit_minor >= 0),
    active_until timestamptz,
    proposed_by text not null references person,
    proposed_at timestamptz not null,
    decided_by text references person,
    decided_at timestamptz,
    is_approved boolean,
    decided_in xid8,
    check (decided_by is distinct from proposed_by and decided_by is distinct from person),
    check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (is_approved is null))
);
comment on table account_proposal is 'What one person proposes about an account, and another approves or declines, once.';

create table account (
    person text primary key references person,
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
    roles text[] not null check (cardinality(roles) > 0),
    office text references office,
    agency text references agency,
    filer text,
    limit_minor bigint check (limit_minor >= 0),
    active_until timestamptz,
    disabled_at timestamptz
);
comment on column account.limit_minor is 'Up to which amount an officer releases alone; empty: not at all.';

create table credential (
    person text primary key references person,
    password text not null,
    must_change boolean not null,
    changed_at timestamptz not null,
    code_secret bytea,
    code_step bigint not null default 0
);
comment on table credential is 'Hash of the password (argon2id), sealed secret of one-time codes, the last step whose code was taken.';

create table passkey (
    id bytea primary key,
    person text not null references person,
    public_key bytea not null,
    sign_count bigint not null default 0,
    called text not null,
    made_at timestamptz not null,
    revoked_at timestamptz
);

create table session (
    token bytea primary key check (octet_length(token) = 32),
    person text not null references person,
    begun_at timestamptz not null,
    seen_at timestamptz not null,
    stepped_up_at timestamptz not null,
    ended_at timestamptz,
    code_offer bytea
);
comment on column session.token is 'SHA-256 of the token: who reads the table cannot use it.';
comment on column session.code_offer is 'Sealed secret of one-time codes that was shown in this session and is not in force yet.';
create index session_person on session (person) where ended_at is null;

create table sign_in_try (key bytea not null, at timestamptz not null, id uuid primary key);
comment on table sign_in_try is 'Tries by a keyed hash of account or address: enough to slow down guessing, no trace of a person.';
create index sign_in_try_key on sign_in_try (key, at);

-- A colleague's name is seen by those of the same office or agency; the account behind it is not.
create function is_colleague(who text) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    return exists (select from account where person = who and (office = acting_office() or agency = acting_agency()));

-- A proposal about this person was approved by who acts, in this very transaction.
create function approved_just_now(who text) returns boolean
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp
    return exists (select from account_proposal where person = who and is_approved and decided_by = acting_person()
                   and decided_in = pg_current_xact_id());

create function proposal_is_decided_once() returns trigger language plpgsql as $$
begin
    if old.decided_by is not null
        or (to_jsonb(new) - '{decided_by,decided_at,is_approved,decided_in}'::text[])
            <> (to_jsonb(old) - '{decided_by,decided_at,is_approved,decided_in}'::text[]) then
        raise restrict_violation using message = 'a proposal is decided once and stands as it was proposed';
    end if;
    new.decided_in := pg_current_xact_id();
    return new;
end $$;
create trigger decided_once before update on account_proposal for each row execute function proposal_is_decided_once();

-- What was approved, and nothing else: the act and everything that it says of the account. A row that is written "on
-- conflict" is asked about twice, as new and as changed; the second is the stricter one.
create function approves_account(wanted account, was account) returns boolean
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp
    return exists (
        select from account_proposal as told
        where told.person = wanted.person and told.is_approved and told.decided_by = acting_person()
            and told.decided_in = pg_current_xact_id()
            and (told.name, told.roles, told.office, told.agency, told.filer, told.limit_minor, told.active_until)
                is not distinct from
                (wanted.name, wanted.roles, wanted.office, wanted.agency, wanted.filer, wanted.limit_minor,
                 wanted.active_until)
            and case
                when was.person is null then told.act in ('make', 'change', 'enable')
                when told.act = 'change' then wanted.disabled_at is not distinct from was.disabled_at
                else told.act = 'enable' and wanted.disabled_at is null
            end
    );

create function approves_credential(wanted credential, was credential) returns boolean
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp
    return wanted.must_change and wanted.code_secret is null and exists (
        select from account_proposal as told
        where told.person = wanted.person and told.is_approved and told.decided_by = acting_person()
            and told.decided_in = pg_current_xact_id()
            and (told.act = 'reset' or told.act = 'make' and was.person is null)
    );

create function approves_shown(wanted person) returns boolean
    language sql volatile security definer set search_path = pg_catalog, public, pg_temp
    return exists (
        select from account_proposal as told
        where told.person = wanted.id and told.is_approved and told.decided_by = acting_person()
            and told.decided_in = pg_current_xact_id() and told.shown = wanted.shown
            and told.act in ('make', 'change', 'enable')
    );

create function person_needs_two() returns trigger language plpgsql as $$
begin
    if current_user <> 'tidewaiter_app' or approves_shown(new) then
        return new;
    end if;
    raise restrict_violation using message = 'a person is named by two others: one proposes, another approves';
end $$;
create trigger needs_two before insert or update on person for each row execute function person_needs_two();

-- The service changes an account only by a proposal that another person approved; taking away needs one person.
create function account_needs_two() returns trigger language plpgsql as $$
begin
    if current_user <> 'tidewaiter_app' or approves_account(new, case when tg_op = 'UPDATE' then old end) then
        return new;
    end if;
    if tg_op = 'UPDATE' and old.disabled_at is null and new.disabled_at is not null
        and (to_jsonb(new) - 'disabled_at') = (to_jsonb(old) - 'disabled_at') then
        return new;
    end if;
    raise restrict_violation using message = 'an account is made or changed by two persons: one proposes, another approves';
end $$;
create trigger needs_two before insert or update on account for each row execute function account_needs_two();

create function credential_is_ones_own() returns trigger language plpgsql as $$
begin
    if current_user <> 'tidewaiter_app' or acting_has_role('door')
        or approves_credential(new, case when tg_op = 'UPDATE' then old end) then
        return new;
    end if;
    raise restrict_violation using message = 'a credential is changed by its person, or reset by two others';
end $$;
create trigger ones_own before insert or update on credential for each row execute function credential_is_ones_own();

-- An account that is closed, and a password that others reset, end every session there is: none goes on once it is reopened.
create function end_sessions() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update session set ended_at = coalesce((to_jsonb(new) ->> 'disabled_at')::timestamptz,
        (to_jsonb(new) ->> 'changed_at')::timestamptz)
    where person = new.person and ended_at is null;
    return null;
end $$;
create trigger ends_sessions after update on account for each row
    when (old.disabled_at is null and new.disabled_at is not null) execute function end_sessions();
create trigger ends_sessions after update on credential for each row
    when (new.must_change and new.password is distinct from old.password) execute function end_sessions();
