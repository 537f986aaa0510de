"""Is a claim to a vendor number honoured: rules in their order, pure; what they rest on comes in."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tidewaiter.registry.vendor_schemes import Scheme, parameter

HONOURED: Final = "honoured"
PROVISIONAL: Final = "provisional"
WAITS: Final = "waits"
NOT_HONOURED: Final = "not_honoured"


class Claim(NamedTuple):
    """What is known of the filing that makes the claim; ``value_minor`` is its customs value, None: not known."""

    number: str
    value_minor: int | None
    currency: str | None
    is_released: bool
    """The plan itself would let it go: no prohibition, no leave awaited, no denied party, not drawn for a check."""


class Register(NamedTuple):
    """The register as it can be asked now; ``copied_at`` None: there is no copy. ``denied_at``: age of that list."""

    is_down: bool
    copied_at: datetime | None
    denied_at: datetime | None


class Standing(NamedTuple):
    """What a claim is worth, and which rule said so."""

    standing: str
    reason: str


def judge(
    scheme: Scheme, claim: Claim, *, is_held: bool | None, register: Register, room_minor: int | None, now: datetime
) -> Standing:
    """The standing of a claim.

    ``is_held``: the number is in the last good copy and in force on the day of the filing; False: it is there and not
    in force; None: it is not there. ``room_minor``: what is left of the guarantee of a trusted party, None where the
    party is not trusted or has none; ``now`` is when it is asked.

    In this order: what the register says counts; a number it cannot be asked about is released provisionally under
    guarantee and cap, where the plan would release the parcel anyhow and the list of denied parties is fresh; all else
    waits. A check digit or shape proves nothing, and lets nothing go.

    Source: parameters of the scheme's sheet; order of provisional release: controlled goods never, denied party never,
    trusted with guarantee up to the cap, the random stratum kept.
    """
    if is_held is not None:
        return Standing(HONOURED, "in the register") if is_held else Standing(NOT_HONOURED, "not in force on the day")
    if not scheme.is_well_formed(claim.number):
        return Standing(NOT_HONOURED, "no number of the scheme")
    if not _is_off(scheme, register, now):
        return Standing(NOT_HONOURED, "not in the register")
    return _without_register(scheme, claim, register, room_minor, now)


def _is_off(scheme: Scheme, register: Register, now: datetime) -> bool:
    """True where a number that is not in the copy may still be a good one."""
    if register.is_down or register.copied_at is None:
        return True
    return now - register.copied_at > timedelta(hours=parameter(scheme.name, "copy_hours", now.date()).value)


def _without_register(
    scheme: Scheme, claim: Claim, register: Register, room_minor: int | None, now: datetime
) -> Standing:
    on = now.date()
    cap, fresh = parameter(scheme.name, "cap_minor", on), parameter(scheme.name, "denied_hours", on).value
    if not claim.is_released:
        return Standing(WAITS, "not released by the plan")
    if register.denied_at is None or now - register.denied_at > timedelta(hours=fresh):
        return Standing(WAITS, "the list of denied parties is too old")
    if claim.value_minor is None or claim.currency != cap.currency or claim.value_minor > cap.value:
        return Standing(WAITS, "above the cap, or its value is not known")
    if room_minor is None or claim.value_minor > room_minor:
        return Standing(WAITS, "no guarantee covers it")
    return Standing(PROVISIONAL, "under guarantee and cap while the register is off")
