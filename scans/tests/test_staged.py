"""What an import has staged is there for no check, until all of it is published."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from permits import selectors
from permits.models import Permit, WatchlistEntry
from permits.models.permits import STAGED
from permits.services import bulk
from permits.verdict import Reason, WatchlistLevel
from scans.check import Checked, check_batch
from scans.evidence import CheckRequest, LaneContext
from scans.tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def staged(permit: Permit) -> Permit:
    """A permit that is valid now, but for being staged."""
    Permit.with_staged.update(
        state=STAGED, valid_from=NOW - timedelta(hours=1), valid_until=NOW + timedelta(hours=1)
    )
    return permit


def reasons(payload: str, lane: LaneContext) -> list[Reason]:
    request = CheckRequest(
        payload=payload, scan_id=uuid4(), captured_at=NOW, lane=lane, source="typed"
    )
    [answer] = check_batch([request], clock=lambda: NOW)
    assert isinstance(answer, Checked)
    return [Reason(code) for code in answer.reasons]


def test_a_staged_permit_is_unknown_by_code_serial_card_and_plate(
    staged: Permit, river: LaneContext
) -> None:
    code = selectors.travel_code(staged)
    card = "000190012345||Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu, Hà Nội|01012021"
    assert reasons(code, river) == [Reason.UNKNOWN_PERMIT]
    assert reasons(staged.serial, river) == [Reason.UNKNOWN_PERMIT]
    assert reasons(card, river) == [Reason.NO_PERMIT]
    assert Reason.NO_PERMIT in reasons("99A-123.45", river)
    assert bulk.publish_permits(Permit.with_staged.all()) == 1
    assert reasons(staged.serial, river) == []
    assert reasons(card, river) == []


def test_a_staged_entry_hits_nobody(permit: Permit, river: LaneContext, officer: User) -> None:
    Permit.objects.update(valid_from=NOW, valid_until=NOW + timedelta(hours=1))
    entry = bulk.prepare_entry(
        level=WatchlistLevel.F0,
        active_from=NOW,
        active_until=None,
        personal_number="000190012345",
        plate="",
        note="",
        source="",
    )
    bulk.stage_entries([entry], by=officer, now=NOW)
    assert reasons(permit.serial, river) == []
    assert bulk.publish_entries(WatchlistEntry.with_staged.all()) == 1
    assert reasons(permit.serial, river) == [Reason.WATCHLISTED]
