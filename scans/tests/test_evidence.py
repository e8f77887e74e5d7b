"""A signature is verified once, and nothing that may change is remembered with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from permits import keys, selectors, services
from permits.models import Permit
from permits.verdict import Direction, WatchlistLevel
from scans import evidence
from scans.check import Checked, check_batch
from scans.evidence import CheckRequest
from scans.models import Lane
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    evidence._parse_code.cache_clear()
    yield
    evidence._parse_code.cache_clear()


@pytest.fixture
def lane(river_lane: Lane, officer: User) -> evidence.LaneContext:
    return lane_context(river_lane.pk, Direction.IN, officer.pk)


def show(code: str, lane: evidence.LaneContext) -> Checked:
    now = timezone.now()
    [answer] = check_batch([CheckRequest(code, new_scan_id(now), now, lane, "camera")])
    assert isinstance(answer, Checked)
    return answer


def test_a_code_shown_again_is_verified_once(code: str, lane: evidence.LaneContext) -> None:
    assert [show(code, lane).outcome for _time in range(3)] == ["allow"] * 3
    assert evidence._parse_code.cache_info().misses == 1


def test_a_revocation_counts_at_the_next_scan(
    code: str, permit: Permit, lane: evidence.LaneContext, officer: User
) -> None:
    assert show(code, lane).outcome == "allow"
    services.revoke(permit.pk, issuer=officer, now=timezone.now())
    assert show(code, lane).reasons == ("revoked",)


def test_a_new_watchlist_entry_counts_at_the_next_scan(
    code: str, permit: Permit, lane: evidence.LaneContext
) -> None:
    assert show(code, lane).outcome == "allow"
    services.add_watchlist_entry(
        level=WatchlistLevel.F0,
        active_from=datetime.now(UTC) - timedelta(hours=1),
        personal_number=permit.holder.personal_number,
    )
    assert show(code, lane).reasons == ("watchlisted",)


def test_other_keys_verify_anew(
    permit: Permit, lane: evidence.LaneContext, settings: Settings, tmp_path: Path
) -> None:
    code = selectors.travel_code(permit)
    assert show(code, lane).outcome == "allow"
    settings.SIGNING_KEYS_DIR = str(tmp_path)
    keys.rotate()
    try:
        assert show(code, lane).reasons == ("bad_signature",)
    finally:
        keys.load.cache_clear()


def test_a_citizen_card_is_not_kept(lane: evidence.LaneContext) -> None:
    show("000190012345||Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu|01012020", lane)
    assert evidence._parse_code.cache_info().currsize == 0
