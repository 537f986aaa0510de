"""Guessing at the door: slowed down for who guesses, and for nobody else as long as it can be told apart."""

import pytest

from tests.builders_accounts import NOW, PASSWORD, later, made
from tidewaiter.model.errors import SignInRefused, TooManyTries


@pytest.fixture
def officer(admins):
    """An officer with ``PASSWORD``."""
    return made(admins, "olga", "officer", office="DE-HAM")


def test_guessing_over_many_names_is_slowed_down_by_address(officer):
    from tidewaiter.service.accounts import sign_in

    with pytest.raises(TooManyTries):  # noqa: PT012 - which of them is slowed down is the point
        for number in range(101):
            with pytest.raises(SignInRefused):
                sign_in(f"name{number}", "wrong words here", "", NOW, "192.0.2.7")


def test_who_guesses_elsewhere_does_not_lock_a_person_out_until_he_does_it_from_many_places(officer, monkeypatch):
    from tidewaiter.registry import tries
    from tidewaiter.service.accounts import sign_in

    monkeypatch.setattr(tries, "MOST", {"pair": 2, "name": 5, "address": 100})
    for nth in range(4):
        with pytest.raises(SignInRefused):
            sign_in("olga", "wrong words here", "", NOW, f"192.0.2.{nth // 2}")

    assert sign_in("olga", PASSWORD, "", NOW, "198.51.100.7")
    with pytest.raises(SignInRefused):
        sign_in("olga", "wrong words here", "", NOW, "192.0.2.9")
    with pytest.raises(TooManyTries):
        sign_in("olga", PASSWORD, "", NOW, "198.51.100.7")


def test_an_office_behind_one_address_is_not_locked_out_by_its_own_sign_ins(officer, monkeypatch):
    from tidewaiter.registry import tries
    from tidewaiter.service.accounts import sign_in

    monkeypatch.setattr(tries, "MOST", {"pair": 2, "name": 3, "address": 3})
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in("olga", "wrong words here", "", later(minutes=20 * _), "192.0.2.7")
        assert sign_in("olga", PASSWORD, "", later(minutes=20 * _), "192.0.2.7")
    for _ in range(5):
        assert sign_in("olga", PASSWORD, "", NOW, "192.0.2.7")


def test_a_household_of_ipv6_is_slowed_down_as_one(officer, monkeypatch):
    from tidewaiter.registry import tries
    from tidewaiter.service.accounts import sign_in

    monkeypatch.setattr(tries, "MOST", {"pair": 8, "name": 40, "address": 2})
    for nth in range(2):
        with pytest.raises(SignInRefused):
            sign_in(f"name{nth}", "wrong words here", "", NOW, f"2001:db8::{nth + 1}")

    with pytest.raises(TooManyTries):
        sign_in("olga", PASSWORD, "", NOW, "2001:db8::9")
    assert sign_in("olga", PASSWORD, "", NOW, "2001:db8:0:1::9")
