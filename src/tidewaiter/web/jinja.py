"""Words and shapes of templates: addresses of files, icons, money, moments, safe in either direction of writing."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from tidewaiter.model.money import money_text
from tidewaiter.model.words import claimed_text, counted, spoken
from tidewaiter.web.assets import address

Words = str | int | None
REPAIR: Final = re.compile(r"repair-v(\d+)")
"""What the service calls its request for what a version of a filing lacks."""
NOTHING: Final = Markup('<span class="tw-nothing">not declared</span>')


def environment(**options: Any) -> Environment:  # noqa: ANN401 - as the framework gives them
    """Templates that escape what they show and refuse a name they are not given."""
    made = Environment(**{**options, "autoescape": True, "undefined": StrictUndefined})  # noqa: S701 - it is on
    made.trim_blocks = made.lstrip_blocks = True
    made.globals |= {"asset": address, "icon": icon, "counted": counted}
    made.filters |= {
        "money": money, "moment": moment, "code": code, "spoken": spoken,
        "claimed": claimed_text, "sentence": sentence, "left": left,
        "question": question,
    }  # fmt: skip
    return made


def icon(name: str) -> Markup:
    """An icon of our own; it is decoration, words stand beside it."""
    return Markup('<svg class="tw-icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
        address("icons.svg"), name
    )


def code(told: Words) -> Markup:
    """A code or reference as it stands, whatever is written around it."""
    if told is None or told == "":
        return NOTHING
    return Markup('<bdi class="tw-code">{}</bdi>').format(told)


def money(minor: int | None, currency: str | None) -> Markup:
    """An amount in minor units; one that is not known is said to be so, never zero."""
    if minor is None or not currency:
        return Markup('<span class="tw-nothing">not known</span>')
    return Markup('<bdi class="tw-money">{}</bdi>').format(money_text(int(minor), currency))


def moment(at: datetime | str | None) -> Markup:
    """A moment in UTC, for reading and for machines."""
    if not at:
        return Markup('<span class="tw-nothing">not yet</span>')
    told = datetime.fromisoformat(at) if isinstance(at, str) else at
    told = told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    return Markup('<time dir="ltr" datetime="{}">{} UTC</time>').format(
        told.isoformat(timespec="seconds"), f"{told.day} {told:%b %Y, %H:%M}"
    )


def left(until: datetime | None, now: datetime) -> Markup:
    """How long until, or since when it is over, in the largest unit that says something."""
    if until is None:
        return Markup("")
    seconds = (until - now).total_seconds()
    minutes = abs(int(seconds // 60))
    span = counted(minutes // 1440, "day") if minutes >= 2880 else (  # noqa: PLR2004 - minutes of two days
        counted(minutes // 60, "hour") if minutes >= 120 else counted(minutes, "minute")  # noqa: PLR2004 - and of two hours
    )  # fmt: skip
    return escape(f"in {span}" if seconds >= 0 else f"{span} ago")


def sentence(words: str) -> str:
    """A word of a closed list as the beginning of a sentence: ``not_found`` is ``Not found``."""
    told = spoken(words)
    return told[:1].upper() + told[1:]


def question(name: str) -> str:
    """What is asked, in words: what an officer called it, or what the service misses of a version."""
    asked = REPAIR.fullmatch(name)
    return f"what version {asked[1]} of the filing lacks" if asked else name
