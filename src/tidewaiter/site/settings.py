"""Django's settings, read off the settings of the service; nothing is decided here a second time."""

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
