"""A desk with people at it, and cases that machines opened."""

from itertools import count
from uuid import uuid4

from tests.builders_cases import AT
from tidewaiter.exchange.filings import Assessment, Filing, keep
from tidewaiter.service.acts import case
from tidewaiter.service.acts.opening import open_cases
from tidewaiter.store.access import acting
from tidewaiter.store.rights import Actor

OFFICER = Actor("o1", frozenset({"officer"}), office="DE1", limit_minor=5_000)
COLLEAGUE = Actor("o2", frozenset({"officer"}), office="DE1", limit_minor=5_000)
SUPERVISOR = Actor("s1", frozenset({"supervisor"}), office="DE1")
ELSEWHERE = Actor("o9", frozenset({"officer"}), office="FR1", limit_minor=10**9)
WILDLIFE = Actor("a1", frozenset({"agency_officer"}), agency="wildlife")
FILER = Actor("d1", frozenset({"declarant"}), filer="f1")
AUDITOR = Actor("u1", frozenset({"auditor"}))
ANALYST = Actor("n1", frozenset({"analyst"}))
keys = count(1)


def a_filing(**told):
    """A filing that was held for a check of documents; what is not named is sound."""

    judged = {"decision": "hold", "lane": "hold", "route": "document_check", "pending_on": ["inspection"],
              "score": 800, "reasons": [{"code": "SPL-01"}]}  # fmt: skip
    judged |= {name: told.pop(name) for name in list(told) if name in judged}
    number = next(keys)
    said = {
        "id": uuid4(), "seq": number, "reference": f"R{number}", "filing_kind": "import", "version": 1, "filer": "f1",
        "office": "DE1", "jurisdiction": "EU", "status": "under_control", "decided_at": AT, "told": {},
        "items": [{"item_no": 1, "status": "under_control"}, {"item_no": 2, "status": "under_control"}],
        "barcodes": [f"LX{number:09}DE"], "amount_minor": 4_000, "currency": "EUR", "presented_at": AT, **told,
    }  # fmt: skip
    return Filing(**said, assessment=Assessment(**judged))


def opened(connection, *filings):
    """Keep filings and open their cases, as the batcher does."""

    with acting("service", ["service"]):
        keep(connection, filings)
        return open_cases(connection, filings, AT)


class Desk:
    """Does acts on one case, each as of now and with a key of its own."""

    def __init__(self, connection, filing):
        self.connection, self.id, self.now = connection, str(filing.id), AT
        opened(connection, filing)

    def seq(self):
        """How many events there are."""
        return self._one("select seq from desk_case where id = %s")

    def does(self, act, actor, /, saw=None, key=None, **said):
        """One act by its name."""

        told = {"saw": self.seq() if saw is None else saw, "key": key or f"k{next(keys)}", "now": self.now}
        return getattr(case, act)(actor, self.id, **told, **said)

    def kinds(self):
        """What happened, in order."""
        return self._all("select kind from case_event where case_id = %s order by seq")

    def column(self, name, table="desk_case", key="id"):
        """A value of the case's row."""
        return self._one(f"select {name} from {table} where {key} = %s")  # noqa: S608 - names of a test

    def _one(self, text):
        return (self._all(text) or [None])[0]

    def _all(self, text):

        with acting("service", ["service"]), self.connection.cursor() as cursor:
            cursor.execute(text, [self.id])
            return [row[0] for row in cursor.fetchall()]
