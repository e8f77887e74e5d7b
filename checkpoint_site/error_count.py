"""How many errors were logged, for /metrics. Named in LOGGING, so loaded once settings are read."""

import logging

from scans import metrics


class ErrorCounter(logging.Handler):
    """Counts by logger, but not what strangers alone bring about, such as a forged Host."""

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith("django.security"):
            metrics.LOGGED_ERRORS.labels(record.name).inc()
