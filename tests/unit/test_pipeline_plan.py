"""The plan: steps that do not fit are refused in a sentence before a row is read; those that fit keep every row."""

import re

import polars as pl
import pytest

from tidewaiter.model.errors import PlanError
from tidewaiter.pipeline.plan import Carry, Chunk, Withhold, prove, taken
from tidewaiter.pipeline.stage import ROW, Stage

FILINGS = {ROW: pl.UInt32(), "place": pl.String()}
ITEMS = {ROW: pl.UInt32(), "worth": pl.Int64()}


def a_stage(table="items", name="double", run=None, **said):
    """A stage that adds twice the worth of each item, with what the test says otherwise."""
    run = run or (lambda frame, _tables: frame.with_columns(twice=pl.col("worth") * 2))
    return Stage(**{"name": name, "table": table, "takes": {"worth": pl.Int64()}, "adds": {"twice": pl.Int64()},
                    "run": run, **said})  # fmt: skip


def a_sum(**said):
    """A roll-up: the worth of a filing is that of its items."""
    return a_stage(
        name="sum", to="filings", adds={"total": pl.Int64()},
        run=lambda items, _tables: items.group_by(ROW, maintain_order=True).agg(total=pl.col("worth").sum()), **said,
    )  # fmt: skip


def refused(*steps, supplies=None):
    with pytest.raises(PlanError) as caught:
        prove(steps, FILINGS, ITEMS, supplies or {})
    return str(caught.value)


def run(*steps, items=((0, 1), (0, 2), (1, 5)), places=("DE", "FR"), supplies=None):
    rows = pl.DataFrame(list(items), schema=ITEMS, orient="row")
    filings = pl.DataFrame(list(enumerate(places)), schema=FILINGS, orient="row")
    return prove(steps, FILINGS, ITEMS, supplies or {}).run(Chunk(filings, rows))


def test_a_stage_that_takes_what_nobody_adds_is_refused():
    told = refused(a_stage(takes={"weight": pl.Int64()}))

    assert told == "Stage 'double' takes 'weight' of the items; no step before it adds that."


def test_a_stage_that_takes_what_only_a_later_one_adds_is_refused():
    later = a_stage(name="later")
    early = a_stage(name="early", takes={"twice": pl.Int64()}, adds={})

    assert "Stage 'early' takes 'twice'" in refused(early, later)
    assert prove((later, early), FILINGS, ITEMS, {}).steps == (later, early)


def test_a_stage_that_takes_a_column_of_the_other_table_is_refused():
    assert "takes 'place' of the items" in refused(a_stage(takes={"place": pl.String()}))


def test_a_stage_that_takes_a_column_as_another_type_is_refused():
    told = refused(a_stage(takes={"worth": pl.String()}))

    assert told == "Stage 'double' takes 'worth' as String; it arrives as Int64."


def test_a_stage_that_needs_a_shelf_nobody_supplies_is_refused():
    told = refused(a_stage(needs=("rates", "law")), supplies={"law": lambda _filings, _items: pl.LazyFrame()})

    assert told == "Stage 'double' needs the shelf rates, which nobody supplies."


def test_a_stage_that_adds_what_is_there_already_is_refused():
    assert refused(a_stage(adds={"worth": pl.Int64()})) == "Stage 'double' adds worth, which the items have already."
    assert "Stage 'again' adds twice" in refused(a_stage(), a_stage(name="again"))


def test_a_roll_up_that_adds_what_the_filings_have_already_is_refused():
    assert "Stage 'sum' adds total, which the filings have already." in refused(a_sum(), a_sum())


def test_what_is_made_on_items_may_be_rolled_up_under_the_same_name():
    def summed(items, _tables):
        return items.group_by(ROW, maintain_order=True).agg(pl.col("twice").sum())

    same = a_stage(name="sum", to="filings", takes={"twice": pl.Int64()}, run=summed)

    assert run(a_stage(), same).filings["twice"].to_list() == [6, 10]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ({"twice": pl.lit("x")}, "Stage 'double' declares 'twice' as Int64 and makes String."),
        ({"thrice": pl.lit(1)}, "Stage 'double' declares 'twice' as Int64 and makes None."),
    ],
)
def test_a_stage_that_makes_something_else_than_it_declares_is_refused(made, sentence):
    assert refused(a_stage(run=lambda frame, _tables: frame.with_columns(**made))) == sentence


def test_a_stage_that_looks_at_a_column_that_is_nowhere_is_refused():
    told = refused(a_stage(run=lambda frame, _t: frame.with_columns(twice=pl.col("weight"))))

    assert told.startswith("Stage 'double' looks for a column that is not there: ")
    assert "weight" in told


def test_a_stage_that_drops_a_column_it_was_given_is_refused():
    told = refused(a_stage(run=lambda frame, _t: frame.with_columns(twice=pl.col("worth") * 2).drop("worth")))

    assert told == "Stage 'double' is given 'worth' as Int64 and drops it; a stage only adds."


def test_a_stage_that_turns_a_column_it_was_given_into_another_type_is_refused():
    told = refused(a_stage(run=lambda frame, _t: frame.with_columns(twice=pl.col("worth") * 2, worth=pl.lit("x"))))

    assert told == "Stage 'double' is given 'worth' as Int64 and makes it String; a stage only adds."


