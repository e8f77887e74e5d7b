"""What a server counts of its own work, for /metrics (checkpoint_site/metrics_page.py).

Labels are codes alone: never a person, a payload, a lane or an address. With
PROMETHEUS_MULTIPROC_DIR set the values lie in files there, and any process of the site answers for
all; without it each answers for itself. docs/operations.md says what each means.
"""

import threading
import time

from django.db import connections
from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call] # when each series began

FRAMES = Counter(
    "checkpoint_frames", "Pictures that were decoded, by what came of them.", ["result"]
)
DECODE_SECONDS = Histogram(
    "checkpoint_decode_seconds",
    "Time that decoding a picture took.",
    buckets=(0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.03, 0.05, 0.1, 0.5, 2),
)
FRAMES_IN_FLIGHT = Gauge(
    "checkpoint_frames_in_flight",
    "Pictures that are being decoded, or wait for a thread.",
    multiprocess_mode="livesum",
)
VERDICTS = Counter(
    "checkpoint_verdicts", "Verdicts, by outcome and headline reason.", ["outcome", "reason"]
)
ELAPSED_SECONDS = Histogram(
    "checkpoint_elapsed_seconds",
    "From the capture, by the device's clock, to the decision.",
    buckets=(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10, 60),
)
BATCH_CHECKS = Histogram(
    "checkpoint_batch_checks",
    "Checks that shared a transaction.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)
BATCH_SECONDS = Histogram(
    "checkpoint_batch_seconds",
    "Time that a batch's transaction took, its commit included.",
    buckets=(0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
BATCHES_FAILED = Counter("checkpoint_batches_failed", "Batches of which nothing was recorded.")
CHECKS_WAITING = Gauge(
    "checkpoint_checks_waiting",
    "Checks that waited when the writer last took a batch.",
    multiprocess_mode="livesum",
)
SOCKETS = Gauge(
    "checkpoint_sockets",
    "Open sockets: an officer's is a lane, a supervisor's a dashboard.",
    ["role"],
    multiprocess_mode="livesum",
)
MESSAGES_REFUSED = Counter(
    "checkpoint_messages_refused", "Messages of lanes that had no effect, by error code.", ["code"]
)
LOGGED_ERRORS = Counter(
    "checkpoint_logged_errors", "Lines of the log of level ERROR and above.", ["logger"]
)
TASKS_WAITING = Gauge(
    "checkpoint_tasks_waiting",
    "Tasks of the queue that are ready for a worker.",
    multiprocess_mode="mostrecent",
)
WORKERS = Gauge(
    "checkpoint_workers",
    "Workers that said lately that they live.",
    multiprocess_mode="mostrecent",
)
ALERTS_OPEN = Gauge(
    "checkpoint_alerts_open",
    "Alerts that nobody has resolved, by kind and severity.",
    ["kind", "severity"],
    multiprocess_mode="mostrecent",
)
POOL_CONNECTIONS = Gauge(
    "checkpoint_database_pool_connections",
    "Connections to PostgreSQL that the pools hold.",
    multiprocess_mode="livesum",
)
POOL_AVAILABLE = Gauge(
    "checkpoint_database_pool_available",
    "Of those, how many are free.",
    multiprocess_mode="livesum",
)
POOL_WAITING = Gauge(
    "checkpoint_database_pool_waiting",
    "Threads that wait for a connection.",
    multiprocess_mode="livesum",
)
POOL_ERRORS = Counter(
    "checkpoint_database_pool_errors", "Requests for a connection that were given none."
)

# Shown as 0 from the start: what is not there yet cannot be seen to grow.
for result in ("code", "nothing", "refused", "failed"):
    FRAMES.labels(result)
for role in ("officer", "supervisor"):
    SOCKETS.labels(role)

POOL_SECONDS = 1.0  # between two looks at the pool

_pool_lock = threading.Lock()
_pool_seen_at = float("-inf")


def observe_database_pool(*, at_once: bool = False) -> None:
    """Look at this process's pool of connections; where there is none, the figures stay 0.

    Called after each batch, and at once by the page: in a site of several processes the page is
    answered by one of them, and the others' figures must be there.
    """
    global _pool_seen_at
    with _pool_lock:
        now = time.monotonic()
        if now - _pool_seen_at < POOL_SECONDS and not at_once:
            return
        _pool_seen_at = now
        pool = getattr(connections["default"], "pool", None)
        if pool is None:
            return
        stats = pool.pop_stats()
    POOL_CONNECTIONS.set(stats.get("pool_size", 0))
    POOL_AVAILABLE.set(stats.get("pool_available", 0))
    POOL_WAITING.set(stats.get("requests_waiting", 0))
    POOL_ERRORS.inc(stats.get("requests_errors", 0))
