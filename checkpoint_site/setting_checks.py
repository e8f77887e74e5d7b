"""What a setting may be. Each raises ValidationError, and environs adds the variable's name."""

import logging
import re
from zoneinfo import available_timezones

from environs import ValidationError

RATE = re.compile(r"[1-9][0-9]*/(second|minute|min|hour|day)")


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


def positive(value: float) -> None:
    """More than nothing."""
    if value <= 0:
        raise ValidationError("must be greater than 0")


def not_negative(value: int) -> None:
    """Nothing or more."""
    if value < 0:
        raise ValidationError("must be 0 or greater")
