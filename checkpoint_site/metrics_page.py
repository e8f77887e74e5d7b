"""/metrics: the figures of scans/metrics.py, for Prometheus and whoever has METRICS_TOKEN."""

import os
import re
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult
from prometheus_client import REGISTRY, CollectorRegistry, multiprocess
from prometheus_client.exposition import choose_encoder

from permits import worker
from scans import metrics
from scans.alerts.reading import open_by_kind

PID_IN_NAME = re.compile(r"_(\d+)\.db$")


@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' or the OpenMetrics text format.

    Without the token, or where none is set, 404: a stranger learns not even that the page exists.
    An address would be no proof: behind a proxy every request comes from the proxy.
    """
    given = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if not token or not constant_time_compare(given, f"Bearer {token}"):
        return HttpResponseNotFound()
    metrics.observe_database_pool(at_once=True)
    _observe_tasks()
    _observe_alerts()
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(_registry()), content_type=content_type)


def _observe_tasks() -> None:
    """While the database is away, the figures stay as they were."""
    with suppress(DatabaseError):
        metrics.TASKS_WAITING.set(DBTaskResult.objects.ready().count())
        metrics.WORKERS.set(len(worker.living()))


def _observe_alerts() -> None:
    """Each series that was ever there is set, so that what is resolved goes back to 0."""
    with suppress(DatabaseError):
        for kind, severity, number in open_by_kind():
            metrics.ALERTS_OPEN.labels(kind, severity).set(number)


def _registry() -> CollectorRegistry:
    """The figures of this process, or of all processes that share a folder."""
    folder = settings.PROMETHEUS_MULTIPROC_DIR
    if not folder:
        return REGISTRY
    forget_the_dead(Path(folder))
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    return registry


def forget_the_dead(folder: Path) -> None:
    """Drop the gauges of processes that ended without a word: a killed server has no sockets.

    What they counted stays. The processes must see each other's numbers: one machine or container.
    """
    for path in folder.glob("gauge_live*.db"):
        found = PID_IN_NAME.search(path.name)
        if found and not _lives(int(found[1])):
            with suppress(FileNotFoundError):  # another process was quicker
                multiprocess.mark_process_dead(int(found[1]), str(folder))  # type: ignore[no-untyped-call]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
