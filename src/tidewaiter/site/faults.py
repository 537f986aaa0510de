"""What no door could take: a page for a browser, problem details for a machine."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tidewaiter.api import problems
from tidewaiter.web import faults
from tidewaiter.web.visiting import headed


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """There is nothing at this address."""
    if not _is_browser(request):
        return problems.not_found(request, exception)
    return headed(request, faults.page(request, faults.NOT_FOUND))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request itself cannot be read; its host may be none of ours, so nothing is asked about it."""
    if not _is_browser(request):
        return problems.bad_request(request, exception)
    return faults.page(request, faults.UNREADABLE)


def _is_browser(request: HttpRequest) -> bool:
    return "text/html" in request.META.get("HTTP_ACCEPT", "") and not request.path.startswith("/v1/")
