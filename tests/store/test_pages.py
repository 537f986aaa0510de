"""Pages by every role and address: each sees what the matrix says, and what goes wrong is told in a sentence."""

import logging
import re
from uuid import uuid4

import pytest

from tests.builders_accounts import PASSWORD, made
from tests.builders_desk import a_filing, opened
from tests.builders_site import REASONS, TOLD
from tidewaiter.service.account_acts import decide, disable, propose
from tidewaiter.store.rights import MATRIX

HERE, THERE = "DE-HAM", "DE-FRA"
FOR = {
    "officer": {"office": HERE, "limit_minor": 50_000}, "supervisor": {"office": HERE},
    "agency_officer": {"agency": "wildlife"}, "declarant": {"filer": "f1"}, "marketplace": {"filer": "f1"},
    "carrier": {"filer": "f1"},
}  # fmt: skip
HTML = {"host": "127.0.0.1", "accept": "text/html"}
SECRET = "Value far below"  # noqa: S105 - words of a reason


@pytest.fixture
def cases(admins):
    """A case of this office, and one of another whose goods need the leave of the agency."""
    from django.db import connection

    here = a_filing(office=HERE, told=TOLD, reasons=REASONS)
    there = a_filing(office=THERE, told=TOLD, reasons=REASONS, agencies=["wildlife"])
    opened(connection, here, there)
    return {"here": str(here.id), "there": str(there.id)}


@pytest.fixture
def enter(admins):
    """A browser without a screen, signed in as an account of that role."""
    from django.test import Client

    def as_role(role, name=None, **more):
        made(admins, name or role.replace("_", "-"), role, **{**FOR.get(role, {}), **more})
        return _entered(Client(headers=HTML), name or role.replace("_", "-"))

    return as_role


def _entered(client, name, password=PASSWORD):
    answer = client.post("/sign-in", {"name": name, "password": password, "code": ""})
    assert answer.status_code == 302, answer.content
    return client


def _reads(role, where):
    """What the matrix says of a role and the case of an office."""
    scopes = {grant.scope for grant in MATRIX.granted("read", "case") if grant.role == role}
    return "all" in scopes or ("office" in scopes and where == "here") or ("own_agency" in scopes and where == "there")


@pytest.mark.parametrize("role", MATRIX.roles)
def test_every_role_opens_what_the_matrix_says_and_nothing_else(enter, cases, role):
    client = enter(role)

    for where, name in cases.items():
        page = client.get(f"/cases/{name}")
        assert page.status_code == (200 if _reads(role, where) else 404), where
        assert (SECRET in page.content.decode()) == (role in {"analyst", "auditor"} or _reads_risk(role, where)), where
        for act in ("release", "hold", "refuse", "approve", "assign", "note", "reveal"):
            form = client.get(f"/cases/{name}/{act}")
            assert form.status_code in ({200, 404} if _reads(role, where) else {404}), (where, act)
    queue = client.get("/queue")
    assert queue.status_code == (200 if _reads(role, "here") or _reads(role, "there") else 403)
    for where, name in cases.items():
        assert (name in queue.content.decode()) == _reads(role, where)


def _reads_risk(role, where):
    return (role, where) in {("supervisor", "here"), ("agency_officer", "there")}


@pytest.mark.parametrize(
    "role", [role for role in MATRIX.roles if role not in {"officer", "supervisor", "agency_officer"}]
)
def test_a_role_without_an_act_does_nothing_by_a_form_of_its_own(enter, cases, role):
    client = enter(role)

    for name in cases.values():
        for act in ("release", "hold", "refuse", "propose_release", "approve", "assign", "present", "dispose", "ask"):
            told = {"key": uuid4().hex, "saw": "1", "items": ["1"], "reason": "value", "text": "x", "to": "p-00000000"}
            assert client.post(f"/cases/{name}/{act}", told).status_code in {403, 404, 422}, act
    assert _events(cases) == {1}


def _events(cases):
    from tidewaiter.store.access import acting
    from tidewaiter.store.asking import rows

    with acting("service", ["service"]):
        return {seq for (seq,) in rows("select seq from desk_case where id = any(%s::uuid[])", list(cases.values()))}


def test_the_queue_as_a_file_holds_every_row_that_the_page_counts_and_none_of_another_office(enter, cases):
    client = enter("supervisor")
    told = b"".join(client.get("/queue.csv?state=all").streaming_content).decode()
    narrowed = b"".join(client.get("/queue.ndjson?lane=release").streaming_content)

    assert cases["here"] in told
    assert cases["there"] not in told
    assert len(told.splitlines()) == 2
    assert narrowed == b""
    assert client.get("/queue.csv?text=%00").status_code == 400
    assert enter("declarant").get("/queue.csv").status_code == 403


