"""Tasks of the worker, one file each; whatever is imported here is registered."""

from tidewaiter.service.tasks import catching_up, clearing, reconcile_vendors

__all__ = ["catching_up", "clearing", "reconcile_vendors"]
