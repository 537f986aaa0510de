"""Words a law is written in: the first condition that holds decides, and what cannot be told stays empty.

Conditions are boolean columns in three-valued logic. True and false are known; null means that the filing (or a shelf)
does not say. A rule whose answer depends on a null is itself null, never a guess.
"""

from collections.abc import Mapping

import polars as pl

from tidewaiter.kit.refused import Refused

Grounds = Mapping[str, pl.Expr]
"""What a data set asks for: conditions, each under the word that its failing is told by (``[ground]`` of the sheet)."""

Case = tuple[pl.Expr, str | pl.Expr | None]
"""A condition and the word it leads to; no word: the answer stays empty."""

VALUE = "intrinsic_value_minor"
CODE_LENGTH = 2


def first_that_holds(*cases: Case, otherwise: str) -> pl.Expr:
    """The word of the first condition that holds; null as soon as one before it cannot be told."""
    answer = pl.lit(otherwise)
    for condition, word in reversed(cases):
        answer = pl.when(condition.is_null()).then(None).when(condition).then(_word(word)).otherwise(answer)
    return answer


def tariff_unless(**reliefs: pl.Expr) -> pl.Expr:
    """The relief that the duty rests on, by the parameter it is named after, else ``tariff_duty``.

    Empty outside the territory (``is_inside``), on days on which no duty is loaded, where a relief cannot be told, and
    for goods that come back (``is_back``).
    """
    return first_that_holds(
        (~pl.col("is_inside") | ~is_in_force("tariff_duty"), None),
        (pl.any_horizontal(reliefs.values()), which_holds(*((holds, name) for name, holds in reliefs.items()))),
        (pl.col("is_back"), None),
        otherwise="tariff_duty",
    )


def which_holds(*cases: Case) -> pl.Expr:
    """The word of the first condition known to hold; null where none is known to."""
    answer: pl.Expr = pl.lit(None, dtype=pl.String)
    for condition, word in reversed(cases):
        answer = pl.when(condition).then(_word(word)).otherwise(answer)
    return answer


def _word(word: str | pl.Expr | None) -> pl.Expr:
    return word if isinstance(word, pl.Expr) else pl.lit(word, dtype=pl.String)


def is_in_force(parameter: str) -> pl.Expr:
    """True where a yes-or-no parameter of the law is in force and says yes; never null."""
    return pl.col(f"law_{parameter}").fill_null(value=False)


def is_within(limit: str, value: str = VALUE) -> pl.Expr:
    """True where ``value`` is at or below a limit in force; false where none is; null where the value is unknown."""
    bound = pl.col(f"law_{limit}")
    return bound.is_not_null() & (pl.col(value) <= bound)


def is_above(limit: str, value: str = VALUE) -> pl.Expr:
    """True where ``value`` exceeds a limit in force; false where none is; null where the value is unknown."""
    bound = pl.col(f"law_{limit}")
    return bound.is_not_null() & (pl.col(value) > bound)


def names_a_place_of(territories: str) -> pl.Expr:
    """True where the destination is one of the codes in a text parameter (``AT BE ...``); false where it is unknown."""
    code = pl.col("destination_country")
    is_listed = pl.col(f"law_{territories}").str.contains(code, literal=True)
    return ((code.str.len_bytes() == CODE_LENGTH) & is_listed).fill_null(value=False)


def lies_in(territories: str, *areas: pl.Expr) -> pl.Expr:
    """Name of the territory in which the goods arrive, from a text parameter (``ES35 Canary Islands; ES51 Ceuta``).

    Each entry is the destination, the beginning of its postcodes and the name; ``areas`` are the beginnings of the
    filing's postcode that may stand there. Null where none does.
    """
    listed = pl.col(f"law_{territories}")
    return pl.coalesce(_named_beside(listed, pl.col("destination_country") + area + pl.lit(" ")) for area in areas)


