"""An officer's PIN: what unlocks a page that was left alone, and nothing else."""

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.db.models import F

from scans.models import OfficerPin

SHORTEST, LONGEST = 4, 8
# So many wrong ones in a row, and only the password opens: four digits can be tried out.
MOST_FAILURES = 5


class PinFault(StrEnum):
    """Why a PIN is not taken, or does not unlock. The values are stable codes."""

    BAD_PIN = "bad_pin"  # not 4 to 8 digits, or all the same
    WRONG_PIN = "wrong_pin"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 not one
    NO_PIN = "no_pin"  # none was set, or too many were wrong: the password unlocks


class BadPin(Exception):
    """`fault` says why."""

    def __init__(self, fault: PinFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def set_pin(officer: User, pin: str, *, password: str, now: datetime) -> None:
    """Set or change it. Raises BadPin."""
    if not officer.check_password(password):
        raise BadPin(PinFault.WRONG_PASSWORD)
    digits = pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST
    if not digits or len(set(pin)) == 1:
        raise BadPin(PinFault.BAD_PIN)
    OfficerPin.objects.update_or_create(
        officer=officer, defaults={"pin_hash": make_password(pin), "set_at": now, "failures": 0}
    )


def has_pin(officer: User) -> bool:
    """Whether there is one that can still unlock."""
    return OfficerPin.objects.filter(officer=officer, failures__lt=MOST_FAILURES).exists()


def check_pin(officer: User, pin: str) -> None:
    """Raises BadPin where it is not the officer's. A wrong one is counted before it is tried."""
    counted = OfficerPin.objects.filter(officer=officer, failures__lt=MOST_FAILURES).update(
        failures=F("failures") + 1
    )
    if not counted:
        raise BadPin(PinFault.NO_PIN)
    kept = OfficerPin.objects.get(officer=officer)
    if not check_password(pin, kept.pin_hash):
        raise BadPin(PinFault.WRONG_PIN if kept.failures < MOST_FAILURES else PinFault.NO_PIN)
    OfficerPin.objects.filter(officer=officer).update(failures=0)


def open_again(officer: User) -> None:
    """The password was right: the PIN counts anew."""
    OfficerPin.objects.filter(officer=officer).update(failures=0)
