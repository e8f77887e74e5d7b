"""The use case on a real database: what is looked up, what is decided, and what is kept."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits import keys, selectors, services
from permits.models import Permit, PermitKind
from permits.verdict import Direction, WatchlistLevel
from scans.check import LONGEST_ELAPSED_MS, Checked, ScanIdReused
from scans.evidence import CheckRequest, LaneContext
from scans.models import Alert, Checkpoint, Lane, Scan
from scans.shifts import lane_context
from scans.tests.checks import (
    CARD,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    NUMBER,
    SECOND,
    Declare,
    check,
    check_one,
    reasons,
    request,
)

pytestmark = pytest.mark.django_db

# --- What is kept ---------------------------------------------------------------------------------


def test_a_check_is_kept_as_it_was_answered(declare: Declare, river: LaneContext) -> None:
    permit = declare()
    code = selectors.travel_code(permit)
    [answer] = check(request(code, river, at=NOW - 20 * timedelta(milliseconds=1)))
    scan = Scan.objects.get()

    assert isinstance(answer, Checked)
    assert (answer.outcome, answer.reasons, answer.elapsed_ms) == ("allow", (), 20)
    assert scan.scan_id == answer.scan_id
    assert (scan.checkpoint_id, scan.lane_id) == (river.place.checkpoint_id, river.lane_id)
    assert (scan.direction, scan.officer_id, scan.source) == ("in", river.officer_id, "api")
    assert (scan.permit_id, scan.payload_kind) == (permit.pk, "token")
    assert (scan.outcome, scan.reason, scan.reasons, scan.hits) == ("allow", "", [], [])
    assert (scan.captured_at, scan.recorded_at) == (answer.captured_at, NOW)
    assert scan.elapsed_ms == 20


def test_of_a_person_only_a_digest_and_four_digits_are_kept(river: LaneContext) -> None:
    check_one(CARD, river)
    [row] = Scan.objects.values()

    keyed = hmac.digest(keys.load().digest_key, CARD.encode(), "sha256")
    assert bytes(row["payload_digest"]) == keyed
    assert row["masked_number"] == "••••2345"
    kept = " ".join(map(str, row.values()))
    assert NUMBER not in kept
    assert "Nguyễn" not in kept


def test_a_forged_code_is_kept_without_a_permit(declare: Declare, river: LaneContext) -> None:
    code = selectors.travel_code(declare())
    forged = code[:60] + ("0" if code[60] != "0" else "1") + code[61:]
    answer = check_one(forged, river)

    assert (answer.outcome, answer.reasons) == ("refuse", ("bad_signature",))
    assert answer.subject is None
    assert Scan.objects.get().permit_id is None


@pytest.mark.parametrize(
    ("age", "elapsed_ms"),
    [
        (timedelta(milliseconds=1), 1),
        (-MINUTE, 0),
        (HOUR, LONGEST_ELAPSED_MS),
        (DAY, LONGEST_ELAPSED_MS),
    ],
)
def test_the_time_that_it_took_stays_within_an_hour(
    river: LaneContext, age: timedelta, elapsed_ms: int
) -> None:
    assert check_one("nonsense", river, at=NOW - age).elapsed_ms == elapsed_ms


def test_the_answers_come_in_the_order_of_the_checks(declare: Declare, river: LaneContext) -> None:
    serial = declare().serial
    answers = check(*(request(text, river) for text in ("a", serial, "b", serial, "c")))

    unknown = ("unknown_code",)
    assert reasons(answers) == [unknown, (), unknown, (), unknown]
    assert list(Scan.objects.order_by("id").values_list("scan_id", flat=True)) == [
        answer.scan_id for answer in answers if isinstance(answer, Checked)
    ]


def test_an_empty_batch_is_nothing() -> None:
    assert check() == []


def test_when_the_record_fails_nothing_is_kept(
    declare: Declare, river: LaneContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alerts are written last: by then the scans are, and must go again."""
    services.add_watchlist_entry(level=WatchlistLevel.F0, active_from=NOW, personal_number=NUMBER)
    serial = declare().serial

    def broken(*args: object, **kwargs: object) -> None:
        assert Scan.objects.count() == 2
        raise OSError("the disk is full")

    monkeypatch.setattr("scans.alerts.raising.Alert.objects.bulk_create", broken)
    with pytest.raises(OSError, match="the disk is full"):
        check(request(serial, river), request("nonsense", river))
    monkeypatch.undo()

    assert not Scan.objects.exists()
    assert check_one(serial, river).hits == ("f0",)


# --- How often the database is asked --------------------------------------------------------------


def queries_for(requests: list[CheckRequest]) -> int:
    with CaptureQueriesContext(connection) as captured:
        check(*requests)
    return len(captured)