def _named_beside(listed: pl.Expr, entry: pl.Expr) -> pl.Expr:
    """What follows ``entry`` up to the next semicolon; only rows that have it are cut up."""
    found = pl.when(listed.str.contains(entry, literal=True)).then(listed)
    return found.str.split(entry).list.get(1, null_on_oob=True).str.split("; ").list.first()


def arrival_postcode() -> pl.Expr:
    """Where the goods are delivered, else where the consignee is, in capitals."""
    return pl.coalesce("delivery_postcode", "consignee_postcode").str.to_uppercase()


def keeps_allowance(name: str) -> pl.Expr:
    """True without goods of an allowance or with few enough, false with too many; null where nobody can tell."""
    return ~pl.col(f"has_{name}_goods") | ~pl.col(f"exceeds_{name}")


def claims_procedure(code: str) -> pl.Expr:
    """True where every line declares a procedure that names ``code`` (``4000C07``); never null."""
    return pl.col("procedure_of_all").str.contains(code, literal=True).fill_null(value=False)


def is_private_gift(relation: str = "party_relation", nature: str = "nature") -> pl.Expr:
    """True for a gift between private persons; a party declared as a legal person makes it none."""
    return (pl.col(relation) == "C2C") & (pl.col(nature) == "gift") & ~has_company()


def private_rate_cases() -> tuple[Case, ...]:
    """A flat rate on goods that one private person sends another, up to ``private_rate_limit_minor``.

    Not where a preference is claimed, which asks for the tariff; not for goods of ``private_rate_excluded`` in more
    than the quantities of ``gift_quantity``. Among several goods the limit counts those alone that owe a duty, so that
    above it nobody can tell. Takes ``is_gift``.
    """
    is_low = pl.col("is_gift") & is_within("private_rate_limit_minor") & pl.col("law_private_rate").is_not_null()
    is_excluded = pl.col("has_private_rate_excluded_goods") & ~keeps_allowance("gift_quantity")
    wants_tariff = pl.col("claims_preference").fill_null(value=False)
    return (
        (is_open_private_rate(), None),
        (is_low & ~is_excluded & ~wants_tariff, "private_rate"),
    )


def is_open_private_rate() -> pl.Expr:
    """True where quantities or the goods that owe no duty decide about the flat rate of private persons."""
    is_several, in_force = pl.col("item_count") > 1, pl.col("law_private_rate").is_not_null()
    wants_tariff = pl.col("claims_preference").fill_null(value=False)
    keeps = keeps_allowance("gift_quantity")
    by_quantity = pl.col("has_private_rate_excluded_goods") & (keeps.is_null() | (~keeps & is_several))
    is_open_low = is_within("private_rate_limit_minor") & by_quantity
    is_open_high = is_above("private_rate_limit_minor") & is_several
    return pl.col("is_gift") & in_force & ~wants_tariff & (is_open_low | is_open_high)


def has_company() -> pl.Expr:
    """True where consignor or consignee is declared as a legal person; never null."""
    return pl.any_horizontal(
        pl.col(f"{role}_person_type").eq_missing(pl.lit("legal")) for role in ("consignor", "consignee")
    )


def is_gift_of_company() -> pl.Expr:
    """True where a gift is said to pass between private persons (or nobody says) and a party is a legal person."""
    return has_company() & (pl.col("nature") == "gift") & (pl.col("party_relation").fill_null("C2C") == "C2C")


def is_open() -> pl.Expr:
    """True where nobody can tell yet which duty or tax rule applies."""
    return pl.col("duty_rule").is_null() | pl.col("tax_rule").is_null()


def is_short_of_facts(owed: str) -> pl.Expr:
    """True where who trades with whom, or why, is not declared and decides; ``owed`` names what is owed at all."""
    is_untold = pl.col("is_sale").is_null() | pl.col("is_gift").is_null() | pl.col("is_back").is_null()
    return is_open() & is_untold & pl.col(VALUE).is_not_null() & is_in_force(owed)


