"""Tasks of the worker, one file each; whatever is imported here is registered."""

from tidewaiter.service.tasks import reconcile_vendors

__all__ = ["reconcile_vendors"]