def card_of(permit: Permit) -> str:
    holder = permit.holder
    return f"{holder.personal_number}||{holder.full_name}|17051990|Nữ|phường Mẫu|01012020"


def serial_of(permit: Permit) -> str:
    return permit.serial


@pytest.mark.parametrize("payload_of", [selectors.travel_code, serial_of, card_of])
def test_fifty_checks_cost_as_many_queries_as_one(
    payload_of: Callable[[Permit], str],
    declare: Declare,
    river: LaneContext,
    one_trip_kind: PermitKind,
) -> None:
    """Each permit has an earlier scan, is for one trip and on the watchlist: the most there is."""
    permits = [
        declare(kind=one_trip_kind, personal_number=f"000190{index:06}") for index in range(51)
    ]
    for permit in permits:
        services.add_watchlist_entry(
            level=WatchlistLevel.F0,
            active_from=NOW,
            personal_number=permit.holder.personal_number,
        )
    payloads = [payload_of(permit) for permit in permits]
    check(*(request(payload, river, at=NOW - HOUR) for payload in payloads))

    one = queries_for([request(payloads[0], river)])
    fifty = queries_for([request(payload, river) for payload in payloads[1:]])

    assert one == fifty
    assert Scan.objects.count() == 102
    assert list(Alert.objects.values_list("times", flat=True)) == [2] * 51


def test_what_is_none_of_ours_asks_for_no_permit_and_no_watchlist(river: LaneContext) -> None:
    with CaptureQueriesContext(connection) as captured:
        check_one("nonsense", river)

    asked = " ".join(query["sql"] for query in captured)
    assert "permits_" not in asked.replace("permits_policyrow", "")


# --- A scan_id sent twice -------------------------------------------------------------------------


def test_a_replay_gets_the_recorded_answer_though_the_permit_was_revoked_since(
    declare: Declare, river: LaneContext, officer: User
) -> None:
    permit = declare()
    sent = request(selectors.travel_code(permit), river)
    [first] = check(sent)
    services.revoke(permit.pk, issuer=officer, now=NOW)
    [again] = check(sent, now=NOW + HOUR)

    assert isinstance(first, Checked)
    assert isinstance(again, Checked)
    # Who it is about is read anew; the verdict is that of the scan.
    assert replace(again, subject=None) == replace(first, subject=None, is_replay=True)
    assert again.outcome == "allow"
    assert Scan.objects.count() == 1
    assert check_one(permit.serial, river).reasons == ("revoked",)


def test_a_replay_of_a_card_whose_person_has_no_permit_says_whose_it_is(river: LaneContext) -> None:
    sent = request(CARD, river)
    [first], [again] = check(sent), check(sent)

    assert isinstance(first, Checked)
    assert again == replace(first, is_replay=True)


def test_a_scan_id_recorded_for_another_payload_or_lane_is_refused(
    river: LaneContext, hills: LaneContext
) -> None:
    sent = request("nonsense", river)
    check(sent)

    assert isinstance(check(replace(sent, payload="else"))[0], ScanIdReused)
    assert isinstance(check(replace(sent, lane=hills))[0], ScanIdReused)
    assert Scan.objects.count() == 1


def test_a_scan_id_twice_in_one_batch_is_recorded_once(
    declare: Declare, river: LaneContext
) -> None:
    sent = request(declare().serial, river)
    other = request("nonsense", river)
    first, between, again = check(sent, other, sent)

    assert again is first
    assert reasons([between]) == [("unknown_code",)]
    assert Scan.objects.count() == 2


def test_a_scan_id_twice_in_one_batch_for_two_payloads_is_refused_the_second_time(
    declare: Declare, river: LaneContext
) -> None:
    sent = request(declare().serial, river)
    first, again = check(sent, replace(sent, payload="nonsense"))

    assert reasons([first]) == [()]
    assert isinstance(again, ScanIdReused)
    assert Scan.objects.count() == 1


# --- One trip -------------------------------------------------------------------------------------


def lane_at(name: str, *, like: LaneContext, north: float = 0.0) -> LaneContext:
    """Another lane: of the same checkpoint, or of a new one so many degrees north of it."""
    checkpoint = Checkpoint.objects.get(pk=like.place.checkpoint_id)
    if north:
        checkpoint = Checkpoint.objects.create(
            name=name,
            latitude=checkpoint.latitude + north,
            longitude=checkpoint.longitude,
        )
    lane = Lane.objects.create(checkpoint=checkpoint, name=name)
    return lane_context(lane.pk, like.direction, like.officer_id)


def test_one_trip_at_two_lanes_of_a_checkpoint_in_one_batch_is_one_passage(
    declare: Declare, river: LaneContext, one_trip_kind: PermitKind
) -> None:
    serial = declare(kind=one_trip_kind).serial
    beside = lane_at("Làn 2", like=river)

    assert reasons(check(request(serial, river), request(serial, beside))) == [(), ()]


