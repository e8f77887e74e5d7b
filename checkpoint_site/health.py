"""/healthz and /readyz, for load balancers and systemd: no details that a stranger could use."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from checkpoint_site import dependencies
from checkpoint_site.probes import Probe, ask_all

# A load balancer gives up after a few seconds; until then it must have heard.
ANSWER_WITHIN_SECONDS = 2.0

PROBES = [
    Probe("database", dependencies.database_round_trip),
    Probe("migrations", dependencies.migrations_applied),
    Probe("keys", dependencies.keys_present),
    Probe("storage", dependencies.storage_writable),
    # Hints may be lost, and rate limits be off for a while: lanes go on without Redis.
    Probe("redis", dependencies.redis_round_trip, needed=False),
]


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. That says nothing of what it depends on."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 where scans can be checked and recorded (`ready` or `degraded`), otherwise 503.

    `checks` says of each dependency that this site has whether it is `ok` and how many `ms` it
    took to say so.
    """
    answers = ask_all(PROBES, within_seconds=ANSWER_WITHIN_SECONDS)
    answers = {probe: answer for probe, answer in answers.items() if not answer.absent}
    failed = [probe for probe, answer in answers.items() if not answer.ok]
    status = "ready"
    if failed:
        status = "not_ready" if any(probe.needed for probe in failed) else "degraded"
    checks = {probe.name: {"ok": a.ok, "ms": a.milliseconds} for probe, a in answers.items()}
    return JsonResponse(
        {"status": status, "checks": checks}, status=503 if status == "not_ready" else 200
    )
