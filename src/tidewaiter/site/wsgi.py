"""The web application, for any server that speaks WSGI."""

from tidewaiter.service.database import app_address
from tidewaiter.service.bootstrap import begin

begin(app_address())

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the database is chosen before the framework wakes

application = get_wsgi_application()