def test_one_trip_at_two_checkpoints_in_one_batch_is_used_at_the_second(
    declare: Declare, river: LaneContext, one_trip_kind: PermitKind
) -> None:
    serial = declare(kind=one_trip_kind).serial
    near = lane_at("Gần", like=river, north=0.01)
    answers = check(request(serial, river), request(serial, near))

    assert reasons(answers) == [(), ("already_used",)]


def test_one_trip_is_used_up_by_an_earlier_batch_too(
    declare: Declare, river: LaneContext, one_trip_kind: PermitKind
) -> None:
    serial = declare(kind=one_trip_kind).serial

    assert check_one(serial, river).reasons == ()
    assert check_one(serial, river, now=NOW + 15 * MINUTE).reasons == ()
    assert check_one(serial, river, now=NOW + 15 * MINUTE + SECOND).reasons == ("already_used",)


def test_the_way_back_is_a_direction_of_its_own(
    declare: Declare, river: LaneContext, one_trip_kind: PermitKind
) -> None:
    serial = declare(kind=one_trip_kind).serial
    check_one(serial, river)

    assert check_one(serial, replace(river, direction=Direction.OUT), now=NOW + HOUR).reasons == ()


def test_a_refusal_does_not_use_a_trip_up(
    declare: Declare, river: LaneContext, one_trip_kind: PermitKind
) -> None:
    permit = declare(kind=one_trip_kind, start=NOW)

    assert check_one(permit.serial, river, now=NOW - HOUR).reasons == ("not_yet_valid",)
    assert check_one(permit.serial, river, now=NOW + HOUR).reasons == ()


def test_other_kinds_are_let_pass_as_often_as_they_come(
    declare: Declare, river: LaneContext
) -> None:
    serial = declare().serial
    check_one(serial, river)

    assert check_one(serial, river, now=NOW + HOUR).reasons == ()


# --- Impossible travel ----------------------------------------------------------------------------


def test_the_hills_are_too_far_for_21_minutes_and_not_for_22(
    declare: Declare, river: LaneContext, hills: LaneContext
) -> None:
    fast, slow = declare().serial, declare().serial
    check(request(fast, river), request(slow, river))

    assert check_one(fast, hills, now=NOW + 21 * MINUTE).reasons == ("impossible_travel",)
    assert check_one(slow, hills, now=NOW + 22 * MINUTE).reasons == ()


def test_it_shows_within_one_batch_too(
    declare: Declare, river: LaneContext, hills: LaneContext
) -> None:
    serial = declare().serial

    assert reasons(check(request(serial, river), request(serial, hills))) == [
        (),
        ("impossible_travel",),
    ]


def test_a_check_that_comes_late_does_not_hide_a_later_passage(
    declare: Declare, river: LaneContext, hills: LaneContext
) -> None:
    """In one batch the answers are those that the checks would get one after another."""
    serial = declare(start=NOW - 5 * HOUR).serial
    check_one(serial, river)
    late = request(serial, hills, at=NOW - 2 * HOUR)
    soon = request(serial, hills, at=NOW + 5 * MINUTE)

    assert reasons(check(late, soon, now=NOW + 5 * MINUTE)) == [(), ("impossible_travel",)]


# --- Citizen cards --------------------------------------------------------------------------------


def test_a_card_takes_the_permit_that_allows(
    declare: Declare, river: LaneContext, officer: User
) -> None:
    services.revoke(declare().pk, issuer=officer, now=NOW)
    good = declare()
    declare(start=NOW - 4 * DAY)  # expired
    declare(kind=PermitKind.objects.get(number=4))  # waits for approval
    answer = check_one(CARD, river)

    assert (answer.outcome, answer.reasons) == ("allow", ())
    assert Scan.objects.get().permit_id == good.pk


def test_of_two_that_allow_it_takes_the_one_that_lasts_longer(
    declare: Declare, river: LaneContext
) -> None:
    declare(start=NOW - 2 * HOUR)
    longest = declare(start=NOW - HOUR)
    declare(start=NOW - 3 * HOUR)
    check_one(CARD, river)

    assert Scan.objects.get().permit_id == longest.pk


def test_of_none_that_allow_it_takes_the_mildest(
    declare: Declare, river: LaneContext, officer: User
) -> None:
    services.revoke(declare().pk, issuer=officer, now=NOW)
    declare(kind=PermitKind.objects.get(number=4))

    assert check_one(CARD, river).reasons == ("pending",)


