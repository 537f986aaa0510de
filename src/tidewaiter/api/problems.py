"""Answers to what cannot be answered, as problem details (RFC 9457)."""

from django.http import HttpRequest, HttpResponse, JsonResponse

NOT_FOUND, BAD_REQUEST = 404, 400
KIND = "application/problem+json"


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - named as Django calls it
    """There is nothing at this address, or nothing for who asked: the two look alike."""
    return JsonResponse({"title": "There is nothing here.", "status": NOT_FOUND}, status=NOT_FOUND, content_type=KIND)


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - named as Django calls it
    """The request itself cannot be read, or calls the service by a name it does not know (TIDEWAITER_HOSTS)."""
    told = {"title": "The request cannot be read.", "status": BAD_REQUEST}
    return JsonResponse(told, status=BAD_REQUEST, content_type=KIND)