@pytest.mark.parametrize("path", ["/", "/queue", "/queue.csv", "/account", "/account/password", "/account/codes"])
def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(admins, path):
    from django.test import Client

    answer = Client(headers=HTML).get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"]
)
def test_the_sign_in_leads_to_no_other_place(enter, admins, wanted):
    from django.test import Client

    made(admins, "olga", "auditor")
    answer = Client(headers=HTML).post("/sign-in", {"name": "olga", "password": PASSWORD, "next": wanted})

    assert answer.headers["Location"] == "/"


def test_a_closed_account_is_out_at_its_next_page(enter, admins, cases):
    from tidewaiter.service.accounts import actor_of
    from tidewaiter.service.clock import now

    client = enter("officer")
    assert client.get("/queue").status_code == 200
    officer = actor_of(client.cookies["tidewaiter_session"].value, now())

    disable(admins[0], officer.person, now())

    assert client.get("/queue").status_code == 302
    assert client.post(f"/cases/{cases['here']}/note", {"text": "still here", "saw": 1, "key": "k"}).status_code == 302
    assert _events(cases) == {1}


def test_codes_are_of_the_secret_that_was_shown_and_need_the_password(enter):
    from tidewaiter.registry.codes import STEP_S, code_at, new_secret
    from tidewaiter.service.clock import now

    def fresh(secret):
        return code_at(secret, int(now().timestamp()) // STEP_S)

    client, planted = enter("officer", "olga"), new_secret()
    page = client.get("/account/codes").content.decode()
    shown = re.search(r"secret=([A-Z2-7]+)&", page.replace("&amp;", "&"))[1]
    for told in (
        {"secret": planted, "code": fresh(planted), "password": PASSWORD},
        {"code": fresh(shown)},
        {"code": fresh(shown), "password": "not my password"},
    ):
        refused = client.post("/account/codes", told)
        assert refused.status_code == 422
        assert shown in refused.content.decode()

    done = client.post("/account/codes", {"code": fresh(shown), "password": PASSWORD})

    assert done.headers["Location"] == "/account?done=codes"
    assert "Code of the authenticator until now" in client.get("/account/codes").content.decode()


def test_a_first_password_opens_no_page_but_its_change(admins):
    from django.test import Client

    from tests.builders_accounts import NOW, account

    first = decide(admins[1], propose(admins[0], "make", account("olga", "auditor"), NOW), NOW, approves=True)
    client = _entered(Client(headers=HTML), "olga", first)

    assert client.get("/queue").headers["Location"] == "/account/password"
    changed = client.post("/account/password", {"old": first, "new": PASSWORD, "again": PASSWORD})
    assert changed.headers["Location"] == "/account?done=password"
    assert client.get("/account").status_code == 200


def test_an_act_after_a_while_wants_a_proof_and_keeps_what_was_filled_in(enter, cases, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_STEP_UP_MIN", "1")
    client = enter("supervisor")
    _older(minutes=2)
    told = {"key": uuid4().hex, "saw": "1", "items": ["1", "2"], "reason": "value", "text": "odd"}

    asked = client.post(f"/cases/{cases['here']}/hold", told)
    wrong = client.post(f"/cases/{cases['here']}/hold", {**told, "proof": "not my password"})
    right = client.post(f"/cases/{cases['here']}/hold", {**told, "proof": PASSWORD})

    assert (asked.status_code, wrong.status_code, right.status_code) == (422, 422, 302)
    assert 'name="proof"' in asked.content.decode()
    assert "odd" in wrong.content.decode()
    assert right.headers["Location"].endswith("?done=hold")


def _older(**span):
    from datetime import timedelta

    from tidewaiter.store.access import acting
    from tidewaiter.store.asking import say

    with acting("door", ["door"]):
        say("update session set stepped_up_at = stepped_up_at - %s", timedelta(**span))


def test_guessing_at_the_page_is_slowed_down_with_a_sentence(admins):
    from django.test import Client

    client = Client(headers=HTML)
    answers = [client.post("/sign-in", {"name": "olga", "password": f"guess {n}"}) for n in range(9)]

    assert [answer.status_code for answer in answers] == [401] * 8 + [429]
    assert "Wait 15 min" in answers[-1].content.decode()
    assert 800 < int(answers[-1].headers["Retry-After"]) <= 901


def test_a_form_without_its_mark_is_told_and_does_nothing(enter, cases):
    from django.test import Client

    client = Client(headers=HTML, enforce_csrf_checks=True)
    client.cookies = enter("supervisor").cookies
    answer = client.post(f"/cases/{cases['here']}/note", {"text": "forged", "saw": "1", "key": "k"})

    assert answer.status_code == 403
    assert "Nothing was done" in answer.content.decode()
    assert _events(cases) == {1}


@pytest.mark.parametrize(
    ("words", "status"),
    [("after=nonsense", 400), ("after=" + "x" * 5000, 400), ("state=odd&lane=%00", 200), ("text=%00", 400)],
)
def test_an_address_that_was_tampered_with_is_answered_by_a_sentence(enter, cases, words, status):
    answer = enter("supervisor").get(f"/queue?{words}")

    assert answer.status_code == status
    assert "<h1>Queue</h1>" in answer.content.decode()


def test_a_browser_gets_a_page_and_a_machine_a_problem_for_what_is_not_there(admins):
    from django.test import Client

    assert "<h1>There is nothing here</h1>" in Client(headers=HTML).get("/nothing").content.decode()
    assert Client(headers={"host": "127.0.0.1"}).get("/nothing").json()["status"] == 404


def test_a_name_that_is_not_ours_is_answered_plainly(admins):
    from django.test import Client

    answer = Client(headers={**HTML, "host": "evil.example"}).get("/sign-in")

    assert answer.status_code == 400
    assert "TIDEWAITER_HOSTS" in answer.content.decode()


def test_cookies_go_over_tls_alone_unless_we_speak_to_ourselves(admins, settings_hosts):
    from django.test import Client

    made(admins, "olga", "auditor")
    near = Client(headers=HTML).post("/sign-in", {"name": "olga", "password": PASSWORD}).cookies["tidewaiter_session"]
    far = Client(headers={**HTML, "host": "desk.example"}).post(
        "/sign-in", {"name": "olga", "password": PASSWORD}
    ).cookies["tidewaiter_session"]  # fmt: skip

    assert (near["secure"], far["secure"]) == (False, True)
    assert (far["httponly"], far["samesite"]) == (True, "Lax")


@pytest.fixture
def settings_hosts(monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["127.0.0.1", "desk.example"])


def test_every_page_says_what_a_browser_may_do_with_it(enter, cases):
    client = enter("supervisor")

    for path in (
        "/sign-in",
        "/queue",
        "/account",
        f"/cases/{cases['here']}",
        f"/cases/{cases['here']}/hold",
        "/nothing",
    ):
        head = client.get(path).headers
        assert "script-src 'self'" in head["Content-Security-Policy"], path
        assert "unsafe" not in head["Content-Security-Policy"]
        assert head["X-Content-Type-Options"] == "nosniff"


def test_no_page_has_script_or_style_of_its_own(enter, cases):
    client = enter("supervisor")

    for path in ("/sign-in", "/queue", "/account", f"/cases/{cases['here']}", f"/cases/{cases['here']}/hold"):
        text = client.get(path).content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text) == [], path


def test_a_fault_of_ours_becomes_a_page_with_a_number_and_without_a_trace(enter, monkeypatch, caplog):
    from tidewaiter.service import queue

    client = enter("supervisor")
    monkeypatch.setattr(queue, "page", lambda *_, **__: 1 / 0)
    answer = client.get("/queue")

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.content.decode()
    assert "ZeroDivision" not in answer.content.decode()


def test_a_database_that_does_not_answer_becomes_a_page_that_says_to_wait(enter, monkeypatch):
    from django.db import OperationalError

    from tidewaiter.service import queue

    def gone(*_, **__):
        raise OperationalError

    client = enter("supervisor")
    monkeypatch.setattr(queue, "page", gone)
    answer = client.get("/queue")

    assert answer.status_code == 503
    assert "by itself" in answer.content.decode()


def test_names_that_people_type_are_in_no_log_line_metric_or_leaf(database, enter, cases, caplog):
    import psycopg

    client, canaries = enter("supervisor"), [f"canary{n:04}" for n in range(50)]
    caplog.set_level(logging.DEBUG)
    for name in canaries[:6]:
        client.post("/sign-in", {"name": name, "password": f"{name} {name}", "next": f"/{name}"})
    for name in canaries:
        client.get(f"/queue?text={name}")
        client.post(f"/cases/{cases['here']}/note", {"text": name, "saw": 10**6, "key": name})
    metrics = client.get("/metrics").content.decode()

    with psycopg.connect(database.audit) as audit:
        leaves = [bytes(one).decode() for (one,) in audit.execute(
            "select leaf from log_event union all select payload from log_entry"
        )]  # fmt: skip
    told = [metrics, *leaves, *(f"{record.getMessage()} {record.__dict__}" for record in caplog.records
                                if record.name.startswith("tidewaiter"))]  # fmt: skip
    assert leaves
    assert [name for name in canaries if any(name in text for text in told)] == []
