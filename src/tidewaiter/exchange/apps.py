"""The exchange as an application of Django: its migrations and its models."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Messages in, notices out; on the store's roles and functions."""

    name = "tidewaiter.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
