"""What a scan raises, in its own transaction; and that an ordinary one pays nothing for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits import selectors, services
from permits.verdict import WatchlistLevel
from scans.evidence import LaneContext
from scans.models import Alert, Scan
from scans.tests.checks import (
    CARD,
    HOUR,
    MINUTE,
    NOW,
    NUMBER,
    SECOND,
    Declare,
    check,
    check_one,
    request,
)

pytestmark = pytest.mark.django_db
DIGITS = "0123456789ABCDEFGHIJ"


@pytest.fixture
def forged(declare: Declare) -> list[str]:
    """Codes of the right form, each with another signature, none of them ours."""
    code = selectors.travel_code(declare())
    return [code[:60] + digit + code[61:] for digit in DIGITS if digit != code[60]]


@pytest.fixture
def _f0(db: None) -> None:
    services.add_watchlist_entry(level=WatchlistLevel.F0, active_from=NOW, personal_number=NUMBER)


@pytest.mark.usefixtures("_f0")
def test_a_person_seen_again_at_a_checkpoint_is_one_alert_and_at_another_a_second(
    declare: Declare, river: LaneContext, hills: LaneContext
) -> None:
    code = selectors.travel_code(declare())
    check_one(code, river)
    again = check_one(code, river, now=NOW + MINUTE)
    check_one(code, hills, now=NOW + 2 * HOUR)
    first, second = Alert.objects.filter(kind="watchlist_hit").order_by("id")
    assert (first.times, first.raised_at, first.last_at) == (2, NOW, NOW + MINUTE)
    assert (first.scan_uuid, first.scan.scan_id if first.scan else None) == (again.scan_id,) * 2
    assert (second.times, second.checkpoint_id) == (1, hills.place.checkpoint_id)
    assert (second.severity, second.level, second.lane_id) == ("critical", "f0", hills.lane_id)


@pytest.mark.parametrize(
    ("level", "severity"),
    [("f0", "critical"), ("wanted", "critical"), ("f1", "high"), ("quarantine", "high")],
)
def test_a_level_has_its_severity(river: LaneContext, level: str, severity: str) -> None:
    services.add_watchlist_entry(
        level=WatchlistLevel(level), active_from=NOW, personal_number=NUMBER
    )
    check_one(CARD, river)
    assert Alert.objects.get().severity == severity


@pytest.mark.usefixtures("_f0")
def test_a_scan_that_is_sent_again_is_not_seen_again(river: LaneContext) -> None:
    sent = request(CARD, river)
    check(sent)
    check(sent)
    assert Alert.objects.get().times == 1


@pytest.mark.usefixtures("_f0")
def test_nothing_about_the_person_stands_in_the_alert(declare: Declare, river: LaneContext) -> None:
    check_one(declare().serial, river)
    check_one(CARD, river)
    for row in Alert.objects.values():
        assert not any(word in str(row) for word in (NUMBER, NUMBER[-4:], "Nguyễn", "99A"))


def test_impossible_travel_is_told_and_a_possible_one_is_not(
    declare: Declare, river: LaneContext, hills: LaneContext
) -> None:
    """47 km: not within ten minutes, but within two hours."""
    code = selectors.travel_code(declare())
    check_one(code, river)
    check_one(code, hills, now=NOW + 10 * MINUTE)
    alert = Alert.objects.get()
    assert (alert.kind, alert.severity) == ("impossible_travel", "high")
    assert alert.checkpoint_id == hills.place.checkpoint_id
    check_one(code, river, now=NOW + 3 * HOUR)
    assert Alert.objects.count() == 1


@pytest.mark.parametrize(
    ("moments", "is_told"),
    [
        ([0, 1], False),
        ([0, 1, 2], True),
        ([0, 300, 600], True),
        ([0, 300, 601], False),
        ([0, 300, 601, 602], True),
    ],
)
def test_three_forged_codes_within_ten_minutes(
    river: LaneContext, forged: list[str], moments: list[int], is_told: bool
) -> None:
    for second, payload in zip(moments, forged, strict=False):
        check_one(payload, river, now=NOW + second * SECOND)
    assert Alert.objects.filter(kind="forged_codes").exists() == is_told


def test_a_good_code_between_ends_the_row(
    declare: Declare, river: LaneContext, hills: LaneContext, forged: list[str]
) -> None:
    code = selectors.travel_code(declare())
    for step, payload in enumerate([*forged[:2], code, *forged[2:4]]):
        check_one(payload, river, now=NOW + step * SECOND)
    check_one(forged[4], hills, now=NOW + 9 * SECOND)  # another lane's
    assert not Alert.objects.exists()
    check_one("nonsense", river, now=NOW + 10 * SECOND)  # no code of ours
    check_one(forged[5], river, now=NOW + 11 * SECOND)
    alert = Alert.objects.get()
    assert (alert.lane_id, alert.severity, alert.times) == (river.lane_id, "high", 1)
    check_one(forged[6], river, now=NOW + 12 * SECOND)
    alert.refresh_from_db()
    assert alert.times == 2


def test_three_in_one_batch_are_a_row_too(river: LaneContext, forged: list[str]) -> None:
    """Whichever of them came first."""
    check(*(request(forged[n], river, at=NOW - n * SECOND) for n in range(3)))
    assert Alert.objects.get().details == {"codes": 3, "minutes": 10}


def test_an_ordinary_scan_asks_nothing_of_the_alerts(declare: Declare, river: LaneContext) -> None:
    code = selectors.travel_code(declare())
    with CaptureQueriesContext(connection) as captured:
        check_one(code, river)
        check_one("nonsense", river)
    assert not [query["sql"] for query in captured if "alert" in query["sql"]]
    assert Scan.objects.count() == 2
