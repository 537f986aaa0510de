"""Shelves for one run: what the reference room holds for a jurisdiction, and the edition of everything that decides."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.tariff_index import KEYS, PROVEN, TariffIndex
from tidewaiter.reference import customs_rates, ecb_file, exchange_rates, nomenclature, vat
from tidewaiter.reference.ecb import Publication
from tidewaiter.reference.tariff import Tariff, open_tariff
from tidewaiter.reference.us_ch99.additions import open_additions
from tidewaiter.reference.vat import with_imported

ADDITIONAL_DUTIES: Final = "additional_duties_not_loaded"
"""The parameter by which a sheet says that it does not hold the additional duties of its tariff."""


def law_with_shelves(sheet: Jurisdiction, home: Path) -> Jurisdiction:
    """A jurisdiction's sheet with what lies on the shelves: VAT rates, and additional duties that are loaded now."""
    law = with_imported(sheet, home)
    additional = open_additions(home) if ADDITIONAL_DUTIES in sheet.parameter_names and sheet.code == "US" else None
    if additional is None or additional.first_day is None:
        return law
    last = additional.first_day - timedelta(days=1)
    parameters = (
        replace(fact, valid_to=min(fact.valid_to or last, last)) if fact.name == ADDITIONAL_DUTIES else fact
        for fact in law.parameters
    )
    return replace(law, parameters=tuple(parameters))


def open_shelves(
    jurisdiction: Jurisdiction, rules: Iterable[RiskRule], sheets: Iterable[SenderSheet], home: Path
) -> Shelves:
    """Exchange rates, tariff and nomenclature of a jurisdiction; ``editions`` names all that can change an answer."""
    tariff = open_tariff(home, jurisdiction.code)
    known = nomenclature.with_codes_of(nomenclature.nomenclature(home), tariff.codes())
    hs_title, hs_hash = nomenclature.edition(home)
    published, customs = ecb_file.published(home), customs_rates.customs_rates(home, jurisdiction.code)
    editions = {
        f"sheet {jurisdiction.code}": jurisdiction.edition,
        **{f"rule {rule.finding.code}": rule.edition for rule in rules},
        **{f"format {sheet.name}": sheet.edition for sheet in sheets},
        f"exchange rates: {published.edition}": published.content,
        **{
            f"exchange rates: {title}": digest
            for title, digest in customs_rates.editions(home, jurisdiction.code).items()
        },
        **{f"VAT: {title}": digest for title, digest in vat.editions(home).items()},
        f"nomenclature: {hs_title}": hs_hash,
        **{f"tariff: {title}": digest for title, digest in tariff.editions.items()},
    }
    sale_rule = jurisdiction.sale_rule
    currency, no_customs = jurisdiction.currency, customs.clear()
    at_sale = {"sale_rates": partial(_rates, sale_rule, currency, published, no_customs)} if sale_rule else {}
    return Shelves(
        rates=partial(_rates, jurisdiction.exchange_rule, jurisdiction.currency, published, customs),
        tariff=TariffIndex(ask=tariff.answers, by=_asked_by(tariff), lock=Lock()),
        nomenclature=known,
        editions=editions,
        **at_sale,
    )


def _asked_by(tariff: Tariff) -> tuple[str, ...]:
    """What the answers of a tariff turn on: a list of general rates knows no origin, and of a claim only that it is."""
    if tariff.measures is None and tariff.additional is not None:
        return tuple(KEYS)
    if tariff.measures is not None:
        return tuple(name for name in KEYS if name != PROVEN)
    origin = ("origin",) if tariff.programmes else ()
    return ("commodity_code", *origin, "duty_day", "preference")


def _rates(rule: str, currency: str, published: Publication, customs: pl.DataFrame, days: list[date]) -> pl.DataFrame:
    """Rates into ``currency`` that customs has set, else by the rule of a jurisdiction's sheet."""
    return exchange_rates.rates(rule, days, currency, published, customs)
