"""The log: a line or a JSON object for each event, and nothing in it about a person.

A line has its message and those of FIELDS that it was given; whatever else a library adds, such as
a whole request, is dropped. Of an exception it has the name and where it was raised, never the
text: a database's errors quote the row.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from pythonjsonlogger.msgspec import MsgspecFormatter

PRIVATE_LINK = re.compile(r"(/(?:permits|enrol)/)[^/\s]+")
OURS = ("checkpoint_site", "permits", "scans")

# What a line may say besides its message. scan_id follows a scan the whole way; a frame has its
# lane and seq until there is one.
FIELDS = (
    *("scan_id", "lane", "seq", "symbols", "decode_ms", "again"),
    *("outcome", "reason", "elapsed_ms", "batch", "code", "status_code"),
)
ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def configuration(*, level: str, form: str, exception_texts: bool) -> dict[str, Any]:
    """Django's LOGGING. `form` is `line` or `json`; `exception_texts` are for developing alone."""
    # Libraries' debug messages quote what they are given, so only ours go below INFO.
    others = level if logging.getLevelNamesMapping()[level] >= logging.INFO else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": f"{__name__}.Lines", "exception_texts": exception_texts},
            "json": {"()": f"{__name__}.JsonLines", "exception_texts": exception_texts},
        },
        "filters": {
            "exceptions": {"()": f"{__name__}.WithoutExceptionTexts"},
            "private_links": {"()": f"{__name__}.WithoutPrivateLinks"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["private_links"]
                if exception_texts
                else ["exceptions", "private_links"],
            },
            "error_count": {"class": "checkpoint_site.error_count.ErrorCounter", "level": "ERROR"},
        },
        "root": {"handlers": ["console", "error_count"], "level": others},
        "loggers": {
            **{name: {"level": level} for name in OURS},
            # axes writes the names that people try to log in with.
            "axes": {"level": "ERROR"},
            # uvicorn brings handlers of its own; its access log has the private links.
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"handlers": [], "propagate": True},
            "uvicorn.access": {"handlers": [], "propagate": True, "level": "WARNING"},
        },
    }


class WithoutPrivateLinks(logging.Filter):
    """Cuts the private part out of every path: who has the link has the permit."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = PRIVATE_LINK.sub(r"\1…", record.getMessage())
        record.args = None
        return True


class WithoutExceptionTexts(logging.Filter):
    """Leaves of an exception in a message its name."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                type(one).__name__ if isinstance(one, BaseException) else one for one in record.args
            )
        if record.name == "asyncio":  # quotes the failed task, and with it the exception
            record.msg, record.args = record.getMessage().partition("\n")[0], None
        return True


class Lines(logging.Formatter):
    """A line for people: time, level, logger, message, and the fields as name=value."""

    def __init__(self, *, exception_texts: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._exception_texts = exception_texts

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another formatter may have left the whole text there
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        given = [(name, record.__dict__[name]) for name in FIELDS if name in record.__dict__]
        return super().formatMessage(record) + "".join(f" {name}={value}" for name, value in given)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802
        if self._exception_texts:
            return super().formatException(ei)
        return trace(ei[1])


class JsonLines(MsgspecFormatter):
    """One JSON object a line: time (UTC), level, logger, event, the fields, and a trace."""

    KEYS = ("time", "level", "logger", "event", *FIELDS, "exc_info")

    def __init__(self, *, exception_texts: bool) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "message": "event"},
            timestamp="time",
        )
        self._exception_texts = exception_texts

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        return super().format(record)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {key: log_data[key] for key in self.KEYS if key in log_data}

    def formatException(self, ei: ExceptionInfo) -> str | list[str]:  # type: ignore[override] # noqa: N802
        if self._exception_texts:
            return super().formatException(ei)
        return trace(ei[1])


def trace(error: BaseException | None) -> str:
    """Where an exception and its causes were raised, and their names, the first cause first."""
    lines = []
    for one in reversed(list(_causes(error))):
        lines += [*traceback.format_tb(one.__traceback__), f"{type(one).__qualname__}\n"]
    return "".join(lines).rstrip("\n")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
