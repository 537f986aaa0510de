"""One-time codes: the published examples, one step of drift, each once."""

from base64 import b32encode
from datetime import UTC, datetime

import pytest

from tidewaiter.registry.codes import STEP_S, code_at, otpauth, step_of

SECRET = b32encode(b"12345678901234567890").decode()
PUBLISHED = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
"""Last six digits of the SHA-1 examples. Source: RFC 6238, appendix B."""


@pytest.mark.parametrize(("second", "code"), PUBLISHED.items())
def test_codes_are_those_of_the_published_examples(second, code):
    assert code_at(SECRET, second // STEP_S) == code


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(steps, is_taken):
    now = datetime(2026, 11, 27, tzinfo=UTC)
    step = int(now.timestamp()) // STEP_S + steps

    assert (step_of(SECRET, code_at(SECRET, step), now, 0) == step) is is_taken


def test_a_code_is_taken_once_and_none_before_it_afterwards():
    now = datetime(2026, 11, 27, tzinfo=UTC)
    step = int(now.timestamp()) // STEP_S

    assert step_of(SECRET, code_at(SECRET, step), now, step) is None
    assert step_of(SECRET, code_at(SECRET, step - 1), now, step) is None
    assert step_of(SECRET, code_at(SECRET, step + 1), now, step) == step + 1


@pytest.mark.parametrize("told", ["", "abcdef", "12345", "٢٨٧٠٨٢", "1" * 200])
def test_what_is_no_code_is_refused(told):
    assert step_of(SECRET, told, datetime(2026, 11, 27, tzinfo=UTC), 0) is None


def test_an_authenticator_gets_an_address_without_blanks():
    assert otpauth("ABC", "o@x y").startswith("otpauth://totp/Tidewaiter:o%40x%20y?secret=ABC")
