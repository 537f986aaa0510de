"""Truth: what each parcel really is, in a file that no stage, plan or runner may read."""

import numpy as np
import polars as pl

from tidewaiter.world.assertions import Asserted, Otherwise
from tidewaiter.world.calendar import Slice
from tidewaiter.world.campaigns import Scheme
from tidewaiter.world.households import Hub, household_size
from tidewaiter.world.lines import Lines
from tidewaiter.world.mishaps import DIRT
from tidewaiter.world.movements import VERDICTS, WITHOUT_DATA, Moved
from tidewaiter.world.orders import Deal
from tidewaiter.world.people import persons
from tidewaiter.world.prices import currencies
from tidewaiter.world.senders import senders
from tidewaiter.world.setting import Traffic, World
from tidewaiter.world.told import FAULTS, Told
from tidewaiter.world.wording import pick


def truth(world: World, part_of: Slice, traffic: Traffic, told: Told, moved: Moved, others: Asserted) -> pl.DataFrame:
    """One row a parcel, those that nobody filed at the end of each slice."""
    filed = _of_filed(world, part_of, traffic, told, moved).with_columns(asserted=_told_otherwise(others))
    unfiled = filed[moved.twin].with_columns(
        moved.unfiled,
        pl.lit(None, dtype=pl.String).alias("consignment_id"),
        pl.lit(None, dtype=pl.String).alias("dirt"),
        pl.lit(None, dtype=pl.String).alias("fault"),
        pl.lit(None, dtype=pl.String).alias("asserted"),
        pl.lit(WITHOUT_DATA).alias("movement"),
    )
    return pl.concat([filed, unfiled])


def _told_otherwise(others: Asserted) -> pl.Series:
    """What others say otherwise of each parcel, beside what schemes do."""
    return pick([None, *(one.name.lower() for one in Otherwise if one)], others.otherwise)


def _of_filed(world: World, part_of: Slice, traffic: Traffic, told: Told, moved: Moved) -> pl.DataFrame:
    words = [None, *(scheme.word for scheme in Scheme if scheme)]
    known, lines = world.sellers, told.lines
    return pl.DataFrame(
        {
            "parcel_id": told.parcels["parcel_id"],
            "consignment_id": told.parcels["consignment_id"],
            "is_illicit": traffic.scheme != Scheme.NONE,
            "scheme": pick(words, traffic.scheme),
            "movement": pick(VERDICTS, moved.verdict),
            "deal": pick([deal.name.lower() for deal in Deal], traffic.deal),
            "true_value_minor": lines.parcel_true_cents,
            "declared_value_minor": lines.parcel_cents,
            "currency": pick(currencies(world.destination), lines.parcel_currency),
            "true_commodity_codes": _joined(told.item_codes, lines),
            "true_origins": _joined(told.item_origins, lines),
            "true_order": told.orders,
            "parcels_of_true_order": traffic.parts,
            "seller": pick(known.columns["id"], traffic.seller),
            "marketplace": pick(known.marketplace, traffic.seller),
            "consignee_person": persons(traffic.house, traffic.member),
            "buyer_person": persons(traffic.buyer_house, traffic.buyer_member),
            "household": traffic.house,
            "is_repeat_buyer": traffic.is_repeat,
            "is_family": household_size(world.sheet, traffic.house) > 1,
            "hub": pick([None, *(hub.name.lower() for hub in Hub if hub)], traffic.hub),
            "sender": pick(senders().names, traffic.sender),
            "dirt": pick([None, *(one.name for one in DIRT)], told.dirt),
            "fault": pick([None, *FAULTS], told.fault),
        }
    ).with_columns(week=pl.lit(part_of.week, dtype=pl.Int32))


def _joined(texts: pl.Series, lines: Lines) -> pl.Series:
    """The texts of a parcel's lines by ``;``."""
    frame = pl.DataFrame({"parcel": lines.of_parcel, "text": texts})
    return frame.group_by("parcel", maintain_order=True).agg(pl.col("text").str.join(";"))["text"]


def campaign_rows(world: World) -> pl.DataFrame:
    """Who ran which scheme, from which day to which, at what intensity: one row a campaign."""
    told = world.campaigns.told
    day = [pl.lit(world.begins) + pl.duration(days=pl.col(name)) for name in ("start", "end")]
    return pl.DataFrame(
        {
            "scheme": [one.scheme.word for one in told],
            "seller": pick(world.sellers.columns["id"], np.array([one.seller for one in told], dtype=np.int64)),
            "start": [one.start for one in told],
            "end": [one.end for one in told],
            "intensity": [round(one.intensity, 4) for one in told],
        }
    ).with_columns(day[0].alias("start"), day[1].alias("end"))
