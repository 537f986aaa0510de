"""Routes of the API: every operation with its address, its handler, and all answers it may give."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from tidewaiter.api import (
    asking,
    asserting,
    changing_routes,
    checking,
    lodging,
    moving_routes,
    repairing,
    sorting,
    tokens,
    uploading,
    webhook_routes,
)
from tidewaiter.api.calls import Call, answer, json_response
from tidewaiter.api.described import AFTER, OPEN, SIZE, TEXT, Given, Operation, Reply, Schema
from tidewaiter.api.openapi import openapi
from tidewaiter.api.problems import Problem
from tidewaiter.api.schemas import ID, ref

JSON: Final = "application/json"
KEY: Final = Given(
    "Idempotency-Key", "header", "Your mark for this call: of one key there is one effect and one answer, for 30 days.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)  # fmt: skip
FILING_ID: Final = Given("id", "path", "The id of the filing.", ID)
JOB_ID: Final = Given("id", "path", "The id of the job.", ID)
LOCATION: Final = {"Location": "Where to ask from now on."}
PART: Final[dict[str, Schema]] = {
    "application/octet-stream": {},
    "text/csv": {},
    "application/xml": {},
    "application/x-ndjson": {},
}


def _described(_call: Call) -> HttpResponse:
    return json_response(described())


OPERATIONS: Final = (
    Operation(
        "lodge", "POST", "/v1/consignments", "Lodge one filing; the answer comes when it is kept for good.",
        lodging.lodge_one, "lodge",
        {201: Reply("Accepted.", ref("Lodged"), heads=LOCATION),
         200: Reply("The same filing was accepted before, or one that is there stands as this version now.",
                    {"anyOf": [ref("Lodged"), ref("Cancelled"), ref("Repeated")]})},
        (KEY,), {JSON: ref("Filing")}, (409, 413, 415, 422, 507),
    ),
    Operation(
        "filings", "GET", "/v1/consignments", "Where your filings stand, in the order of their acceptance.",
        lodging.many, "status", {200: Reply("A page.", ref("Filings"))}, (AFTER, SIZE), None, (422,),
    ),
    Operation(
        "filing", "GET", "/v1/consignments/{id}", "Where one filing stands.", lodging.one, "status",
        {200: Reply("It stands so.", ref("Standing"))}, (FILING_ID,), None, (404,),
    ),
    Operation(
        "errors", "GET", "/v1/errors", "What is wrong with your messages, in the order they came.", lodging.errors,
        "status", {200: Reply("A page.", ref("Errors"))}, (AFTER, SIZE), None, (422,),
    ),
    Operation(
        "quote", "POST", "/v1/quotes", "What a filing would cost; nothing is kept.", asking.quotes, "quote",
        {200: Reply("The quote; for lines a quote or the errors of each.", {"anyOf": [ref("Quote"), ref("Quotes")]})},
        (), {JSON: ref("Filing"), asking.LINES: TEXT}, (413, 415, 422),
    ),
    Operation(
        "code", "GET", "/v1/tariff/{code}", "What a tariff says of a code.", asking.code, "quote",
        {200: Reply("Its place, its measures.", ref("Code"))},
        (Given("code", "path", "2 to 10 digits.", {"type": "string", "pattern": "^[0-9]{2,10}$"}),
         Given("as", "query", "Whose tariff.", {"type": "string", "pattern": "^[A-Z]{2}$"}),
         Given("origin", "query", "Origin of the goods.", {"type": "string", "pattern": "^[A-Z]{2}$"}),
         Given("on", "query", "The day.", {"type": "string", "format": "date"})),
        None, (404, 422),
    ),
    Operation(
        "lane", "GET", "/v1/sorter/{barcode}", "Which lane of the sorter a barcode takes.", sorting.lane, "sorter",
        {200: Reply("The lane; held is what nobody filed, another carries, or you told no arrival of.", ref("Lane"))},
        (Given("barcode", "path", "The barcode.", {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}),),
        None, (404,),
    ),
    Operation(
        "lanes", "GET", "/v1/sorter", "The lanes of all parcels in your hands, to sort by while the line is cut.",
        sorting.offline_list, "sorter",
        {200: Reply("A line of JSON each.", TEXT, "application/x-ndjson",
                    {"X-List-At": "The moment of the list.", "X-List-Count": "How many barcodes.",
                     "X-Content-SHA256": "SHA-256 of the list in hex."})},
    ),
    Operation(
        "hand_over", "POST", "/v1/messages",
        "Hand over a file of messages of any format that is read, or its first part.",
        uploading.begin, "lodge", {202: Reply("It is kept; the job says the rest.", ref("Job"), heads=uploading.HEADS)},
        (*uploading.GIVEN, KEY), PART, (409, 413, 415, 422, 507),
    ),
    Operation(
        "go_on", "PATCH", "/v1/messages/{id}", "Hand over the next part of a file.", uploading.go_on, "lodge",
        {202: Reply("It is kept.", ref("Job"), heads=uploading.HEADS)}, (JOB_ID, uploading.OFFSET), PART,
        (404, 409, 413, 415, 422, 507),
    ),
    Operation(
        "job", "GET", "/v1/jobs/{id}", "How far a file is, and what became of it.", uploading.job, "status",
        {200: Reply("It is so far.", ref("Job"), heads=uploading.HEADS)}, (JOB_ID,), None, (404,),
    ),
    Operation(
        "receipt", "GET", "/v1/messages/{id}/receipt",
        "The signed receipt of a message or a file, and the proof that a filing of it was accepted.",
        uploading.receipt, "status", {200: Reply("It is so.", ref("Signed"))},
        (Given("id", "path", "The id of the message, or of the job of a file.", ID),
         Given("consignment_id", "query", "The filing to be proven.", TEXT),
         Given("version", "query", "Which version of it.", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1})),
        None, (404, 422),
    ),
    *checking.operations(uploading.GIVEN, PART),
    *changing_routes.operations(KEY, FILING_ID),
    *repairing.operations(KEY, FILING_ID),
    *moving_routes.operations(KEY, FILING_ID),
    asserting.OPERATION,
    *webhook_routes.OPERATIONS,
    Operation(
        "token", "POST", "/v1/token", "Trade a key for a short token (OAuth 2.0, client credentials).", tokens.token,
        OPEN,
        {200: Reply("A token for a quarter of an hour.", ref("Token")),
         400: Reply("The form is not that of the grant.", {"anyOf": [ref("TokenError"), ref("Problem")]}),
         401: Reply("Nobody is known by this id and key.", ref("TokenError")),
         429: Reply("Too many tries.", ref("TokenError"))},
        (), {tokens.FORM: {"type": "object", "properties": {
            "grant_type": {"const": "client_credentials"}, "client_id": TEXT, "client_secret": TEXT, "scope": TEXT},
            "required": ["grant_type"]}},
        (413, 415),
    ),
    Operation(
        "receipt_keys", "GET", "/v1/receipt-keys", "The public key of receipts, as a JSON Web Key Set.",
        lodging.receipt_keys, OPEN, {200: Reply("The keys.", ref("Keys"))},
    ),
    Operation(
        "openapi", "GET", "/v1/openapi.json", "This document.", _described, OPEN,
        {200: Reply("OpenAPI 3.1.", {"type": "object"})},
    ),
)  # fmt: skip


@cache
def described() -> dict[str, Any]:
    """The OpenAPI document."""
    return openapi(OPERATIONS)


def _view(of: tuple[Operation, ...]) -> Callable[..., HttpResponseBase]:
    by_method = {operation.method: operation for operation in of}
    allowed = ", ".join(sorted({*by_method, *({"HEAD"} if "GET" in by_method else set())}))

    def view(request: HttpRequest, **given: str) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method or ""
        operation = by_method.get(method)
        if operation is None:
            return Problem(405, f"This address answers {allowed}.", heads={"Allow": allowed}).response()
        return answer(request, operation.scope, operation.handle, given)

    return view


def _patterns() -> list[URLPattern]:
    places: dict[str, tuple[Operation, ...]] = {}
    for operation in OPERATIONS:
        places[operation.path] = (*places.get(operation.path, ()), operation)
    return [
        path(place.removeprefix("/").replace("{", "<str:").replace("}", ">"), csrf_exempt(_view(of)))
        for place, of in places.items()
    ]


urlpatterns: Final = _patterns()
