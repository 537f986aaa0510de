"""Addresses of the service, each with the door that answers it."""

from django.urls import path

from tidewaiter.api import operation, routes
from tidewaiter.web.addresses import pages

urlpatterns = [
    path("healthz", operation.healthz),
    path("readyz", operation.readyz),
    path("metrics", operation.metrics),
    *routes.urlpatterns,
    *pages,
]
handler404 = "tidewaiter.site.faults.not_found"
handler400 = "tidewaiter.site.faults.bad_request"
