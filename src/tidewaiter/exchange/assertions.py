"""Assertions: what other parties claim of orders and parcels, as they told it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from tidewaiter.exchange.filings import insert
from tidewaiter.model.assertions import ASSERTED
from tidewaiter.store.log.entries import Connection

COLUMNS: Final = {
    "id": "uuid", "submitter": "text", "kind": "text", "asserted_by": "text", "reference": "text",
    "asserted_at": "timestamptz", "order_id": "text", "parcel_id": "text", "marketplace_id": "text",
    "amount_micro": "bigint", "goods_micro": "bigint", "currency": "text", "quantity_micro": "bigint",
    "consignee_country": "text", "gross_mass_mg": "bigint", "digest": "text", "told_at": "timestamptz",
}  # fmt: skip
LAST: Final = (
    "select distinct on (submitter, kind, reference) {names} from assertion where order_id = %s or parcel_id = any(%s) "
    "order by submitter, kind, reference, asserted_at desc, seq desc"
)


def told_before(connection: Connection, submitter: str, digests: Sequence[str]) -> set[str]:
    """Which of these the party told before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select digest from assertion where submitter = %s and digest = any(%s)", [submitter, list(digests)]
        )
        return {digest for (digest,) in cursor.fetchall()}


def keep(connection: Connection, assertions: Sequence[Mapping[str, Any]]) -> None:
    """Keep assertions (``COLUMNS``), each for good."""
    insert(connection, "assertion", COLUMNS, [dict(one) for one in assertions])


def about(connection: Connection, order_id: str | None, barcodes: Iterable[str]) -> list[dict[str, Any]]:
    """What is claimed of an order or of one of these parcels, as far as the acting person may see it.

    Of what a party said of the same thing the last word alone, in the columns of ``model.assertions.ASSERTED``.
    """
    names = list(ASSERTED)
    with connection.cursor() as cursor:
        cursor.execute(LAST.format(names=", ".join(names)), [order_id, sorted(set(barcodes))])
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
