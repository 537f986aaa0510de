"""Few rows: what a recipe makes of columns is what Polars makes of them, or it says that it is not sure."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kit.distinct import is_first_of_code
from tidewaiter.kit.expressions import in_minor, times_rate, word_where
from tidewaiter.kit.filing_shares import apportioned
from tidewaiter.kit.filing_sums import flags_of_filings, sums_of_filings
from tidewaiter.kit.minimum import spare_little
from tidewaiter.kit.noting import unsure
from tidewaiter.model.money import Rounding
from tidewaiter.pipeline.few.program import Unsure
from tidewaiter.pipeline.few.recipe import recipes
from tidewaiter.pipeline.few.rows import Rows, series
from tidewaiter.pipeline.few.texts import Asked

SCHEMA = {
    "filing_row": pl.UInt32(), "a": pl.Int64(), "b": pl.Int64(), "small": pl.Int32(), "yes": pl.Boolean(),
    "no": pl.Boolean(), "text": pl.String(), "other": pl.String(), "day": pl.Date(),
    "at": pl.Datetime("us", "UTC"), "status": pl.String(),
}  # fmt: skip
TEXT = st.one_of(
    st.none(),
    st.sampled_from(["", "a", "A", "ab", "6109", "610910", "x; y", "$", "a\n", " a ", "0", "12", "+7", "1e3", "éa", "ß",
                     "\u0130", "\u017f", "\u212a", "日本", "FR 97 Réunion; FR 98 Mayotte", "007", "x" * 300, "É1",
                     "a\u00a0b"]),
    st.text(max_size=6),
)  # fmt: skip
EARLY, LATE = (datetime(year, 1, 1) for year in (1960, 2100))  # noqa: DTZ001 - the zone is laid on afterwards
WHOLE = st.one_of(st.none(), st.integers(-5, 5), st.integers(-(2**63), 2**63 - 1), st.integers(0, 10**12))
ROW = st.tuples(
    st.integers(0, 2), WHOLE, WHOLE, st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)),
    st.one_of(st.none(), st.booleans()), st.one_of(st.none(), st.booleans()), TEXT, TEXT,
    st.one_of(st.none(), st.dates(date(1960, 1, 1), date(2100, 1, 1))),
    st.one_of(st.none(), st.datetimes(EARLY, LATE)),
    st.sampled_from([None, "estimated", "unresolved", "definitive", "relieved"]),
)  # fmt: skip
ROWS = st.lists(ROW, min_size=1, max_size=6).map(
    lambda rows: pl.DataFrame(
        sorted(rows, key=lambda row: row[0]), schema={**SCHEMA, "at": pl.Datetime("us")}, orient="row"
    ).with_columns(pl.col("at").dt.replace_time_zone("UTC"))
)
A, B, YES, NO, TXT, OTHER = (pl.col(name) for name in ("a", "b", "yes", "no", "text", "other"))
DAY, AT = pl.col("day"), pl.col("at")

EXPRESSIONS = {
    "arithmetic": (A + B, A - B, A * B, A // B, A % B, A // 7, A % 7, (A * 3 + 1) // (B * 2), A.abs()),
    "wide": (A.cast(pl.Int128) * B.cast(pl.Int128) // 7, A.cast(pl.Int32, strict=False), YES.cast(pl.Int64)),
    "comparisons": (A > B, A >= 3, A == B, A != B, A.eq_missing(B), A.ne_missing(B), TXT < OTHER,
                    date(2020, 2, 29) >= DAY),
    "yes and no": (YES & NO, YES | NO, ~YES, pl.any_horizontal(YES, NO), pl.all_horizontal(YES, NO, A > 1)),
    "nothing": (A.is_null(), A.is_not_null(), A.fill_null(B), A.fill_null(0), pl.coalesce(A, B, 1), TXT.fill_null("-")),
    "choices": (
        pl.when(YES).then(A).otherwise(B), pl.when(YES).then(A), pl.when(A > 1).then(pl.lit("x")).when(NO).then(TXT),
        lambda: word_where((YES, "y"), (NO, TXT), (A > 0, None), otherwise="z"),
    ),
    "lists": (
        TXT.is_in(["a", "ab"]), A.is_in([1, 2]), ~TXT.is_in(["a"]),
        TXT.replace_strict({"a": "b"}, default=None, return_dtype=pl.String),
        TXT.replace_strict(["a", "6109"], [1, 2], default=None, return_dtype=pl.Int64),
        TXT.replace_strict({"a": "b"}, default="c", return_dtype=pl.String),
    ),
    "texts": (
        TXT.str.slice(0, 4), TXT.str.slice(2), TXT.str.len_bytes(), TXT.str.len_chars(), TXT + OTHER + pl.lit(" "),
        TXT.str.to_uppercase(), TXT.str.to_lowercase(), TXT.str.starts_with("a"), TXT.str.ends_with("a"),
        TXT.str.contains(OTHER, literal=True), TXT.str.contains("a", literal=True),
        pl.concat_str(TXT, OTHER, separator=", ", ignore_nulls=True), pl.concat_str(TXT, OTHER),
        TXT.str.split("; ").list.get(1, null_on_oob=True), TXT.cast(pl.UInt32, strict=False),
        TXT.cast(pl.UInt64, strict=False), TXT.str.split(OTHER + pl.lit("!")).list.get(0, null_on_oob=True),
    ),
    "patterns": (
        TXT.str.contains(r"^\d+$"), TXT.str.contains("a$"), TXT.str.contains("[^a-z]"), TXT.str.contains(r"\p{L}"),
        TXT.str.contains(r"\s"), TXT.str.contains("(?i)k"), TXT.str.contains(r"\w"), TXT.str.contains("é|本"),
        TXT.str.contains("[$]$"), TXT.str.replace_all("[^0-9]", ""), TXT.str.replace_all(r"[. ]", "-"),
        TXT.str.replace_all("a*", "-"), TXT.str.replace_all("a|b", "$0"), TXT.str.contains("."),
        TXT.str.contains(r"(?i)^(?:k|s)$"), TXT.str.contains("[[:alpha:]]"),
        TXT.str.extract("^([0-9])([0-9])", 2), TXT.str.extract("(a)|b", 1), TXT.str.contains("(a+)+$"),
    ),
    "days": (
        AT.dt.date(), DAY - timedelta(days=366), AT + timedelta(hours=3), AT - pl.lit(datetime(2020, 1, 1, tzinfo=UTC)),
        (AT - pl.lit(datetime(2020, 1, 1, tzinfo=UTC))).abs() > timedelta(days=366),
        pl.lit(pl.Series([date(2000, 1, 1), date(2020, 1, 1)])).search_sorted(DAY, side="right").cast(pl.Int32) - 1,
    ),
    "across": (
        pl.max_horizontal(A, B), pl.min_horizontal(A, B), pl.sum_horizontal(A, B),
        pl.sum_horizontal(A, B, ignore_nulls=False),
        pl.sum_horizontal(YES, NO),
    ),
    "rows": (
        A.shift(1), TXT.is_duplicated(), lambda: is_first_of_code(TXT), A.null_count(), YES.any(), YES.all(), A.sum(),
        A.filter(YES).sum(), (A > 1).any().over("filing_row"), A.sum().over("filing_row"),
        A.cum_sum().over("filing_row"),
        A.is_not_null().all().over("filing_row"), A.max().over("filing_row"), TXT.first().over("filing_row", "yes"),
        A.ne_missing(A.shift(1)), pl.col("filing_row") == pl.col("filing_row").shift(1),
    ),
}  # fmt: skip
SOUND = settings(max_examples=40, deadline=None)


def same(ask, *frames):
    """What ``ask`` makes of the frames by a recipe, held to what Polars makes of it; ``Unsure`` counts as equal."""
    names = [f"t{number}" for number in range(len(frames))]
    schemas = {name: frame.schema for name, frame in zip(names, frames, strict=True)}
    (own,) = recipes(lambda told: [ask(*(told[name] for name in names))], schemas)
    wanted = ask(*(frame.lazy() for frame in frames)).collect()
    try:
        made = own.made({name: Rows(frame) for name, frame in zip(names, frames, strict=True)})
    except Unsure:
        return False
    told = pl.DataFrame([series(name, made[name], dtype) for name, dtype in wanted.schema.items()])
    assert told.equals(wanted), (told, wanted)
    return True


@pytest.mark.parametrize("kind", EXPRESSIONS)
@SOUND
@given(rows=ROWS)
def test_an_expression_is_worked_out_as_polars_does(kind, rows):
    wanted = rows.select(one.alias(str(number)) for number, one in enumerate(expressions(kind)))
    for number, own in enumerate(written(kind)):
        name = str(number)
        try:
            made = own.made({"rows": Rows(rows)})
        except Unsure:
            continue
        assert series(name, made[name], wanted.schema[name]).equals(wanted[name], null_equal=True), expressions(kind)[
            number
        ]


def expressions(kind):
    return [one() if callable(one) else one for one in EXPRESSIONS[kind]]


@cache
def written(kind):
    return recipes(
        lambda told: [
            told["rows"].select("filing_row", one.alias(str(number))) for number, one in enumerate(expressions(kind))
        ],
        {"rows": SCHEMA},
    )


def booleans():
    leaves = st.sampled_from(
        [YES, NO, A > B, A.is_null(), TXT == "a", TXT.is_in(["a", "6109"]), date(2020, 1, 1) < DAY]
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda two: two[0] & two[1]),
            st.tuples(inner, inner).map(lambda two: two[0] | two[1]),
            inner.map(lambda one: ~one),
            inner.map(lambda one: one.fill_null(value=False)),
            st.tuples(inner, inner, inner).map(lambda three: pl.when(three[0]).then(three[1]).otherwise(three[2])),
            st.tuples(inner, inner).map(lambda two: pl.when(two[0]).then(A).otherwise(B) > pl.when(two[1]).then(B)),
            st.tuples(inner, inner).map(lambda two: pl.when(two[0]).then(TXT).otherwise(OTHER).is_not_null() & two[1]),
        ),
        max_leaves=12,
    )


@SOUND
@given(rows=ROWS, expression=booleans())
def test_any_condition_is_worked_out_as_polars_does(rows, expression):
    assert same(lambda told: told.select("filing_row", made=expression), rows)


SMALL = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(0, 10**9)), st.integers(0, 9), st.booleans()),
    min_size=1,
    max_size=7,
).map(
    lambda rows: pl.DataFrame(
        sorted(rows, key=lambda row: row[0]),
        schema={"filing_row": pl.UInt32, "amount": pl.Int64, "weight": pl.Int64, "flag": pl.Boolean},
        orient="row",
    )
)


@SOUND
@given(rows=SMALL, total=st.one_of(st.none(), st.integers(0, 10**9)))
def test_plain_queries_say_what_the_quick_ways_say(rows, total):
    assert same(lambda told: sums_of_filings(told, ["amount", "weight"], ["flag"]), rows)
    assert same(lambda told: flags_of_filings(told.select("filing_row", "flag")), rows)
    shared = pl.lit(total, dtype=pl.Int64) + 0 * pl.col("weight")
    assert same(lambda told: apportioned(told, "share", shared, pl.col("weight"), "filing_row"), rows)


@SOUND
@given(rows=ROWS, mode=st.sampled_from(list(Rounding)), rate=st.integers(0, 10**6))
def test_amounts_round_as_the_quick_way_rounds(rows, mode, rate):
    sound = rows.with_columns(pl.col("a").abs() % 10**12, rate_num=pl.lit(rate), rate_den=pl.lit(10**6, dtype=pl.Int64))
    owed = sound.filter(pl.col("a") >= 0).vstack(sound[:1])
    numbers = pl.col("rate_num"), pl.col("rate_den")
    assert same(lambda frame: frame.select("filing_row", made=times_rate(A, *numbers, mode)), owed)
    assert same(lambda frame: frame.select("filing_row", made=in_minor("small", 2)), sound.with_columns(
        small=pl.col("small").cast(pl.Int64).abs()
    ))  # fmt: skip


@SOUND
@given(rows=ROWS, limit=st.integers(0, 9))
def test_little_is_spared_alike(rows, limit):
    sound = rows.with_columns(pl.col("a") % 10, limit=pl.lit(limit, dtype=pl.Int64))
    assert same(lambda told: spare_little(told, {"a": "status"}, "limit"), sound)


@SOUND
@given(rows=ROWS, table=st.lists(st.tuples(TEXT, st.integers(0, 9)), unique_by=lambda row: row[0], max_size=5))
def test_tables_are_laid_beside_rows_alike(rows, table):
    beside = pl.DataFrame(table, schema={"text": pl.String, "rate": pl.Int64}, orient="row")
    assert same(lambda told, known: told.join(known, on="text", how="left", maintain_order="left"), rows, beside)
    assert same(lambda told, known: told.join(
        known.filter(pl.col("rate") > 3), on="text", how="left", maintain_order="left", nulls_equal=True
    ), rows, beside)  # fmt: skip


def test_a_key_that_stands_twice_and_what_is_told_to_be_unsure_are_for_polars():
    rows = pl.DataFrame({"filing_row": [0, 1], "text": ["a", "b"]})
    twice = pl.DataFrame({"text": ["a", "a"], "rate": [1, 2]})

    assert not same(lambda told, known: told.join(known, on="text", how="left", maintain_order="left"), rows, twice)
    (own,) = recipes(lambda told: [unsure(told["rows"], "b", TXT == "b").select("text")], {"rows": rows.schema})
    with pytest.raises(Unsure):
        own.made({"rows": Rows(rows)})
    assert own.made({"rows": Rows(rows[:1])}) == {"text": ["a"]}


def test_numbers_beyond_their_type_are_for_polars():
    rows = pl.DataFrame({"a": [2**62], "b": [2]})

    assert not same(lambda told: told.select(made=A * B), rows)


def test_what_nobody_reads_is_left_to_polars():
    with pytest.raises(Unsure):
        recipes(lambda told: [told["rows"].select(A.sqrt())], {"rows": {"a": pl.Int64()}})
    with pytest.raises(Unsure):
        recipes(lambda told: [told["rows"].collect().lazy()], {"rows": {"a": pl.Int64()}})


def test_texts_of_europe_change_case_alike():
    texts = [chr(sign) for sign in range(0x20, 0x2000)]

    same(lambda told: told.select("t", up=pl.col("t").str.to_uppercase(), low=pl.col("t").str.to_lowercase()),
         pl.DataFrame({"t": texts}))  # fmt: skip


def test_questions_asked_together_have_their_own_answers():
    rows = pl.DataFrame({"t": ["é1", None, "日"], "u": ["a", "b", "1"]})
    asked = [pl.col(name).str.contains(said) for name in "tu" for said in (r"\p{L}", r"\p{Han}", r"\p{N}")]
    named = [one.alias(str(number)) for number, one in enumerate(asked)]

    assert same(lambda told: told.select("t", *named), rows)
    (own,) = recipes(lambda told: [told["t"].select("t", *named)], {"t": rows.schema})
    assert not [work for _, work, _ in own.steps if isinstance(work, Asked)]


@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_ordinary_values_are_not_left_to_polars(kind):
    moment = datetime(2026, 10, 20)  # noqa: DTZ001 - the zone is laid on afterwards
    row = (0, 4, 7, 3, True, False, "a", "ab", date(2026, 10, 20), moment, "estimated")
    told = pl.DataFrame([row] * 2, schema={**SCHEMA, "at": pl.Datetime("us")}, orient="row").with_columns(
        pl.col("at").dt.replace_time_zone("UTC")
    )

    for number, own in enumerate(written(kind)):
        assert own.made({"rows": Rows(told)})[str(number)]
