"""How the devices at the lanes are: kept as their pages last said it, and what of it is trouble."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scans.models import LaneHealth
from scans.presence import online
from scans.protocol import Health

LOW_BATTERY = 0.15
SLOW_MS = 500
MANY_ACTS = 5
CLOCK_OFF_MS = 60_000
# A page says it every 30 seconds; after that it is not known how the device is.
KNOWN_FOR = timedelta(seconds=75)


class Trouble(StrEnum):
    """What is the matter with a device, the gravest first: nothing can be read, then the rest."""

    CAMERA_NONE = "camera_none"
    CAMERA_DENIED = "camera_denied"
    CAMERA_BROKEN = "camera_broken"
    CAMERA_FROZEN = "camera_frozen"
    CAMERA_BLACK = "camera_black"
    CAMERA_DARK = "camera_dark"
    BATTERY_LOW = "battery_low"
    SLOW_NETWORK = "slow_network"
    ACTS_WAITING = "acts_waiting"
    CLOCK_OFF = "clock_off"


WORDS: Mapping[Trouble, Promise] = {
    Trouble.CAMERA_NONE: _("No camera"),
    Trouble.CAMERA_DENIED: _("The browser may not use the camera"),
    Trouble.CAMERA_BROKEN: _("The camera does not work"),
    Trouble.CAMERA_FROZEN: _("The camera’s picture stands still"),
    Trouble.CAMERA_BLACK: _("The camera’s picture is black"),
    Trouble.CAMERA_DARK: _("Too dark for the camera"),
    Trouble.BATTERY_LOW: _("Battery low, and not charging"),
    Trouble.SLOW_NETWORK: _("Slow network"),
    Trouble.ACTS_WAITING: _("Acts wait to be sent"),
    Trouble.CLOCK_OFF: _("The device’s clock is wrong"),
}
CAMERA_IS_FINE = frozenset({"ok", "starting"})


class Reported(Protocol):
    """What `trouble_of` looks at: a row of LaneHealth, say."""

    @property
    def camera(self) -> str: ...
    @property
    def battery(self) -> float | None: ...
    @property
    def is_charging(self) -> bool | None: ...
    @property
    def round_trip_ms(self) -> int | None: ...
    @property
    def unsent_acts(self) -> int: ...
    @property
    def clock_offset_ms(self) -> int | None: ...


def trouble_of(health: Reported) -> tuple[Trouble, ...]:
    """What is the matter, the gravest first. What is not known is no trouble."""
    found = []
    if health.camera not in CAMERA_IS_FINE:
        found.append(Trouble(f"camera_{health.camera}"))
    if health.battery is not None and health.battery < LOW_BATTERY and not health.is_charging:
        found.append(Trouble.BATTERY_LOW)
    if health.round_trip_ms is not None and health.round_trip_ms > SLOW_MS:
        found.append(Trouble.SLOW_NETWORK)
    if health.unsent_acts > MANY_ACTS:
        found.append(Trouble.ACTS_WAITING)
    if health.clock_offset_ms is not None and abs(health.clock_offset_ms) > CLOCK_OFF_MS:
        found.append(Trouble.CLOCK_OFF)
    return tuple(found)


def report(shift_id: int, health: Health, *, now: datetime) -> None:
    """Keep what a shift's page says, in place of what it said before."""
    LaneHealth.objects.update_or_create(
        shift_id=shift_id,
        defaults={
            "reported_at": now,
            "battery": health.battery,
            "is_charging": health.charging,
            "round_trip_ms": health.round_trip_ms,
            "camera": health.camera,
            "pictures_a_second": health.pictures_a_second,
            "unsent_acts": health.unsent_acts,
            "clock_offset_ms": health.clock_offset_ms,
            "network": health.network,
        },
    )


def of_lanes(*, now: datetime) -> dict[int, list[LaneHealth]]:
    """By lane, what the pages that are there have said of late: one for each shift."""
    found: dict[int, list[LaneHealth]] = {}
    rows = LaneHealth.objects.filter(shift__in=online(now=now), reported_at__gt=now - KNOWN_FOR)
    for row in rows.select_related("shift"):
        found.setdefault(row.shift.lane_id, []).append(row)
    return found