def test_a_card_finds_what_expired_within_a_week_and_nothing_older(
    declare: Declare, river: LaneContext
) -> None:
    permit = declare(start=NOW - 10 * DAY)
    assert permit.valid_until == NOW - 7 * DAY

    assert check_one(CARD, river, now=NOW - SECOND).reasons == ("expired",)
    assert check_one(CARD, river).reasons == ("no_permit",)


def test_another_persons_permit_is_not_found(declare: Declare, river: LaneContext) -> None:
    declare(personal_number="000190012346")
    answer = check_one(CARD, river)

    assert answer.reasons == ("no_permit",)
    assert answer.subject is not None
    assert (answer.subject.full_name, answer.subject.permit) == ("Nguyễn Thị Mẫu", None)


# --- The watchlist --------------------------------------------------------------------------------


def alerts() -> list[tuple[UUID, str, datetime]]:
    rows = Alert.objects.order_by("id").values_list("scan__scan_id", "level", "raised_at")
    return list(rows)


def test_a_hit_by_number_is_refused_and_raises_an_alert(
    declare: Declare, river: LaneContext
) -> None:
    services.add_watchlist_entry(
        level=WatchlistLevel.F1, active_from=NOW - DAY, personal_number=NUMBER
    )
    answer = check_one(declare().serial, river)

    assert (answer.outcome, answer.reasons, answer.hits) == ("refuse", ("watchlisted",), ("f1",))
    assert Scan.objects.get().hits == ["f1"]
    assert alerts() == [(answer.scan_id, "f1", NOW)]


def test_a_hit_by_plate_finds_whoever_declared_it(declare: Declare, river: LaneContext) -> None:
    services.add_watchlist_entry(
        level=WatchlistLevel.WANTED, active_from=NOW - DAY, plate="99a 123.45"
    )
    answer = check_one(declare().serial, river)

    assert (answer.outcome, answer.hits) == ("hold", ("wanted",))


def test_a_hit_is_found_on_a_card_without_a_permit(river: LaneContext) -> None:
    services.add_watchlist_entry(level=WatchlistLevel.F0, active_from=NOW, personal_number=NUMBER)
    answer = check_one(CARD, river)

    assert answer.reasons == ("watchlisted", "no_permit")
    assert answer.hits == ("f0",)


def test_each_level_is_one_alert_the_gravest_first(declare: Declare, river: LaneContext) -> None:
    for level in (WatchlistLevel.WANTED, WatchlistLevel.F0, WatchlistLevel.F0):
        services.add_watchlist_entry(level=level, active_from=NOW, personal_number=NUMBER)
    services.add_watchlist_entry(level=WatchlistLevel.WANTED, active_from=NOW, plate="99A12345")
    answer = check_one(declare().serial, river)

    assert answer.hits == ("f0", "wanted")
    assert alerts() == [(answer.scan_id, "f0", NOW), (answer.scan_id, "wanted", NOW)]


@pytest.mark.parametrize(
    ("active_from", "active_until", "found"),
    [
        (NOW, None, True),
        (NOW + SECOND, None, False),
        (NOW - DAY, NOW + SECOND, True),
        (NOW - DAY, NOW, False),
    ],
)
def test_an_entry_counts_from_its_first_second_until_its_last(
    declare: Declare,
    river: LaneContext,
    active_from: datetime,
    active_until: datetime | None,
    found: bool,
) -> None:
    services.add_watchlist_entry(
        level=WatchlistLevel.F0,
        active_from=active_from,
        active_until=active_until,
        personal_number=NUMBER,
    )

    assert (check_one(declare().serial, river).hits == ("f0",)) == found


def test_an_entry_for_others_is_no_hit(declare: Declare, river: LaneContext) -> None:
    """A person without a vehicle is not the vehicle without a person."""
    services.add_watchlist_entry(level=WatchlistLevel.F0, active_from=NOW, plate="99A99999")
    services.add_watchlist_entry(
        level=WatchlistLevel.F0, active_from=NOW, personal_number="000190012346"
    )

    assert check_one(declare(plate="").serial, river).reasons == ()
    assert alerts() == []


# --- Hours of the day -----------------------------------------------------------------------------


def test_hours_of_the_day_count_in_local_time(
    declare: Declare, river: LaneContext, officer: User
) -> None:
    """The kind of essential production is from 05:00 to 21:00 in Hanoi, 22:00 to 14:00 in UTC."""
    permit = declare(kind=PermitKind.objects.get(number=4))
    services.approve(permit.pk, issuer=officer, now=NOW)
    evening = datetime(2021, 9, 14, 14, 0, 0, tzinfo=UTC)

    assert check_one(permit.serial, river, now=evening).reasons == ()
    assert check_one(permit.serial, river, now=evening + SECOND).reasons == ("outside_hours",)
    assert check_one(permit.serial, river, now=evening + 8 * HOUR).reasons == ()
