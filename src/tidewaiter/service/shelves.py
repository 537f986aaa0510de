"""Shelves for one run: what the reference room holds for a jurisdiction, and the edition of everything that decides."""

import os
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.tariff_index import TariffIndex
from tidewaiter.reference import exchange_rates, nomenclature
from tidewaiter.reference.tariff import open_tariff

HOME_VARIABLE: Final = "TIDEWAITER_HOME"


def home_folder() -> Path:
    """Where imported shelves live: ``TIDEWAITER_HOME``, else the place the desktop's rules give to a user's data."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named) if named else Path.home() / ".local" / "share" / "tidewaiter"


def open_shelves(
    jurisdiction: Jurisdiction, rules: Iterable[RiskRule], sheets: Iterable[SenderSheet], home: Path
) -> Shelves:
    """Exchange rates, tariff and nomenclature of a jurisdiction; ``editions`` names all that can change an answer."""
    tariff = open_tariff(home, jurisdiction.code)
    known = nomenclature.with_codes_of(nomenclature.nomenclature(home), tariff.codes())
    hs_title, hs_hash = nomenclature.edition(home)
    editions = {
        f"sheet {jurisdiction.code}": jurisdiction.edition,
        **{f"rule {rule.finding.code}": rule.edition for rule in rules},
        **{f"format {sheet.name}": sheet.edition for sheet in sheets},
        f"exchange rates: {exchange_rates.edition()}": exchange_rates.edition_hash(),
        f"nomenclature: {hs_title}": hs_hash,
        **{f"tariff: {title}": digest for title, digest in tariff.editions.items()},
    }
    sale_rule = jurisdiction.sale_rule
    at_sale = {"sale_rates": partial(_rates, sale_rule, jurisdiction.currency)} if sale_rule else {}
    return Shelves(
        rates=partial(_rates, jurisdiction.exchange_rule, jurisdiction.currency),
        tariff=TariffIndex(ask=tariff.answers, lock=Lock()),
        nomenclature=known,
        editions=editions,
        **at_sale,
    )


def _rates(rule: str, currency: str, days: list[date]) -> pl.DataFrame:
    """Rates into ``currency`` by the rule of a jurisdiction's sheet."""
    return exchange_rates.rates(rule, days, currency)
