"""A signature is verified once, and nothing that may change is remembered with it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from permits import keys, selectors, services
from permits.models import Permit, PermitKind, Zone
from permits.services import CompanionDeclared
from permits.verdict import Direction, WatchlistLevel
from scans import evidence, gathering, prepared
from scans.check import Checked, check_batch
from scans.evidence import CheckRequest
from scans.models import Lane
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    gathering._parse_code.cache_clear()
    yield
    gathering._parse_code.cache_clear()


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
    assert gathering._parse_code.cache_info().misses == 1


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
    assert gathering._parse_code.cache_info().currsize == 0


# --- A fixed number of queries --------------------------------------------------------------------

ALWAYS = {"permits_policyrow", "permits_permit", "permits_watchlistentry"}
BESIDES = {"scans_scan", "scans_tripuse"}
WHERE_NEEDED = {"permits_companion", "permits_permit_zones", "scans_checkpoint_zones"}


def tables_asked(requests: list[CheckRequest], monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many queries asked for each table, by the one whose columns they select first.

    Django's own log of queries does not know those that PostgreSQL has planned already.
    """
    asked: list[str] = []
    fetch = prepared._fetch

    def noted(database: Any, sql: str, parameters: Any) -> Any:
        asked.append(sql)
        return fetch(database, sql, parameters)

    monkeypatch.setattr(prepared, "_fetch", noted)
    gathering.gather(requests, now=timezone.now(), look_for_replays=False)
    monkeypatch.undo()
    return Counter(re.search(r'SELECT "(\w+)"', sql)[1] for sql in asked)  # type: ignore[index]


def checks(payloads: Iterable[str], lane: evidence.LaneContext) -> list[CheckRequest]:
    now = timezone.now()
    return [CheckRequest(text, new_scan_id(now), now, lane, "camera") for text in payloads]


def test_a_plain_code_asks_for_no_more_than_it_must(
    code: str, lane: evidence.LaneContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tables_asked(checks([code], lane), monkeypatch) == Counter(dict.fromkeys(ALWAYS, 1))


@pytest.mark.parametrize("size", [1, 30])
def test_a_batch_asks_for_each_table_once_whatever_its_size(
    declare: Callable[..., Permit],
    one_trip_kind: PermitKind,
    lane: evidence.LaneContext,
    size: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone = Zone.objects.create(name_vi="Vùng", name_en="Zone")
    PermitKind.objects.update(most_companions=1)
    one_trip_kind.refresh_from_db()
    along = CompanionDeclared(full_name="Trần Văn Mẫu", personal_number="000090054321")
    start = timezone.now() - timedelta(hours=1)
    permits = [
        declare(
            start=start, kind=one_trip_kind, companions=(along,), personal_number=f"000190{n:06}"
        )
        for n in range(size)
    ]
    for permit in permits:
        permit.zones.add(zone)
    codes = [selectors.travel_code(permit) for permit in permits]
    check_batch(checks(codes, lane))
    expected = Counter(dict.fromkeys(ALWAYS | BESIDES | WHERE_NEEDED, 1))
    assert tables_asked(checks(codes, lane), monkeypatch) == expected
