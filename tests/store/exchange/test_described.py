"""The API does what its own description says: calls made from the description, answers held against it."""

import pytest
from hypothesis import HealthCheck, given, settings

pytestmark = pytest.mark.usefixtures("listening")


def _fuzz(api, keys, examples):
    """Calls of every operation; gives how many were made."""
    import schemathesis
    from django.core.handlers.wsgi import WSGIHandler
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    from tidewaiter.api import calls

    files, sorts = keys("F1", "lodge", "status", "quote", "events"), keys("C1", "sorter", role="carrier")
    for buckets in (calls.client_buckets(), calls.stranger_buckets()):
        buckets.per_s = buckets.burst = 1e9
    held = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", WSGIHandler(), headers={"Host": "localhost"})
    made, heads = 0, []
    for result in schema.get_all_operations():
        operation = result.ok()
        key = sorts if operation.path.startswith("/v1/sorter") else files
        heads.append({"Authorization": f"Bearer {key}", "Host": "localhost"})

        @given(case=operation.as_strategy())
        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def call(case):
            nonlocal made
            made += 1
            answer = case.call(headers=heads[-1])
            case.validate_response(answer, checks=held)

        call()
    return made


def test_every_operation_answers_as_it_is_described(api, keys):
    assert _fuzz(api, keys, 12) > 100


@pytest.mark.slow
def test_every_operation_answers_as_it_is_described_in_thousands_of_calls(api, keys):
    assert _fuzz(api, keys, 300) >= 5_000


def test_the_description_names_every_address_and_problem(api):
    told = api("GET", "/v1/openapi.json").json()

    assert told["openapi"] == "3.1.0"
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            assert {"400", "405", "500", "503"} <= operation["responses"].keys(), (path, method)
            if operation["security"]:
                assert {"401", "403", "429"} <= operation["responses"].keys(), (path, method)
