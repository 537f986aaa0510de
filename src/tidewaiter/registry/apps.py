"""The registry as an application of Django: its migrations and its models."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Persons, machines and parties; on the store's roles and functions."""

    name = "tidewaiter.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
