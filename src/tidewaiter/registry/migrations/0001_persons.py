"""Persons: offices, agencies, accounts with their roles, credentials, sessions, proposals of accounts."""

from importlib.resources import files

from django.db import migrations
from django.db.migrations import RunSQL

from tidewaiter.store.policies import TO_READERS, grant, guarded, policy
from tidewaiter.store.postgres.database import APP, AUDIT
from tidewaiter.store.rights import MATRIX, condition

SCHEMA = (files("tidewaiter.registry") / "persons.sql").read_text(encoding="utf-8")
DOOR = "acting_has_role('door')"
SOMEBODY = "acting_person() is not null"
OWN = "person = acting_person()"
WHERE = {"office": "office", "agencies": "array[agency]"}
TWO = WHERE | {"persons": "array[proposed_by, person]"}
READ = condition("read", "account", WHERE)
TABLES = (
    "office",
    "agency",
    "person",
    "account_proposal",
    "account",
    "credential",
    "passkey",
    "session",
    "sign_in_try",
)


def _words(names: object) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))  # type: ignore[call-overload]


def _apart() -> RunSQL:
    """Roles that nobody holds together, and roles that there are, by the matrix of this edition."""
    pairs = " or ".join(f"roles @> array[{_words(pair)}]" for pair in sorted(map(sorted, MATRIX.apart)))
    known = f"roles <@ array[{_words(MATRIX.roles)}]"
    return RunSQL(
        f"""
        create function refuse_roles_together() returns trigger language plpgsql as $$
        declare roles text[] := new.roles;
        begin
            if not ({known}) or {pairs} then
                raise check_violation using message = 'these roles are not held together by one person, or are none';
            end if;
            return new;
        end $$;
        create trigger roles_apart before insert or update on account
            for each row execute function refuse_roles_together();
        create trigger roles_apart before insert or update on account_proposal
            for each row execute function refuse_roles_together();
        """,
        RunSQL.noop,
    )


class Migration(migrations.Migration):
    """First of the registry; there is no way back once persons are known."""

    initial = True
    dependencies = (("store", "0003_log_keys"),)
    operations = (
        RunSQL(SCHEMA, RunSQL.noop),
        RunSQL(
            "grant execute on function is_colleague(text), approved_just_now(text), "
            f"approves_account(account, account), approves_credential(credential, credential), "
            f"approves_shown(person) to {APP}, {AUDIT}",
            RunSQL.noop,
        ),
        _apart(),
        *(guarded(table) for table in TABLES),
        *(policy(table, f"{table}_named", using=SOMEBODY, command="select") for table in ("office", "agency")),
        policy("person", "person_seen", using=f"id = acting_person() or {DOOR} or is_colleague(id) or "
               f"{condition('read', 'account', {})}", command="select"),
        policy("person", "person_made", check="approved_just_now(id)", command="insert"),
        policy("person", "person_named", using="approved_just_now(id)", command="update"),
        policy("account", "account_seen", using=f"{OWN} or {DOOR} or {READ}", command="select"),
        policy("account", "account_made", check="approved_just_now(person)", command="insert"),
        policy("account", "account_changed", command="update",
               using=f"approved_just_now(person) or {condition('propose', 'account', WHERE)}"),
        policy("account_proposal", "proposal_seen", using=f"proposed_by = acting_person() or {READ}", command="select"),
        policy("account_proposal", "proposal_made", command="insert",
               check="proposed_by = acting_person() and decided_by is null and "
               f"{condition('propose', 'account', WHERE)}"),
        policy("account_proposal", "proposal_decided", command="update", using=condition("approve", "account", TWO),
               check=f"decided_by = acting_person() and {condition('approve', 'account', TWO)}"),
        policy("credential", "credential_at_the_door", using=DOOR),
        policy("credential", "credential_made", check="approved_just_now(person)", command="insert"),
        policy("credential", "credential_reset", using="approved_just_now(person)", command="update"),
        policy("credential", "credential_reset_seen", using="approved_just_now(person)", command="select"),
        policy("passkey", "passkey_at_the_door", using=f"{DOOR} or {OWN}"),
        policy("session", "session_at_the_door", using=DOOR),
        policy("session", "session_seen", using=OWN, command="select"),
        policy("sign_in_try", "sign_in_try_at_the_door", using=DOOR),
        grant("office", ["select"], TO_READERS),
        grant("agency", ["select"], TO_READERS),
        *(grant(table, ["select", "insert", "update"]) for table in
          ("person", "account", "account_proposal", "credential", "passkey", "session")),
        grant("sign_in_try", ["select", "insert", "delete"]),
    )  # fmt: skip
