"""The desk as an application of Django: its migrations and its models."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Cases and what happened to them; on the store's roles and functions."""

    name = "tidewaiter.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
