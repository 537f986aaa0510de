"""Django's settings, read off the settings of the service; nothing is decided here a second time."""

from importlib.resources import files
from typing import Any

from tidewaiter.service.bootstrap import address, pool
from tidewaiter.service.secret_key import secret_key
from tidewaiter.service.settings import settings
from tidewaiter.store.connection import connection

_told = settings()

SECRET_KEY = secret_key()
DEBUG = False
ALLOWED_HOSTS = list(_told.names("TIDEWAITER_HOSTS"))
INSTALLED_APPS = ["tidewaiter.store", "tidewaiter.registry", "tidewaiter.exchange", "tidewaiter.desk"]
MIDDLEWARE = ["tidewaiter.api.requests.Followed"]
ROOT_URLCONF = "tidewaiter.site.urls"
WSGI_APPLICATION = "tidewaiter.site.wsgi.application"
DATABASES: dict[str, dict[str, Any]] = {"default": connection(address(), pool())}
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
LOGGING_CONFIG = None
CSRF_COOKIE_NAME = "tidewaiter_form"
CSRF_FAILURE_VIEW = "tidewaiter.web.faults.form_expired"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [files("tidewaiter.web") / "templates"],
        "OPTIONS": {"environment": "tidewaiter.web.jinja.environment"},
    }
]