def test_a_stage_of_filings_is_held_to_the_columns_of_filings():
    strange = a_stage("filings", takes={}, run=lambda frame, _t: frame.select(ROW, twice=pl.lit(1, dtype=pl.Int64)))

    assert "is given 'place' as String and drops it" in refused(strange)


def test_a_carry_of_what_nobody_adds_is_refused():
    assert refused(Carry(("place", "day"))) == "Nothing adds day to the filings before items are to carry it."


def test_a_carried_column_can_be_taken_with_its_type():
    takes = a_stage(takes={"place": pl.String()})

    mistaken = a_stage(takes={"place": pl.Int64()})

    assert prove((Carry(("place",)), takes), FILINGS, ITEMS, {}).steps[1] is takes
    assert "takes 'place' as Int64; it arrives as String" in refused(Carry(("place",)), mistaken)


def test_each_item_carries_what_its_own_filing_says():
    told = run(Carry(("place",)), items=((0, 1), (1, 2), (1, 5), (2, 7)), places=("DE", "FR", None))

    assert told.items.rows() == [(0, 1, "DE"), (1, 2, "FR"), (1, 5, "FR"), (2, 7, None)]


def test_a_stage_adds_its_columns_and_keeps_every_row_in_its_place():
    told = run(a_stage())

    assert told.items.rows() == [(0, 1, 2), (0, 2, 4), (1, 5, 10)]
    assert told.filings.columns == [ROW, "place"]


def test_what_a_stage_makes_beside_what_it_declares_is_left_behind():
    told = run(a_stage(run=lambda frame, _t: frame.with_columns(twice=pl.col("worth") * 2, scratch=pl.lit(1))))

    assert told.items.columns == [ROW, "worth", "twice"]


@pytest.mark.parametrize("change", [lambda frame: frame.head(1), lambda frame: pl.concat([frame, frame])])
@pytest.mark.parametrize("table", ["filings", "items"])
def test_a_stage_that_loses_or_doubles_rows_is_stopped(table, change):
    faulty = a_stage(table, takes={}, run=lambda frame, _t: change(frame.with_columns(twice=pl.lit(1, dtype=pl.Int64))))
    height = change(pl.DataFrame({"x": [1, 2, 3] if table == "items" else [1, 2]})).height
    sentence = f"Stage 'double' turned {3 if table == 'items' else 2} rows into {height}; a stage keeps its rows."

    with pytest.raises(PlanError, match=re.escape(sentence)):
        run(faulty)


def test_a_stage_that_adds_nothing_may_be_there():
    assert run(a_stage(adds={})).items.columns == [ROW, "worth"]


def test_a_roll_up_puts_one_row_beside_each_filing():
    assert run(a_sum()).filings.rows() == [(0, "DE", 3), (1, "FR", 5)]


def test_a_filing_without_items_gets_an_empty_roll_up_and_the_others_their_own():
    told = run(a_sum(), places=("DE", "FR", "NL"), items=((0, 1), (2, 5)))

    assert told.filings["total"].to_list() == [1, None, 5]


def test_a_roll_up_in_another_order_finds_its_filings():
    backwards = a_sum()
    turned = Stage(**{**backwards.__dict__, "run": lambda items, tables: backwards.run(items, tables).reverse()})

    assert run(turned).filings.rows() == [(0, "DE", 3), (1, "FR", 5)]


def test_a_stage_is_given_the_shelves_it_needs_cut_to_the_chunk():
    def count(filings, items):
        return pl.LazyFrame({"twice": [filings.height * 10 + items.height]}, schema={"twice": pl.Int64})

    counted = a_stage(needs=("count",), run=lambda items, tables: items.join(tables["count"], how="cross"))

    told = run(counted, supplies={"count": count})

    assert told.items["twice"].to_list() == [23] * 3


def test_a_stage_on_its_own_table_is_no_roll_up():
    assert not a_stage().is_rollup
    assert not a_stage(to="items").is_rollup
    assert a_sum().is_rollup


def test_what_must_be_read_is_what_is_taken_and_not_made():
    steps = (a_stage(), Carry(("place",)), a_stage(takes={"twice": pl.Int64(), "place": pl.String()}, adds={}), a_sum())

    assert taken(steps, "items") == {"worth"}
    assert taken(steps, "filings") == {"place"}
    assert taken((a_sum(), a_stage("filings", takes={"total": pl.Int64()}, adds={})), "filings") == set()


def test_what_cannot_count_is_withheld_from_all_that_follows_and_kept_as_told():
    told = pl.when(pl.col("worth") == 1).then("worth").alias("worth_told")
    tell = a_stage(name="tell", adds={"worth_told": pl.Int64()}, run=lambda items, _tables: items.with_columns(told))
    items = run(tell, Withhold("items", ("worth",)), a_stage()).items

    assert items.filter(pl.col("worth_told").is_not_null())["worth"].to_list() == [None]
    assert items["twice"].null_count() == 1
    assert "Nothing adds worth_told to the items" in refused(Withhold("items", ("worth",)))
