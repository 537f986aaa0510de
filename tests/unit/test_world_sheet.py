from datetime import date

import pytest

from tidewaiter.model.errors import WrongUse
from tidewaiter.world.calendar import day_shares, parcels_a_week, slices
from tidewaiter.world.sheet import world_sheet

MONDAY = date(2026, 8, 3)


def test_a_sheet_of_ones_own_replaces_single_figures_and_no_others():
    own, house = world_sheet("[schemes]\nshare = 0.5\n"), world_sheet()

    assert own.of("schemes", "share") == 0.5
    assert own.span("schemes", "intensity") == house.span("schemes", "intensity")
    assert own.edition != house.edition
    assert world_sheet("").edition == house.edition


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("schemes = 3", "'schemes' is a table"),
        ("[schemes]\nshares = 0.1", "nobody knows 'schemes.shares'"),
        ("[schemes]\nshare = 1.2", "'schemes.share' lies from 0 to 1"),
        ("[schemes]\nshare = true", "'schemes.share' is a figure"),
        ("[schemes]\nshare = [0.1]", "'schemes.share' is one figure"),
        ("[schemes]\nintensity = 0.4", "'schemes.intensity' is 2 figures"),
        ("[schemes]\nintensity = [0.9, 0.1]", "wrong way round"),
        ("[people]\nhouseholds_per_parcel = -1", "is not below 0"),
        ("[begins]\nEU = 5", "is a day like 2026-08-03"),
        ("[[season]]\nname = 'x'", "a season has name, from, to and factor"),
        ("[[season]]\nname = 'x'\nfrom = '13-40'\nto = '01-02'\nfactor = 2", "has ends like 11-14"),
        ("[[season]]\nname = 'x'\nfrom = '01-01'\nto = '01-02'\nfactor = 0", "is above 0"),
        (
            "[hour]\nshare = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
            "comes to nothing",
        ),
        ("[trade]\ngifts = 0.9\nbusiness = 0.9", "more than all parcels"),
        ("[split_order]\nparcels = [1, 3]", "begins at 2"),
        ("[schemes]\nshare = 0.99", "more than all parcels"),
        ("this is no sheet", "is no TOML"),
    ],
)
def test_a_sheet_that_cannot_be_meant_is_refused_with_what_is_wrong(text, told):
    with pytest.raises(WrongUse, match=told.replace("[", r"\[")):
        world_sheet(text)


@pytest.mark.parametrize("parcels", [1, 7, 1000, 99_999])
def test_the_parcels_of_all_weeks_add_up(parcels):
    weeks = parcels_a_week(world_sheet(), MONDAY, 9, parcels)

    assert weeks.sum() == parcels
    assert weeks.min() >= 0


def test_a_season_brings_more_and_a_holiday_over_new_year_less():
    sheet = world_sheet("[[season]]\nname='rest'\nfrom='12-30'\nto='01-02'\nfactor=0.5\n")

    shares = day_shares(sheet, date(2026, 12, 28), 2)

    plain = day_shares(sheet, date(2026, 12, 14), 2)
    assert [round(share / usual, 6) for share, usual in zip(shares, plain, strict=True)] == [
        1, 1, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1, 1, 1, 1, 1,
    ]  # fmt: skip


def test_slices_follow_each_other_week_by_week_and_none_is_larger_than_asked():
    found = list(slices(world_sheet(), MONDAY, 3, 1000, 150))

    assert [one.first for one in found] == [sum(before.count for before in found[:at]) for at in range(len(found))]
    assert sum(one.count for one in found) == 1000
    assert max(one.count for one in found) <= 150
    assert sorted({one.monday for one in found}) == [MONDAY, date(2026, 8, 10), date(2026, 8, 17)]
