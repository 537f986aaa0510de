"""``python -m tidewaiter.site``: the web server, as a child of ``tidewaiter serve``."""

from granian import Granian
from granian.constants import Interfaces, SSLProtocols

from tidewaiter.service.parent import end_with_parent
from tidewaiter.service.settings import settings

TARGET = "tidewaiter.site.wsgi:application"


def main() -> None:
    """Serve until told to stop; one process of many threads, started again where it dies."""
    end_with_parent()
    told = settings()
    Granian(
        TARGET,
        address=told.text("TIDEWAITER_HOST"),
        port=told.whole("TIDEWAITER_PORT"),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=told.whole("TIDEWAITER_THREADS"),
        respawn_failed_workers=True,
        log_enabled=False,
        ssl_cert=told.path("TIDEWAITER_TLS_CERTIFICATE"),
        ssl_key=told.path("TIDEWAITER_TLS_KEY"),
        ssl_protocol_min=SSLProtocols.tls12,
    ).serve()


if __name__ == "__main__":
    main()
