"""Addresses of the service, each with the door that answers it."""

from django.urls import path

from tidewaiter.api import operation, routes

urlpatterns = [
    path("healthz", operation.healthz),
    path("readyz", operation.readyz),
    path("metrics", operation.metrics),
    *routes.urlpatterns,
]
handler404 = "tidewaiter.api.problems.not_found"
handler400 = "tidewaiter.api.problems.bad_request"
