"""The database makes the same number of a moment as scans/times.py."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from scans.milliseconds import Milliseconds
from scans.models import Lane, Scan
from scans.tests.report_rows import a_scan
from scans.times import to_milliseconds

SECOND = datetime(2021, 9, 6, 7, 30, 59, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("microseconds", [0, 1, 999, 1000, 499_999, 500_000, 999_499, 999_999])
def test_a_moment_is_cut_to_the_millisecond(
    river_lane: Lane, officer: User, microseconds: int
) -> None:
    moment = SECOND + timedelta(microseconds=microseconds)
    a_scan(river_lane, officer, moment)
    [found] = Scan.objects.values_list(Milliseconds("recorded_at"), flat=True)
    assert found == to_milliseconds(moment)
