"""What a setting may be. Each raises ValidationError, and environs adds the variable's name."""

import logging
import os
import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environs import ValidationError

from scans import redis_address

DATABASE_SCHEMES = ("postgres", "postgresql", "sqlite")
SERVERS = ("daphne", "uvicorn", "granian")
REDIS_SCHEMES = ("redis", "rediss", "unix")
SHORTEST_TOKEN = 20
HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+")
ADDRESS = r"[^\s<>@,]+@[^\s<>@,]+"
SENDER = re.compile(rf"{ADDRESS}|[^<>@,\r\n]+ <{ADDRESS}>")
SHORTEST_LOG_DAYS = 365
RATE = re.compile(r"[1-9][0-9]*/(second|minute|min|hour|day)")


def sealing_keys(values: list[str]) -> None:
    """Keys of Fernet, the present one first."""
    for value in values:
        try:
            Fernet(value)
        except ValueError:
            raise ValidationError(
                "must be keys of 32 random bytes in URL-safe base64, with a comma between them"
            ) from None
    if len(values) != len(set(values)):
        raise ValidationError("must not have the same key twice")


def rate(value: str) -> None:
    """A number of requests in a time, as Django REST framework reads it."""
    if not RATE.fullmatch(value):
        raise ValidationError("must be like 20/hour: a number and second, minute, hour or day")


def time_zone(value: str) -> None:
    """A name of the tz database."""
    if value not in available_timezones():
        raise ValidationError("must be a time zone's name, like Asia/Ho_Chi_Minh")


def log_level(value: str) -> None:
    """A level of Python's logging."""
    if value not in logging.getLevelNamesMapping():
        raise ValidationError("must be DEBUG, INFO, WARNING, ERROR or CRITICAL")


def server(value: str) -> None:
    """A server that serve.py knows."""
    if value not in SERVERS:
        raise ValidationError(f"must be one of {', '.join(SERVERS)}")


def port(value: int) -> None:
    """A TCP port."""
    if not 1 <= value <= 65535:
        raise ValidationError("must be a port, 1 to 65535")


def log_format(value: str) -> None:
    """How a line of the log looks."""
    if value not in ("line", "json"):
        raise ValidationError("must be line or json")


def metrics_token(value: str) -> None:
    """A secret that nobody guesses, or none."""
    if value and len(value) < SHORTEST_TOKEN:
        raise ValidationError(
            f"must be a random text of at least {SHORTEST_TOKEN} characters, or not be set"
        )


def folder_to_write(value: str) -> None:
    """A folder, made where it is not there, that the server may write to."""
    if not value:
        return
    try:
        Path(value).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValidationError(f"must be a folder that can be made: {error.strerror}") from None
    if not os.access(value, os.W_OK):
        raise ValidationError("must be a folder that the server may write to")


def positive(value: float) -> None:
    """More than nothing."""
    if value <= 0:
        raise ValidationError("must be greater than 0")


def not_negative(value: float) -> None:
    """Nothing or more."""
    if value < 0:
        raise ValidationError("must be 0 or greater")


def host_name(value: str) -> None:
    """A name or an address of a machine, or none."""
    if value and not HOST_NAME.fullmatch(value):
        raise ValidationError("must be a host's name, like mail.example.org, without a port")


def email_tls(value: str) -> None:
    """How the connection to the mail server is kept from being read."""
    if value not in ("starttls", "tls", "none"):
        raise ValidationError("must be starttls, tls or none")


def email_from(value: str) -> None:
    """An address that mails come from, with a name or without; or none."""
    if value and not SENDER.fullmatch(value):
        raise ValidationError(
            "must be an address, like checkpoint@example.org or Checkpoint <checkpoint@example.org>"
        )


def site_address(value: str) -> None:
    """The site's own public address, or none."""
    parts = _address(value)
    if value and (
        parts is None
        or parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise ValidationError("must be like https://checkpoint.example.org, without a path")


def email_is_whole(*, host: str, sender: str, site: str, user: str, password: str) -> None:
    """What a mail server needs besides. Raises ImproperlyConfigured, which names no secret."""
    if host and not sender:
        raise ImproperlyConfigured("EMAIL_HOST needs EMAIL_FROM: the address that mails come from")
    if host and not site:
        raise ImproperlyConfigured("EMAIL_HOST needs SITE_ADDRESS: links in mails lead there")
    if bool(user) != bool(password):
        raise ImproperlyConfigured("EMAIL_USER and EMAIL_PASSWORD must be set together")


def a_year_or_ever(value: int) -> None:
    """Days of what the database keeps for a year, whoever asks it to remove them."""
    if value != 0 and value < SHORTEST_LOG_DAYS:
        raise ValidationError(f"must be 0, for ever, or at least {SHORTEST_LOG_DAYS}")


def database_url(value: str) -> None:
    """An address of PostgreSQL or of an SQLite file; the password in it is never repeated."""
    parts = _address(value)
    if value and (parts is None or parts.scheme not in DATABASE_SCHEMES or not parts.path[1:]):
        raise ValidationError(
            "must be like postgres://user:password@host:5432/name or sqlite:////path/to/file"
        )


def replica_url(value: str) -> None:
    """An address of PostgreSQL; the password in it is never repeated."""
    parts = _address(value)
    if value and (
        parts is None or parts.scheme not in ("postgres", "postgresql") or not parts.path[1:]
    ):
        raise ValidationError("must be like postgres://user:password@host:5432/name")


def redis_url(value: str) -> None:
    """An address of a Redis server, or of a cluster of them."""
    if redis_address.is_cluster(value):
        _redis_cluster_url(value)
        return
    parts = _address(value)
    if value and (parts is None or parts.scheme not in REDIS_SCHEMES):
        raise ValidationError(
            "must be like redis://host:6379/0, rediss://..., unix://..."
            " or redis+cluster://host:6379,host:6379"
        )


def _redis_cluster_url(value: str) -> None:
    try:
        redis_address.parse(value)
    except ValueError:
        raise ValidationError(
            "must be like redis+cluster://user:password@host:6379,host:6379,host:6379"
        ) from None


def _address(value: str) -> SplitResult | None:
    """The parts of an address, or None where it is none."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 raises where it is no number
    except ValueError:
        return None
    return parts


def map_tiles(value: str) -> None:
    """An address of map tiles with places for zoom, column and row."""
    if value and not (
        value.startswith("https://") and all(part in value for part in ("{z}", "{x}", "{y}"))
    ):
        raise ValidationError(
            "must be like https://tiles.example.org/{z}/{x}/{y}.png, with {z}, {x} and {y}"
        )


def origins_of_tiles(tiles: str) -> list[str]:
    """Where the pictures of a map come from, for the content security policy."""
    if not tiles:
        return []
    host = urlsplit(tiles).netloc
    return [f"https://{host.replace('{s}', '*')}"]
