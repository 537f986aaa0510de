"""Pages for what cannot be shown: what happened, and what to do next."""

from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tidewaiter.service.log_lines import REQUEST_ID


class Fault(NamedTuple):
    """A fault as a person reads it."""

    status: int
    title: str
    told: str
    to_do: str
    has_id: bool = False


NOT_FOUND: Final = Fault(
    404, "There is nothing here", "No such page or case exists, or it is not yours to see: the two look alike.",
    "Check the address, or look for the parcel in the queue.",
)  # fmt: skip
NOT_ALLOWED: Final = Fault(
    403, "You may not do this", "Your role does not include it.",
    "Nothing was changed. Ask your supervisor, or an administrator for the role.",
)  # fmt: skip
EXPIRED: Final = Fault(
    403, "This form is no longer valid", "It was open too long, or was not opened from this site.",
    "Nothing was done. Go back, load the page again, and send it once more.",
)  # fmt: skip
UNREADABLE: Final = Fault(
    400, "The request cannot be read", "It calls the service by a name it does not know, or is damaged.",
    "Use the address you were given. Who keeps the service adds names by TIDEWAITER_HOSTS.",
)  # fmt: skip
BROKEN: Final = Fault(
    500, "This is our fault", "The service made a mistake. What you did last may not have been done.",
    "Look at the case again before you repeat anything. Tell who keeps the service the number below.", has_id=True,
)  # fmt: skip
NOT_NOW: Final = Fault(
    503, "Not just now", "The database does not answer. It is started again by itself, most often within seconds.",
    "Nothing was half done. Wait a moment, then load the page again.", has_id=True,
)  # fmt: skip


def page(request: HttpRequest, fault: Fault, told: str = "") -> HttpResponse:
    """The page of a fault."""
    found = {"fault": fault, "told": told or fault.told, "request_id": REQUEST_ID.get() if fault.has_id else ""}
    return render(request, "fault.html", found, status=fault.status)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - named as Django calls it
    """A form without its mark, or with an old one."""
    return page(request, EXPIRED)
