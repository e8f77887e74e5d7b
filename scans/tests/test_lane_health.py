"""What of a device's own word is trouble, on both sides of each edge."""

from dataclasses import dataclass
from datetime import timedelta
from typing import get_args

import pytest
from django.contrib.auth.models import User

from scans import lane_health
from scans.lane_health import CAMERA_IS_FINE, KNOWN_FOR, WORDS, Trouble, trouble_of
from scans.models import Lane
from scans.protocol import CameraState, Health
from scans.tests.conftest import NOW
from scans.tests.instructing import work_at


@dataclass
class Said:
    """A device of which nothing is wrong, but for what a test says."""

    camera: str = "ok"
    battery: float | None = None
    is_charging: bool | None = None
    round_trip_ms: int | None = None
    unsent_acts: int = 0
    clock_offset_ms: int | None = None


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Said(), ()),
        (Said(camera="starting"), ()),
        (Said(battery=0.15, is_charging=False), ()),
        (Said(battery=0.149, is_charging=False), ("battery_low",)),
        (Said(battery=0.149, is_charging=None), ("battery_low",)),
        (Said(battery=0.0, is_charging=True), ()),
        (Said(round_trip_ms=500), ()),
        (Said(round_trip_ms=501), ("slow_network",)),
        (Said(unsent_acts=5), ()),
        (Said(unsent_acts=6), ("acts_waiting",)),
        (Said(clock_offset_ms=60_000), ()),
        (Said(clock_offset_ms=60_001), ("clock_off",)),
        (Said(clock_offset_ms=-60_000), ()),
        (Said(clock_offset_ms=-60_001), ("clock_off",)),
        (
            Said("frozen", 0.1, False, 900, 9, 10**9),
            ("camera_frozen", "battery_low", "slow_network", "acts_waiting", "clock_off"),
        ),
    ],
)
def test_what_is_trouble(said: Said, trouble: tuple[str, ...]) -> None:
    assert trouble_of(said) == trouble


def test_every_state_of_a_camera_is_fine_or_has_words() -> None:
    for camera in get_args(CameraState):
        assert camera in CAMERA_IS_FINE or trouble_of(Said(camera)) == (f"camera_{camera}",)
    assert set(WORDS) == set(Trouble)
    assert all(str(words) for words in WORDS.values())


@pytest.mark.django_db
def test_a_lane_s_health_is_that_of_the_pages_that_are_there(
    river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    one = work_at(river_lane.pk, officer, now=NOW)
    other = work_at(river_lane.pk, officer, now=NOW, direction="out")
    ended = work_at(hill_lane.pk, officer, now=NOW)
    for shift in (one, other, ended):
        lane_health.report(shift.pk, Health(camera="ok", unsent_acts=0), now=NOW - KNOWN_FOR)
    ended.ended_at = NOW
    ended.save()
    assert lane_health.of_lanes(now=NOW) == {}
    just_before = NOW - timedelta(microseconds=1)
    found = lane_health.of_lanes(now=just_before)
    assert {lane: sorted(row.pk for row in rows) for lane, rows in found.items()} == {
        river_lane.pk: sorted([one.pk, other.pk])
    }
