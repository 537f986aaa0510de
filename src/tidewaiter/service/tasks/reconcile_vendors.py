"""Settles claims to vendor numbers once their register can be asked again."""

from tidewaiter.service.batcher import in_force
from tidewaiter.service.settings import settings
from tidewaiter.service.vendors.assessing import assessor
from tidewaiter.service.vendors.reconciling import reconcile
from tidewaiter.service.vendors.registers import RECONCILE
from tidewaiter.service.work import Turn, task


@task(RECONCILE)
def reconcile_vendors(turn: Turn, *, scheme: str) -> None:
    """Settle what waits; a try that ended in the middle left whole transactions, and this one goes on."""
    reconcile(scheme, assessor(in_force(settings().text("TIDEWAITER_JURISDICTION"))), turn.clock)
