"""The charts' page: numbers that are right, and bad input that is said at its field."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits.verdict import Outcome
from scans import charts, tallies, usual
from scans.models import Checkpoint, District, HourTally, Lane, Supervision
from scans.oversight import EVERYTHING
from scans.spans import HOUR, MINUTE, TEN_MINUTES, Span
from scans.tally_reading import Wanted, counts
from scans.tests.test_tallies import DAY, MIDNIGHT, SECOND, Scanned, keep_up_to, scanned

__all__ = ["scanned"]
pytestmark = pytest.mark.django_db
DAY_OF_MIDNIGHT = date(2021, 9, 14)  # a Tuesday


@pytest.fixture
def pages(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


def content(pages: Client, **typed: str) -> str:
    return pages.get("/charts/", typed).content.decode()


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"range": "own"}, "Please choose a day."),
        ({"range": "own", "first": "yesterday", "last": "2021-09-14"}, "This is no day."),
        (
            {"range": "own", "first": "2021-09-14", "last": "2021-09-13"},
            "The end lies before the beginning.",
        ),
        (
            {"range": "own", "first": "2020-09-14", "last": "2021-09-15"},
            "This is too long: at most 366 days at a time.",
        ),
        (
            {"range": "own", "first": "2021-09-14", "last": "9999-12-31"},
            "This day has not come yet.",
        ),
        ({"range": "own", "first": "0001-01-01", "last": "0001-01-01"}, "This is no day."),
        ({"range": "own", "first": "1999-12-31", "last": "2000-01-01"}, "This is no day."),
        ({"checkpoint": "999999"}, "There is no such checkpoint among yours."),
        ({"checkpoint": "x"}, "There is no such checkpoint among yours."),
        ({"direction": "up"}, "up is not one of the available choices"),
        ({"range": "century"}, "century is not one of the available choices"),
    ],
)
def test_a_silly_question_is_answered_at_its_field(
    pages: Client, typed: dict[str, str], said: str
) -> None:
    page_text = content(pages, **typed)
    assert said in page_text
    assert 'data-testid="scans"' not in page_text


def test_a_year_is_not_too_long(pages: Client) -> None:
    found = content(pages, range="own", first="2020-09-14", last="2021-09-14")
    assert "This is too long" not in found
    assert "No scan was recorded in this time." in found


def test_the_last_scan_is_in_it(pages: Client, scanned: Scanned, river_lane: Lane) -> None:
    scanned(river_lane, timezone.now(), Outcome.REFUSE)
    found = content(pages)
    assert '<dd data-testid="scans">1</dd>' in found
    assert "The permit has expired" in found


def test_a_district_s_supervisor_sees_its_scans_alone(
    pages: Client, supervisor: User, scanned: Scanned, river_lane: Lane, hill_lane: Lane
) -> None:
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    Supervision.objects.create(supervisor=supervisor).districts.add(north)
    for lane in (river_lane, hill_lane, hill_lane):
        scanned(lane, timezone.now())
    found = content(pages)
    assert '<dd data-testid="scans">1</dd>' in found
    assert hill_lane.checkpoint.name not in found
    refused = content(pages, checkpoint=str(hill_lane.checkpoint_id))
    assert "There is no such checkpoint among yours." in refused


# --- What is drawn --------------------------------------------------------------------------------


def test_the_charts_of_a_day(scanned: Scanned, river_lane: Lane, hill_lane: Lane) -> None:
    scanned(river_lane, MIDNIGHT - SECOND)
    scanned(river_lane, MIDNIGHT, elapsed_ms=50)
    scanned(hill_lane, MIDNIGHT + 90 * MINUTE, Outcome.HOLD, elapsed_ms=6000)
    scanned(river_lane, MIDNIGHT + 91 * MINUTE, elapsed_ms=150)
    now = MIDNIGHT + 3 * HOUR
    keep_up_to(MIDNIGHT + HOUR)
    found = charts.charts_of(Wanted(EVERYTHING, MIDNIGHT, MIDNIGHT + DAY), now=now)

    assert (found.span, found.scans) == (Span.SLICE, 3)
    assert found.outcomes.times == [MIDNIGHT + number * TEN_MINUTES for number in range(18)]
    assert found.outcomes.lines["allow"] == [1, *[0] * 8, 1, *[0] * 8]
    assert found.outcomes.lines["hold"] == [*[0] * 9, 1, *[0] * 8]
    assert found.directions.lines["in"] == [1, *[0] * 8, 2, *[0] * 8]
    assert [(share.name, share.n) for share in found.checkpoints] == [
        ("Cầu Mẫu", 2),
        ("Đèo Mẫu", 1),
    ]
    assert [(share.n, share.outcome) for share in found.reasons] == [(1, "hold")]
    assert [share.n for share in found.kinds] == [3]
    assert (found.median_ms, found.p95_ms) == (200, None)
    assert [row.hour for row in found.heat] == [0, 1]
    assert [n for n, _strength in found.heat[1].cells] == [0, 0, 1, 0, 0, 0, 0, 1]
    assert found.usual is not None
    assert found.usual[0][:5] == [1, 2, 0, 0, None]


@pytest.mark.parametrize(
    ("latency", "percent", "limit"),
    [
        ([0] * 8, 50, None),
        ([1, 1, 0, 0, 0, 0, 0, 0], 50, 50),
        ([1, 2, 0, 0, 0, 0, 0, 0], 50, 100),
        ([19, 0, 0, 0, 0, 0, 0, 1], 95, 50),
        ([18, 0, 0, 0, 0, 0, 0, 2], 95, None),
    ],
)
def test_a_limit_that_so_many_percent_did_not_exceed(
    latency: list[int], percent: int, limit: int | None
) -> None:
    assert charts.at_most(latency, percent) == limit


# --- Usual ----------------------------------------------------------------------------------------


def of_hours(lane: Lane, numbers: dict[int, int], hour: int = 8) -> None:
    """So many scans, so many days before, at an hour of the day."""
    for ago, n in numbers.items():
        for checkpoint_id in (lane.checkpoint_id, None):
            HourTally.objects.create(
                start=MIDNIGHT - ago * DAY + hour * HOUR,
                checkpoint_id=checkpoint_id,
                direction="in",
                outcome="allow",
                n=n,
            )
    for span in Span:
        tallies._mark(span, MIDNIGHT)


def usual_at_eight(**place: Any) -> float | None:
    wanted = Wanted(EVERYTHING, MIDNIGHT, MIDNIGHT + DAY, **place)
    return usual.usual_by_hour(DAY_OF_MIDNIGHT, wanted, now=MIDNIGHT + 8 * HOUR)[8]


def test_usual_is_the_mean_of_the_days_that_are_known(river_lane: Lane) -> None:
    assert usual_at_eight() is None
    of_hours(river_lane, {1: 10, 7: 40, 28: 70, 29: 1000})
    assert usual_at_eight() == 40
    assert usual_at_eight(checkpoint_id=river_lane.checkpoint_id) == 40
    assert usual.usual_per_minute(MIDNIGHT + 8 * HOUR + MINUTE) == {
        river_lane.checkpoint_id: 40 / 60
    }
    assert usual.usual_per_minute(MIDNIGHT + 9 * HOUR) == {}


def test_three_days_of_the_same_name_are_a_usual_of_their_own(river_lane: Lane) -> None:
    of_hours(river_lane, {1: 1000, 7: 10, 14: 20, 21: 60})
    assert usual_at_eight() == 30


def test_the_last_hour_by_the_minute(scanned: Scanned, river_lane: Lane) -> None:
    now = MIDNIGHT + HOUR + 30 * SECOND
    scanned(river_lane, MIDNIGHT - SECOND)
    scanned(river_lane, MIDNIGHT)
    scanned(river_lane, now, Outcome.HOLD, elapsed_ms=60)
    keep_up_to(MIDNIGHT + 30 * MINUTE)
    place = river_lane.checkpoint_id
    wanted = Wanted(EVERYTHING, now - 30 * SECOND - HOUR, now + SECOND)
    by = ("checkpoint", "direction", "outcome")
    assert counts(wanted, Span.MINUTE, by, now=now, timed=True) == {
        (MIDNIGHT, place, "in", "allow"): [1, 1, 0, 0, 0, 0, 0, 0, 0],
        (MIDNIGHT + HOUR, place, "in", "hold"): [1, 0, 1, 0, 0, 0, 0, 0, 0],
    }
