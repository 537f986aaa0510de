"""Lies: what sellers of a scheme tell otherwise, and the honest things that look like it; nothing else is touched."""

import numpy as np
import polars as pl

from tidewaiter.world.campaigns import Scheme
from tidewaiter.world.chance import Flags, Ints, part, told_by
from tidewaiter.world.goods import LANGUAGES, PER_GOOD, catalogue
from tidewaiter.world.households import drawn_members
from tidewaiter.world.lines import Lines
from tidewaiter.world.lists import laid_out, read
from tidewaiter.world.orders import SHELVES, Deal
from tidewaiter.world.sellers import STRAYS
from tidewaiter.world.setting import Traffic, World
from tidewaiter.world.sheet import WorldSheet
from tidewaiter.world.together import Together
from tidewaiter.world.wording import pick, where

AS_IT_IS, SHORT, VAGUE = 0, 1, 2
"""How goods are worded."""

RIGHT, SLIPPED, SWAPPED = 0, 1, 2
"""How goods are coded."""

FULLEST_HONEST, LEAST_FULL, MOST_OF_PARTS = 0.97, 0.2, 0.8
CLEARANCE = (0.5, 0.9)
ABUSED, ABUSED_HOW, WORD, CODE = 901, 902, 903, 904
TRIES = 4


def lay_out(rng: np.random.Generator, world: World, traffic: Traffic, joint: Together) -> None:
    """Set what each parcel tells: first what honest ones do, then each scheme's lie over it."""
    size = len(traffic.deal)
    trade = {name: world.sheet.of("trade", name) for name in ("several_pieces", "clearance", "short_texts")}
    is_single_sale = (traffic.deal == Deal.SALE) & ~joint.is_joint
    is_many = is_single_sale & (rng.random(size) < trade["several_pieces"])
    traffic.filled_to = np.where(is_many, rng.uniform(LEAST_FULL, FULLEST_HONEST, size), 0.0)
    is_cleared = rng.random(size) < trade["clearance"]
    traffic.asked = np.where(is_cleared, rng.uniform(*CLEARANCE, size), 1.0)
    traffic.wording = np.where(rng.random(size) < trade["short_texts"], SHORT, AS_IT_IS)
    traffic.coding = np.where(rng.random(size) < world.sheet.of("trade", "code_slips"), SLIPPED, RIGHT)
    by_forwarder = rng.random(size) < world.sheet.of("trade", "gifts_by_forwarder")
    traffic.from_company = (traffic.deal == Deal.GIFT) & by_forwarder
    _split(rng, world.sheet, traffic, joint)
    _undervalue(rng, world.sheet, traffic)
    _word_and_code(traffic)
    traffic.from_company |= traffic.scheme == Scheme.GIFT_FROM_COMPANY
    _abuse_numbers(world, traffic)


def _split(rng: np.random.Generator, sheet: WorldSheet, traffic: Traffic, joint: Together) -> None:
    """Fill the parcels of a split order so that each stays within the limit and all together do not; tell none of it.

    Some go to another name at the same door, some to another door in the country.
    """
    size, is_split = len(traffic.deal), joint.is_split
    worth = np.minimum(rng.uniform(*sheet.span("split_order", "worth"), size)[joint.lead], MOST_OF_PARTS * joint.of)
    weight = rng.uniform(0.85, 1.15, size)
    of_order = np.bincount(joint.lead, weight, size)[joint.lead]
    filled = np.minimum(worth * weight / of_order, sheet.of("split_order", "fullest"))
    traffic.filled_to = np.where(is_split, filled, traffic.filled_to)
    traffic.asked = np.where(is_split, 1.0, traffic.asked)
    chance, strangers = rng.random(size), rng.integers(0, size, size)
    to_names, to_doors = sheet.of("split_order", "other_names"), sheet.of("split_order", "other_doors")
    is_elsewhere = is_split & (chance >= 1.0 - to_doors) & (traffic.hub == 0)
    traffic.house = np.where(is_elsewhere, told_by(traffic.house[strangers], int(Scheme.SPLIT_ORDER)), traffic.house)
    traffic.door = np.where(is_elsewhere, traffic.house, traffic.door)
    is_other = (is_split & (chance < to_names)) | is_elsewhere
    traffic.member = np.where(is_other, drawn_members(rng, sheet, traffic.house), traffic.member)
    traffic.parcel_of_order = np.where(is_split, 1, traffic.parcel_of_order)
    traffic.parcels_of_order = np.where(is_split, 1, traffic.parcels_of_order)


