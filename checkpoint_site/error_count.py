"""How many errors were logged, for /metrics. Named in LOGGING, so loaded once settings are read."""

import logging

from scans import metrics


class ErrorCounter(logging.Handler):
    """Counts by logger. The line itself goes no further from here."""

    def emit(self, record: logging.LogRecord) -> None:
        metrics.LOGGED_ERRORS.labels(record.name).inc()
