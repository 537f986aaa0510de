"""Lapsing: a request that nobody answered in time; what follows is the sheet's rule, done once by the worker."""

import logging
from datetime import datetime
from typing import Final

from django.db import DatabaseError, connection

from tidewaiter.desk import rows
from tidewaiter.desk.events import Event
from tidewaiter.exchange import filings, repairs
from tidewaiter.exchange.repairs import Repair
from tidewaiter.exchange.versions import hold
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.service.acts.opening import happened
from tidewaiter.service.log_lines import FIELDS
from tidewaiter.service.outbox import tell
from tidewaiter.service.repairs.asking import question_name
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting
from tidewaiter.store.log.entries import Act, append

AT_ONCE: Final = 200
DISPOSITION: Final = {"return": "returned_to_sender", "abandon": "abandoned"}
LOG: Final = logging.getLogger("tidewaiter.work")


def lapse_due(now: datetime) -> int:
    """Do what follows of requests whose clock is up, each by itself; gives how many.

    One that fails is noted, and tried again at the next sweep. Who answers at the same moment is waited for.
    """
    done = 0
    while done < AT_ONCE:
        try:
            with acting(SERVICE, [SERVICE]):
                found = repairs.due(connection, now, 1)
                for one in found:
                    hold(connection, [one.filing])
                    _lapsed(one, now)
        except (DatabaseError, TidewaiterError):
            LOG.exception("a request did not lapse", extra={FIELDS: {"done": done}})
            return done
        if not found:
            return done
        done += 1
    return done


def _lapsed(one: Repair, now: datetime) -> None:
    """Part of one transaction whose last statement is its entry in the log."""
    if not repairs.lapse(connection, one.id, now):
        return
    filing = filings.by_id(connection, one.filing)
    rule = one.no_reply or "wait"
    happened(connection, one.filing, Event("withdrawn", now, None, {"question": question_name(one.version)}))
    if filing is not None and rule in DISPOSITION and filing.version == one.version:
        happened(connection, one.filing, Event("disposed", now, None, {"disposition": DISPOSITION[rule]}))
        items = [{**item, "status": filings.REFUSED} for item in filing.items]
        filings.publish(connection, filing.id, status=filings.REFUSED, lane="divert", items=items, now=now)
    elif filing is not None and rows.find(connection, filing.id) is not None:
        happened(connection, one.filing, Event("noted", now, None, {"no_reply": rule}))
    status = filings.REFUSED if rule in DISPOSITION else filings.UNDER_CONTROL
    told = {"filing": str(one.filing), "consignment_id": one.reference, "version": one.version, "repair": str(one.id),
            "no_reply": rule, "status": status}  # fmt: skip
    tell(connection, "filing.lapsed", str(one.filing), told, one.filer)
    act = Act("repair_lapsed", now, SERVICE, SERVICE, str(one.filing), one.version, more={"rule": rule})
    append(connection, act.payload())
