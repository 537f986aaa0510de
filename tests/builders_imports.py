"""Small publications of made-up law, as files: rates, VAT, Meursing, origin, tariff and chapter 99."""

import json
from datetime import date
from pathlib import Path

from tidewaiter.reference.importing import Order, take_in

PARAMETERS = """
# invented figures in the form of the parameter file
iso_to_census:
  CN: '5700'
  RU: '4621'
  GB: '4120'
  UK: '4120'
eu27_codes:
  '4280': Germany
section_301_rates:
  - ch99_pattern: '9903.88.01'
    s301_rate: 0.25
  - ch99_pattern: '9903.88.15'
    s301_rate: 0.075
  - ch99_pattern: '9903.91.01'
    s301_rate: 0.50
section_232_chapters:
  steel: ['72', '73']
  aluminum: ['76']
section_232_headings:
  autos_passenger:
    prefixes: ['870323',
               '870324']
    default_rate: 0.25
    usmca_exempt: true
  unheard_of:
    prefixes: ['950300']
    default_rate: 0.10
section_232_country_exemptions:
  - countries: 'eu'
    rate: 0
    applies_to: ['steel']
    expiry_date: '2025-03-12'
  - countries: ['4621']
    rate: 2.0
    applies_to: ['aluminum']
    expiry_date: null
ieepa_invalidation_date: '2026-02-24'
section_122:
  effective_date: '2026-02-24'
  expiry_date: '2026-07-23'
  finalized: false
  rate: 0.10
"""

LISTS = {
    "s301_product_lists.csv": "hts8,list,ch99_code\n61091000,4A,9903.88.15\n85171300,4B,9903.88.16\n"
    "84714101,1,9903.88.01\n"
    "90189000,1,9903.88.01\n90189000,4A,9903.88.15\n38220000,1,9903.88.01\n38220000,b,9903.91.01\n",
    "s232_derivative_products.csv": "hts_prefix,ch99_code,derivative_type,effective_date\n"
    "94032000,9903.81.91,steel,2025-08-18\n",
    "ieepa_exempt_products.csv": "hts10\n4901990040\n",
    "s122_exempt_products.csv": "hts8\n02011005\n",
    "revision_dates.csv": "revision,effective_date,policy_effective_date,policy_event\nbasic,2025-01-01,NA,Baseline\n"
    "rev_16,2025-06-06,2025-06-04,steel 50%\n",
}  # fmt: skip


def written(folder: Path, files: dict[str, str]) -> tuple[Path, ...]:
    """The files on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(sorted(folder / name for name in files))


def chapter_99(folder: Path, **changed: str | None) -> tuple[Path, ...]:
    """The files of the form; ``changed`` gives a file (by its name without suffix) another text, or none."""
    texts = {"policy_params.yaml": PARAMETERS, **LISTS}
    for name, text in changed.items():
        full = next((one for one in texts if one.split(".")[0] == name), f"{name}.csv")
        texts.pop(full, None)
        if text is not None:
            texts[full] = text
    return written(folder, texts)


def imported(reader, home: Path, *files: Path, **order):
    """What came of an import."""
    return take_in(home, reader(Order(tuple(files), **order)))


def schemes(*rows: dict) -> str:
    """The JSON of schemes of origin."""
    return json.dumps({"schemes": list(rows)})


def a_scheme(code="examplia", **said) -> dict:
    """One scheme with sound defaults."""
    return {
        "scheme_code": code, "title": f"Agreement with {code}", "countries": ["JP"],
        "validity_start_date": "2021-01-01", "validity_end_date": None,
        "proofs": [{"summary": "Statement on origin"}], **said,
    }  # fmt: skip


A_DAY = date(2026, 10, 20)
