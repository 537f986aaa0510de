"""For who keeps the service: does it live, may requests come in, how much does it do."""

from dataclasses import asdict
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Gauge, generate_latest

from tidewaiter.service.readiness import readiness

READY: Final = Gauge("tidewaiter_ready", "1 where a check of readiness holds, 0.5 where it is late.", ("check",))
WORTH: Final = {"ready": 1.0, "degraded": 0.5, "unready": 0.0}
OK, UNAVAILABLE = 200, 503


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of anybody."""
    return JsonResponse({"state": "alive"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """503 where the database, its schema or the tariff is missing; 200 otherwise, naming what is late."""
    state, checks = readiness()
    told = {"state": state, "checks": [asdict(check) for check in checks]}
    return JsonResponse(told, status=UNAVAILABLE if state == "unready" else OK)


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Figures as Prometheus reads them; no label holds anything a caller chose."""
    for check in readiness()[1]:
        READY.labels(check.name).set(WORTH[check.state])
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
