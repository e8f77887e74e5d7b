"""How the tests of the use case ask it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from permits.models import Permit
from scans.check import Answer, Checked, check_batch
from scans.evidence import CheckRequest, LaneContext
from scans.tests.conftest import NOW as NOW

SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
NUMBER = "000190012345"
CARD = f"{NUMBER}||Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu|01012020"

Declare = Callable[..., Permit]


def request(
    payload: str, lane: LaneContext, *, at: datetime = NOW, scan_id: UUID | None = None
) -> CheckRequest:
    return CheckRequest(
        payload=payload,
        scan_id=scan_id or uuid4(),
        captured_at=at,
        lane=lane,
        source="api",
    )


def check(*requests: CheckRequest, now: datetime = NOW) -> list[Answer]:
    return check_batch(requests, clock=lambda: now)


def check_one(
    payload: str, lane: LaneContext, *, now: datetime = NOW, at: datetime | None = None
) -> Checked:
    [answer] = check(request(payload, lane, at=at or now), now=now)
    assert isinstance(answer, Checked)
    return answer


def reasons(answers: list[Answer]) -> list[tuple[str, ...]]:
    return [answer.reasons for answer in answers if isinstance(answer, Checked)]
