"""The reference page of assertions: what a file of them may say, how they meet filings, and who may see them."""

from collections.abc import Iterator
from typing import Final

from tidewaiter.model.assertions import ASSERTION_FIELDS
from tidewaiter.model.columns import BY_DOOR


def assertions_page(head: str) -> Iterator[str]:
    """Columns and rules."""
    yield from ("# Assertions", "", head, "")
    yield "`tidewaiter clear ... --assertions FILE` reads what other parties claim of orders and parcels: the"
    yield "platform its order, the payer's firm its payment, the carrier its waybill. CSV, NDJSON, Parquet or XLSX,"
    yield "plain or packed, a row or object an assertion. Other columns are let be."
    yield from ("", "| column | read as | needed | meaning |", "|---|---|---|---|")
    for one in ASSERTION_FIELDS:
        kind = BY_DOOR[one.like].kind.value
        yield f"| `{one.name}` | {kind} | {'yes' if one.is_needed else 'no'} | {one.meaning} |"
    yield from ("", *RULES)


RULES: Final = """\
An assertion names an order, a parcel or both. It is kept beside the filings and never becomes part of what they
declare.

- A party says a thing once: `kind`, `asserted_by` and `reference` name it. The same again is a duplicate; what it
  says of it later (`asserted_at`) replaces that, and both are kept.
- A waybill joins the filings of its parcel, an order and a payment those of their order; the other number is tried
  where that one finds nothing. Where both name a marketplace it must be the same; an order number that is known at
  several marketplaces joins nothing where the assertion does not say which.
- What joins nothing waits, is counted, and joins in a later run that looks back on this one (`--history`).
- Sums are of the whole order: all its filings of the run, each in its last version. They are compared in one
  currency only, never converted, and not where `parcel_of_order` says that more parcels belong to it than are
  filed.
- What was paid is set against the goods with freight, insurance, other costs and tax, less the discount, and so
  only where the freight is declared, and the tax where a scheme has collected it.

Contradictions are found by the [rules](../explanation/risk-rules.md) AST-01 to AST-05. Like all risk rules they are
neither asked about nor told to whoever filed: nobody who files is shown what another party said of him.
""".splitlines()
