"""The store as an application of Django: its migrations and its models."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """First of the people rooms: all others build on its functions and roles."""

    name = "tidewaiter.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
