"""Behind proxies: what a listed one says of a caller becomes the request's own words; of anybody else it is dropped."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from tidewaiter.service.callers import HTTPS, caller_of
from tidewaiter.service.setting_forms import Network

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
SCHEMES: Final = ("http", HTTPS)
DAY_S: Final = 86_400


class Behind:
    """The application with the true caller, scheme and host; an answer by https says to come by nothing else."""

    def __init__(self, application: Application, proxies: Sequence[Network], hsts_days: int) -> None:
        self._application = application
        self._proxies = proxies
        self._hsts = [("Strict-Transport-Security", f"max-age={hsts_days * DAY_S}")] if hsts_days else []

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer."""
        caller, scheme, host = (environ.pop(name, "") for name in FORWARDED)
        found = caller_of(environ.get("REMOTE_ADDR", ""), caller, scheme, host, self._proxies)
        environ["REMOTE_ADDR"] = found.address
        if found.scheme in SCHEMES:
            environ["wsgi.url_scheme"] = found.scheme
        if found.host:
            environ["HTTP_HOST"] = found.host
        if environ.get("wsgi.url_scheme") != HTTPS or not self._hsts:
            return self._application(environ, start)

        def started(status: str, headers: Headers, *more: Any) -> Any:  # noqa: ANN401 - as WSGI has it
            return start(status, [*headers, *self._hsts], *more)

        return self._application(environ, started)