def is_worthless_document(nature: str = "nature") -> pl.Expr:
    """True for documents and correspondence declared without value, where the law relieves them."""
    return is_in_force("documents_relieved") & (pl.col(nature) == "document") & (pl.col(VALUE) == 0)


def is_back_again(nature: str = "nature") -> pl.Expr:
    """True for goods that come back (returned, repaired): reliefs of their own apply, by proof."""
    return pl.col(nature).is_in(["return", "repair"])


def data_sets(**sets: Grounds) -> tuple[pl.Expr, pl.Expr]:
    """Columns ``reduced_set_used`` and ``sets_refused`` from what each data set asks for, the smallest set first.

    Used is the claimed set where it is allowed or nobody can tell; else the first allowed one. ``sets_refused`` tells
    which ground of which set does not hold (``is_told``) or cannot be told (not ``is_told``). Both are null on days
    the sheet does not cover.
    """
    is_covered = pl.col("law_period").is_not_null()
    refused = pl.concat_str(
        pl.lit(""), *(_refused(name, word, holds) for name in sets for word, holds in sets[name].items())
    )
    return (
        pl.when(is_covered).then(_set_used(sets)).alias("reduced_set_used"),
        pl.when(is_covered).then(refused).alias("sets_refused"),
    )


def _set_used(sets: Mapping[str, Grounds]) -> pl.Expr:
    claimed = pl.col("reduced_set")
    allowed = {name: pl.all_horizontal(pl.lit(value=True), *grounds.values()) for name, grounds in sets.items()}
    stands = pl.any_horizontal(
        (claimed == name) & condition.fill_null(value=True) for name, condition in allowed.items()
    )
    return pl.when(stands).then(claimed).otherwise(which_holds(*((holds, name) for name, holds in allowed.items())))


def _refused(name: str, word: str, holds: pl.Expr) -> pl.Expr:
    """A line of ``sets_refused``, or nothing where the ground is known to hold."""
    told, untold = (Refused(name, word, is_told=is_told).line for is_told in (True, False))
    failing = pl.when(holds.is_null()).then(pl.lit(untold)).otherwise(pl.lit(told))
    return pl.when(holds.fill_null(value=False)).then(pl.lit("")).otherwise(failing)


def release_category(*, simplified: tuple[str, ...]) -> pl.Expr:
    """Immediate release category of the WCO guidelines, from what the law made of the filing.

    1 documents without value; 2 nothing to pay here; 3 dutiable, low value, on a ``simplified`` set; 4 all other goods
    and restricted ones. Takes ``is_document``, ``has_licence_goods``, the rules and ``reduced_set_used``.
    """
    nothing_due = (pl.col("duty_rule") == "relief") & pl.col("tax_rule").is_in(["relief", "vendor", "operator", "none"])
    words = which_holds(
        (pl.col("is_document"), "irg1"),
        (pl.col("has_licence_goods"), "irg4"),
        (nothing_due, "irg2"),
        (pl.col("reduced_set_used").is_in(simplified), "irg3"),
        (pl.col("reduced_set_used").is_not_null(), "irg4"),
    )
    return pl.when(pl.col("law_period").is_not_null()).then(words)


def collected_from() -> pl.Expr:
    """Where the duty is collected: at the border, unless it is relieved."""
    return pl.when(pl.col("duty_rule") == "relief").then(pl.lit("none")).otherwise(pl.lit("border"))


def texts_where(**conditions: pl.Expr) -> pl.Expr:
    """The texts of those parameters whose condition holds, joined by semicolons; null where none does."""
    said = [pl.when(condition).then(pl.col(f"law_{name}")) for name, condition in conditions.items()]
    return pl.when(pl.any_horizontal(text.is_not_null() for text in said)).then(
        pl.concat_str(said, separator="; ", ignore_nulls=True)
    )


def flags(**conditions: pl.Expr) -> list[pl.Expr]:
    """Flag columns of findings: true only where the condition is known to hold."""
    return [condition.fill_null(value=False).alias(name) for name, condition in conditions.items()]
