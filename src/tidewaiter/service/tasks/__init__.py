"""Tasks of the worker, one file each; whatever is imported here is registered."""

from tidewaiter.service.tasks import clearing, reconcile_vendors

__all__ = ["clearing", "reconcile_vendors"]
