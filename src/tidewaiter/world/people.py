"""People: names of the persons in a house and of companies, drawn from lists; nobody real is meant."""

from functools import cache

import numpy as np
import polars as pl

from tidewaiter.world.chance import Flags, Ints, Words, part, told_by
from tidewaiter.world.lists import Lists, laid_out, read
from tidewaiter.world.places import places
from tidewaiter.world.wording import joined, pick, where, whole

MEMBERS = 4
"""Most persons of one house."""

FAMILY, GIVEN, COMPANY, CONTACT = 201, 202, 203, 204
NEWCOMERS_PERCENT, TOWN_IN_NAME_PERCENT = 12, 60


@cache
def _surnames() -> Lists:
    return laid_out(
        [head + tail for head in people["head"].split() for tail in people["tail"].split()]
        for people in read("peoples").values()
    )


@cache
def _given_names() -> Lists:
    return laid_out(people["given"].split() for people in read("peoples").values())


def names(house: Words, member: Ints, country: Ints) -> pl.Series:
    """Name of a member of each house: members share the surname; some families came from elsewhere."""
    family = told_by(house, FAMILY)
    is_newcomer = part(family, 1, 100) < NEWCOMERS_PERCENT
    people = np.where(is_newcomer, part(family, 2, len(read("peoples"))), places().people[country])
    given = told_by(persons(house, member), GIVEN)
    return joined(_given_names().pick(people, given, 0), " ", _surnames().pick(people, family, 0))


def persons(house: Words, member: Ints) -> Words:
    """A number for each person: the house and which of its members."""
    return house * np.uint64(MEMBERS) + member.astype(np.uint64)


def mail_addresses(person: Words) -> pl.Series:
    """A mail address of each person under a domain that nobody can own (RFC 2606)."""
    word = told_by(person, CONTACT)
    return joined("c", whole(part(word, 0, 1_000_000)), "x", whole(part(word, 1, 1000)), "@example.net")


def companies(keys: Words, country: Ints) -> pl.Series:
    """Name of each company, with the legal form of its country."""
    lists = read("sellers")["company"]
    head, tail, trade = (lists[name].split() for name in ("head", "tail", "trade"))
    word, other = told_by(keys, COMPANY), told_by(keys, COMPANY + 1)
    town = np.minimum(part(other, 0, 10), places().town_count[country] - 1)
    form = pick([lists["form"].get(code, "Ltd") for code in places().codes], country)
    has_town: Flags = part(other, 1, 100) < TOWN_IN_NAME_PERCENT
    front = where(has_town, joined(pick(places().towns, places().first_town[country] + town), " "), "")
    plain = joined(pick(head, part(word, 0, len(head))), pick(tail, part(word, 1, len(tail))))
    return joined(front, plain, " ", pick(trade, part(word, 2, len(trade))), " ", form)