def _undervalue(rng: np.random.Generator, sheet: WorldSheet, traffic: Traffic) -> None:
    """Declare a part of the price; some of the goods are dear ones."""
    size, is_under = len(traffic.deal), traffic.scheme == Scheme.UNDERVALUATION
    traffic.declared = np.where(is_under, rng.uniform(*sheet.span("undervaluation", "declared"), size), 1.0)
    is_dear = is_under & (rng.random(size) < sheet.of("undervaluation", "dear"))
    traffic.shelf = np.where(is_dear, SHELVES.index("dear"), traffic.shelf)
    traffic.filled_to = np.where(is_dear, 0.0, traffic.filled_to)


def _word_and_code(traffic: Traffic) -> None:
    is_swapped = traffic.scheme == Scheme.HS_SWAP
    traffic.wording = np.where(traffic.scheme == Scheme.VAGUE_TEXT, VAGUE, traffic.wording)
    traffic.coding = np.where(is_swapped, SWAPPED, traffic.coding)
    traffic.shelf = np.where(is_swapped, SHELVES.index("dutiable"), traffic.shelf)


def _abuse_numbers(world: World, traffic: Traffic) -> None:
    """A seller tells one and the same number all the time: another holder's, or one that nobody holds."""
    is_abused = traffic.scheme == Scheme.SCHEME_NUMBER_ABUSE
    holder, count = world.sellers.holder, len(world.sellers.holder)
    other = traffic.seller
    for number in range(TRIES):
        is_own = holder[other] == holder[traffic.seller]
        word = told_by(traffic.seller, world.own_seed * 16 + ABUSED + number)
        other = np.where(is_own, part(word, 0, count), other)
    word = told_by(traffic.seller, world.own_seed * 16 + ABUSED_HOW)
    unknown = world.sheet.of("scheme_number_abuse", "unknown")
    is_unknown = (part(word, 1, 1000) < 1000 * unknown) | (holder[other] == holder[traffic.seller])
    told = np.where(is_unknown, count + part(word, 0, STRAYS), other)
    traffic.number_of = np.where(is_abused, told, traffic.seller)
    traffic.uses_number = is_abused


def descriptions(told: pl.Series, first: int, seed: int, wording: Ints, lines: Lines) -> pl.Series:
    """The texts of all lines: as they are, in a word or two that suffice, or in words that fit anything."""
    of_line = wording[lines.of_parcel]
    key = (first + lines.of_parcel) * 8 + lines.line_no
    lists = laid_out([read("lies")["vague"][code] for code in LANGUAGES])
    vague = lists.pick(lines.language, told_by(key, seed * 16 + WORD), 0)
    short = pick(_short_words(), lines.product // PER_GOOD * len(LANGUAGES) + lines.language)
    is_short: Flags = (of_line == SHORT) & short.is_not_null().to_numpy()
    return where(of_line == VAGUE, vague, where(is_short, short, told))


def codes(told: pl.Series, first: int, seed: int, coding: Ints, lines: Lines) -> pl.Series:
    """The codes of all lines: the right one, another of the same chapter by mistake, or one with a lower duty."""
    of_line = coding[lines.of_parcel]
    word = told_by((first + lines.of_parcel) * 8 + lines.line_no, seed * 16 + CODE)
    chapter = told.str.slice(0, 2)
    lower = _picked_by_chapter(chapter, read("lies")["lower_duty"], word)
    slipped = _picked_by_chapter(chapter, _codes_by_chapter(), word)
    wrong = where(of_line == SWAPPED, lower, where(of_line == SLIPPED, slipped))
    return pl.select(pl.coalesce(pl.lit(wrong), pl.lit(told))).to_series()


def _picked_by_chapter(chapter: pl.Series, lists: dict[str, list[str]], word: np.ndarray) -> pl.Series:
    """A code out of the list of each chapter; null where the chapter has none."""
    names = list(lists)
    at = chapter.replace_strict(names, list(range(len(names))), default=-1, return_dtype=pl.Int64).to_numpy()
    laid = laid_out(lists.values())
    return where(at >= 0, laid.pick(np.maximum(at, 0), word, 1))


def _codes_by_chapter() -> dict[str, list[str]]:
    by_chapter: dict[str, list[str]] = {}
    for code in catalogue().code.unique(maintain_order=True).to_list():
        by_chapter.setdefault(code[:2], []).append(code)
    return by_chapter


def _short_words() -> list[str | None]:
    """A short text for each good and language, none where there is none."""
    goods, short = read("goods")["good"], read("lies")["short"]
    return [short.get(good["code"][:4], {}).get(code) for good in goods for code in LANGUAGES]
