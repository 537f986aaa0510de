"""The web application, for any server that speaks WSGI."""

from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.service.log_lines import write_lines
from tidewaiter.service.parent import end_with_parent
from tidewaiter.service.settings import settings
from tidewaiter.service.tracing import TRACING
from tidewaiter.site.behind import Behind

CONNECTIONS = 16

end_with_parent()
write_lines()
begin(app_address(), pool=CONNECTIONS)
if _traces := settings().text("TIDEWAITER_TRACES"):
    TRACING.begin(_traces)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the database is chosen before the framework wakes

application = Behind(
    get_wsgi_application(), settings().networks("TIDEWAITER_PROXIES"), settings().whole("TIDEWAITER_HSTS_DAYS")
)
