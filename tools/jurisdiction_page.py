"""The reference page of jurisdictions: every dated fact of every sheet, with its source and how we know it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tidewaiter.kit.facts import Fee, Parameter, Requirement, TaxRate
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.kit.leave import Leave
from tidewaiter.model.money import money_text
from tidewaiter.service.discovery import jurisdictions

Fact = Parameter | TaxRate | Fee | Requirement | Leave
SPAN_HEAD: Final = ("from", "to", "known", "source")


def jurisdictions_page(generated: str) -> Iterator[str]:
    """All of it, jurisdiction by jurisdiction."""
    yield from ("# Jurisdictions", "", generated, "")
    yield "Dated facts as the sheets of the house hold them. Both days of a span count; an empty end means still in"
    yield "force. *Known* says how a fact came to us: `read` in a public source, `recalled` from memory (to be checked"
    yield "before it is shown as law), `assumed` in place of what is not loaded. What follows from the facts is told in"
    yield "[low-value rules](../explanation/low-value-rules.md); how to add a jurisdiction in"
    yield "[a guide](../howto/add-a-jurisdiction.md)."
    for jurisdiction in jurisdictions().values():
        yield from _section(jurisdiction)


def _section(of: Jurisdiction) -> Iterator[str]:
    yield from ("", f"## {of.title} ({of.code})", "")
    order = ", ".join(f"`{name}`" for name in of.duty_point)
    yield f"- Duty point: the first that is told of {order}, else the day of the run"
    yield f"- Currency {of.currency}; exchange rate `{of.exchange_rule}`. {of.exchange_source}"
    yield f"- Data sets: {', '.join(of.sets)}"
    yield from (f"- Not included: {what}" for what in of.not_included)
    yield from ("", "### Facts", "")
    yield from _table(
        ("name", "value", *SPAN_HEAD), ((f"`{fact.name}`", fact.text, *_span(fact)) for fact in of.parameters)
    )
    if of.tax_rates:
        yield from ("", "### VAT", "")
        rows = ((rate.place, _goods(rate), rate.rate.text(), *_span(rate)) for rate in of.tax_rates)
        yield from _table(("place", "category", "rate", *SPAN_HEAD), rows)
    if of.fees:
        yield from ("", "### Fees", "")
        yield from _table(("code", "place", "amount", *SPAN_HEAD), (_fee(fee, of.currency) for fee in of.fees))
    if of.leaves:
        yield from ("", "### Leave of other agencies", "")
        rows = ((one.code, f"`{one.agency}`", _leave(one), *_span(one)) for one in of.leaves)
        yield from _table(("finding", "agency", "goods and what is asked for", *SPAN_HEAD), rows)
    yield from ("", "### Required fields", "")
    needed = ((fact.reduced_set, _fields(fact), fact.severity, *_span(fact)) for fact in of.requirements)
    yield from _table(("set", "fields", "else", *SPAN_HEAD), needed)


def _span(fact: Fact) -> tuple[str, ...]:
    return (f"{fact.valid_from}", f"{fact.valid_to or ''}", fact.evidence, fact.source)


def _fee(fee: Fee, currency: str) -> tuple[str, ...]:
    bounds = (("above", fee.intrinsic_above_minor), ("up to", fee.intrinsic_limit_minor))
    within = "".join(f" {words} {money_text(bound, currency)}" for words, bound in bounds if bound is not None)
    only = "".join(f", only where {name} is {' or '.join(words)}" for name, words in fee.only.items())
    return (fee.code, fee.place, f"{fee.text}{within}{only}, owed by the {fee.liable}", *_span(fee))


def _goods(rate: TaxRate) -> str:
    listed = f"list `{rate.goods}`" if isinstance(rate.goods, str) else ", ".join(rate.goods)
    return f"{rate.category}: {listed}" if rate.goods else rate.category


def _leave(leave: Leave) -> str:
    return f"{', '.join(leave.goods)}: {leave.permit}, of {leave.authority}"


def _fields(fact: Requirement) -> str:
    return ", ".join(f"`{name}`" for name in fact.fields)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
