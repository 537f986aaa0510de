"""Setting: what a world is told by, and what is known of every parcel in it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tidewaiter.world.campaigns import Campaigns, Scheme, planned
from tidewaiter.world.chance import Flags, Ints, Words
from tidewaiter.world.lists import read
from tidewaiter.world.orders import Orders
from tidewaiter.world.routes import FlightPlan, Flights, flight_plan
from tidewaiter.world.sellers import Sellers, sellers
from tidewaiter.world.sheet import WorldSheet

DAYS_A_WEEK = 7
DESTINATIONS = ("EU", "GB", "US")


@dataclass(frozen=True)
class World:
    """What a world is told by: the same values, the same bytes."""

    destination: str
    seed: int
    sheet: WorldSheet
    begins: date
    weeks: int
    parcels: int
    tells_in_messages: bool = False

    @cached_property
    def own_seed(self) -> int:
        """A seed of its own for each destination."""
        return self.seed * len(DESTINATIONS) + DESTINATIONS.index(self.destination)

    @cached_property
    def sellers(self) -> Sellers:
        """The sellers who send here."""
        return sellers(self.destination, self.own_seed)

    @cached_property
    def campaigns(self) -> Campaigns:
        """Who lies when."""
        return planned(self.destination, self.own_seed, self.sheet, self.weeks * DAYS_A_WEEK)

    @cached_property
    def flight_plan(self) -> FlightPlan:
        """What comes each day from where."""
        return flight_plan(self.sellers.country_shares, self.sheet.tables["hour"]["share"], self.own_seed)

    @property
    def dear_share(self) -> float:
        """Share of parcels that are sold and filed above the limit."""
        return float(read("destinations")[self.destination]["dear"])

    def share_of(self, scheme: Scheme) -> float:
        """Share of all parcels that a scheme has; nil for one that cannot be here."""
        there = tuple(one.word for one in self.campaigns.schemes)
        return self.sheet.scheme_share(scheme.word, there) if scheme.word in there else 0.0


@dataclass
class Traffic(Orders):
    """Orders and what is true of them: ``house`` and ``member`` get the parcel, the ``buyer_...`` ordered it.

    ``day`` counts from the first of the week, ``parts`` the parcels of the order in truth; ``hub`` is a kind of
    ``households.Hub``; ``wording`` and ``coding`` say how text and code are told (see ``lies``).
    """

    scheme: Ints
    sender: Ints
    hub: Ints
    is_repeat: Flags
    buyer_house: Words
    buyer_member: Ints
    day: Ints
    parts: Ints
    wording: Ints
    coding: Ints
    flights: Flights
