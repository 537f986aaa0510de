"""A site with people and cases, served as the product serves it, for a browser to walk through."""

import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.error import URLError

from tests.builders_accounts import made, people
from tests.builders_database import working_as
from tests.builders_desk import a_filing, opened
from tidewaiter.service.acts import case
from tidewaiter.service.case_view import case as view
from tidewaiter.service.own_address import look

_ANY = {"relief_code": None, "liable": "consignee", "payer": None, "collected_from": "border", "currency": "EUR"}
CHARGES = [
    {**_ANY, "item_no": 1, "charge": "duty", "tax_type": "A00", "base_minor": 14_200, "rate_text": "12 %",
     "amount_minor": 1_704, "status": "estimated", "rule_id": "EU-DUTY", "source": "Regulation (EEC) 2658/87"},
    {**_ANY, "item_no": None, "charge": "vat", "tax_type": "B00", "base_minor": 15_904, "rate_text": "19 %",
     "amount_minor": None, "status": "unresolved", "rule_id": "DE-VAT", "source": "UStG § 12(1)"},
]  # fmt: skip
REASONS = [
    {"code": "VAL-01", "severity": "hold", "weight": 300, "item_no": 1, "title": "Value far below what is usual",
     "sentence": "Declared EUR 4.10 per kg; goods of this code usually cost at least EUR 18.00.",
     "field": "value_amount", "pointer": "/items/0/value_amount",
     "evidence": {"value_per_kg": "EUR 4.10", "floor": "EUR 18.00", "share": None}},
    {"code": "QUA-07", "severity": "ask", "weight": 40, "item_no": None, "title": "No intrinsic value",
     "sentence": "The value of the goods without carriage is not declared.", "field": "value_amount", "pointer": "",
     "evidence": {}},
]  # fmt: skip
ITEMS = [
    {"item_no": 1, "description": "Men's T-shirts, cotton, printed <b>SALE</b>", "commodity_code": "6109100010",
     "origin": "CN", "customs_value_minor": 14_200, "status": "under_control"},
    {"item_no": 2, "description": "قميص قطني للأطفال", "commodity_code": None, "origin": None,
     "customs_value_minor": None, "status": "under_control"},
]  # fmt: skip
TOLD = {"charges": CHARGES, "due_at_border_minor": None, "currency": "EUR"}


@dataclass
class Site:
    """Where it is served, its people by name, its cases by what they are for."""

    address: str
    people: dict = field(default_factory=dict)
    cases: dict = field(default_factory=dict)


@contextmanager
def served(database, home, cases=60, **settings):
    """A site over this database until the end."""
    site = Site("")
    with ThreadPoolExecutor(1) as beside:  # the browser's driver keeps a loop in this thread, which Django refuses
        beside.submit(_peopled, site, database, cases).result()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    scheme = "https" if "TIDEWAITER_TLS_CERTIFICATE" in settings else "http"
    site.address = f"{scheme}://127.0.0.1:{port}"
    environment = {
        **os.environ, "TIDEWAITER_HOME": str(home), "TIDEWAITER_PORT": str(port),
        "TIDEWAITER_DATABASE_APP_URL": database.app, "SERVED_BY": str(os.getpid()), **settings,
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "tidewaiter.site"], env=environment)
    try:
        _await(site.address)
        yield site
    finally:
        process.terminate()
        process.wait(20)


def _peopled(site, database, count):
    admins = people(database)
    with working_as(database.app) as connection:
        for name, role, more in (
            ("olga", "officer", {"office": "DE-HAM", "limit_minor": 50_000}),
            ("otto", "officer", {"office": "DE-HAM"}),
            ("sven", "supervisor", {"office": "DE-HAM"}),
            ("fritz", "officer", {"office": "DE-FRA"}),
            ("aude", "auditor", {}),
        ):
            site.people[name] = made(admins, name, role, **more)
        site.cases = _cases(connection, count)
        take(site, "release", "olga")
        take(site, "held", "olga")


def _cases(connection, count):
    named = {}
    filings = []
    for number in range(count):
        told = {"told": TOLD, "items": ITEMS, "office": "DE-HAM", "filer": "shop & sons",
                "amount_minor": 14_200 + number,
                "reasons": REASONS, "route": ("open", "scan", "document_check", "ask")[number % 4]}  # fmt: skip
        if number % 3:
            told["presented_at"] = None
        filings.append(a_filing(**told))
    release = a_filing(
        told=TOLD, items=ITEMS, office="DE-HAM", filer="shop & sons", amount_minor=14_200, route="ask", reasons=REASONS,
        pending_on=["information"], presented_at=None,
    )  # fmt: skip
    opened(connection, *filings, release)
    named["release"], named["waiting"], named["held"] = str(release.id), str(filings[1].id), str(filings[0].id)
    return named


def take(site, name, who):
    """Assign a case to somebody and record its presentation."""
    actor, now = site.people[who], datetime.now(UTC)
    for nth, (act, more) in enumerate((("assign", {"to": actor.person}), ("present", {}))):
        seq = view(actor, site.cases[name], now=now).seq
        getattr(case, act)(actor, site.cases[name], saw=seq, key=f"{name}-{who}-{nth}", now=now, **more)


def _await(address):
    for _ in range(100):
        try:
            with look(f"{address}/healthz", 1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("The site does not answer.")
