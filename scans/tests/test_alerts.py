"""One alert for one cause, however often it is seen; and what supervisors do about it."""

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from permits import personal_data
from permits.roles import Role
from scans import resealing
from scans.alerts import acting, raising
from scans.alerts.raising import follow, raise_alerts
from scans.alerts.reading import (
    last_change,
    open_alerts,
    open_by_kind,
)
from scans.models import Alert, AlertAct, AlertKind, Lane, Severity
from scans.oversight import EVERYTHING, Oversight
from scans.tests.alerts import an_alert, see, sighting
from scans.tests.checks import MINUTE, NOW, SECOND
from scans.times import to_milliseconds

pytestmark = pytest.mark.django_db
LATER = NOW + MINUTE


def acts(alert: Alert) -> list[str]:
    return list(alert.acts.values_list("act", flat=True))


# --- Raising --------------------------------------------------------------------------------------


def test_a_cause_that_is_seen_again_moves_its_alert_on() -> None:
    first = see(now=NOW, details={"codes": 3, "minutes": 10})
    again = see(now=LATER, times=2, details={"codes": 5, "minutes": 10})
    assert again.pk == first.pk
    assert (again.raised_at, again.last_at, again.changed_at) == (NOW, LATER, LATER)
    assert (again.times, again.details) == (3, {"codes": 5, "minutes": 10})


def test_seen_twice_at_once_it_is_one_alert_and_another_cause_is_another() -> None:
    raise_alerts([sighting("forged_codes:1"), sighting("forged_codes:1")], now=NOW)
    raise_alerts([sighting("forged_codes:2")], now=NOW)
    rows = Alert.objects.order_by("cause").values_list("cause", "times")
    assert list(rows) == [("forged_codes:1", 2), ("forged_codes:2", 1)]


def test_after_it_was_resolved_the_cause_is_a_new_alert(supervisor: User) -> None:
    first = see(now=NOW)
    acting.resolve(first.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    assert see(now=LATER).pk != first.pk


@pytest.mark.parametrize(("after", "is_news"), [(10 * MINUTE, False), (10 * MINUTE + SECOND, True)])
def test_seen_long_after_it_was_acknowledged_it_is_news_again(
    supervisor: User, after: timedelta, is_news: bool
) -> None:
    alert = see(now=NOW)
    acting.acknowledge(alert.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    again = see(now=NOW + after)
    assert (again.acknowledged_at is None) == is_news
    assert (again.acknowledged_by is None) == is_news
    assert acts(again) == ["acknowledged", *(["news_again"] if is_news else [])]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_connections_that_raise_one_cause_at_once_end_with_one_alert() -> None:
    together = threading.Barrier(4)
    failures: list[BaseException] = []

    def raise_it() -> None:
        try:
            together.wait(timeout=10)
            raise_alerts([sighting("forged_codes:7")], now=NOW)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=raise_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    assert Alert.objects.get().times == 4


def test_one_that_another_process_raises_in_between_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look, looks = raising._open, []

    def sees_nothing_at_first(causes: Iterable[str]) -> list[Alert]:
        looks.append([*causes])
        return look(causes) if len(looks) > 1 else []

    an_alert(raised_at=NOW, cause="forged_codes:1")
    monkeypatch.setattr(raising, "_open", sees_nothing_at_first)
    assert see(now=LATER).times == 2
    assert len(looks) == 2


# --- Lasting conditions ---------------------------------------------------------------------------


def look(*causes: str, still: tuple[str, ...] = (), now: object = NOW) -> None:
    rows = [sighting(cause) for cause in causes]
    follow("forged_codes:", rows, still=still, now=now)  # type: ignore[arg-type]


def test_a_condition_that_lasts_is_one_alert_and_ends_by_itself() -> None:
    look("forged_codes:1")
    look("forged_codes:1", now=LATER)
    alert = Alert.objects.get()
    assert (alert.times, alert.changed_at, alert.lasts) == (1, NOW, True)
    look(now=LATER)
    alert.refresh_from_db()
    assert (alert.resolved_at, alert.resolved_by, alert.lasts) == (LATER, None, False)
    assert acts(alert) == ["over"]
    look(now=LATER)
    assert acts(alert) == ["over"]


def test_what_is_nearly_over_raises_nothing_and_ends_nothing() -> None:
    look(still=("forged_codes:1",))
    assert not Alert.objects.exists()
    look("forged_codes:1")
    look(still=("forged_codes:1",), now=LATER)
    assert Alert.objects.get().resolved_at is None


def test_resolved_by_hand_it_comes_again_only_after_it_has_ended(supervisor: User) -> None:
    look("forged_codes:1")
    first = Alert.objects.get()
    acting.resolve(first.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    look("forged_codes:1", now=LATER)
    assert Alert.objects.count() == 1
    look(now=LATER)
    first.refresh_from_db()
    assert (first.resolved_at, first.resolved_by) == (NOW, supervisor)
    look("forged_codes:1", now=LATER)
    assert Alert.objects.count() == 2


def test_a_rule_ends_only_what_is_its_own() -> None:
    follow("disk_full:a:", [sighting("disk_full:a:little", kind="disk_full")], now=NOW)
    follow("disk_full:b:", [], now=LATER)
    assert Alert.objects.get().resolved_at is None


# --- What supervisors do --------------------------------------------------------------------------


@pytest.fixture
def other(make_user: Callable[..., User]) -> User:
    return make_user(Role.SUPERVISOR, username="other")


def test_acknowledged_twice_the_first_counts(supervisor: User, other: User) -> None:
    alert = see(now=NOW)
    assert acting.acknowledge(alert.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    assert not acting.acknowledge(alert.pk, by=other, oversight=EVERYTHING, now=LATER)
    alert.refresh_from_db()
    assert (alert.acknowledged_at, alert.acknowledged_by) == (NOW, supervisor)
    assert acts(alert) == ["acknowledged"]


def test_who_takes_it_owns_it_and_knows_of_it(supervisor: User, other: User) -> None:
    alert = see(now=NOW)
    assert acting.take(alert.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    assert not acting.take(alert.pk, by=supervisor, oversight=EVERYTHING, now=LATER)
    alert.refresh_from_db()
    assert (alert.owner, alert.acknowledged_by) == (supervisor, supervisor)
    assert acting.take(alert.pk, by=other, oversight=EVERYTHING, now=LATER)
    alert.refresh_from_db()
    assert (alert.owner, alert.acknowledged_at) == (other, NOW)


def test_it_is_handed_to_a_supervisor_who_sees_it_alone(
    supervisor: User, other: User, officer: User, river_lane: Lane
) -> None:
    alert = see(now=NOW, checkpoint_id=river_lane.checkpoint_id)

    def give(to: User) -> bool:
        return acting.hand_over(alert.pk, to=to, by=supervisor, oversight=EVERYTHING, now=NOW)

    assert give(other)
    assert not give(other)
    assert AlertAct.objects.get().to == other
    for nobody in (officer, supervisor):
        with pytest.raises(acting.DoesNotSee):
            give(nobody)
    other.groups.clear()
    with pytest.raises(acting.DoesNotSee):
        give(other)


def test_resolved_with_a_note_that_is_sealed(supervisor: User, other: User) -> None:
    alert = see(now=NOW)
    acting.resolve(alert.pk, by=supervisor, oversight=EVERYTHING, note="Đã bắt", now=NOW)
    assert not acting.resolve(alert.pk, by=other, oversight=EVERYTHING, note="Khác", now=LATER)
    alert.refresh_from_db()
    assert (alert.resolved_at, alert.resolved_by) == (NOW, supervisor)
    assert acting.note_of(alert) == "Đã bắt"
    assert "Đã bắt".encode() not in bytes(alert.note_sealed)
    assert not acting.acknowledge(alert.pk, by=other, oversight=EVERYTHING, now=LATER)
    assert not acting.take(alert.pk, by=other, oversight=EVERYTHING, now=LATER)


def test_a_note_is_resealed_under_the_present_key(supervisor: User) -> None:
    alert = see(now=NOW)
    acting.resolve(alert.pk, by=supervisor, oversight=EVERYTHING, note="Xong", now=NOW)
    assert resealing.reseal() == 0
    alert.refresh_from_db()
    assert personal_data.is_under_present_key(bytes(alert.note_sealed))


@pytest.mark.parametrize("act", [acting.acknowledge, acting.take, acting.resolve])
def test_nobody_acts_on_what_they_do_not_see(
    act: Callable[..., bool], supervisor: User, river_lane: Lane, hill_lane: Lane
) -> None:
    alert = see(now=NOW, checkpoint_id=hill_lane.checkpoint_id)
    whole_site = see("database_trouble:outage", now=NOW)
    of_river = Oversight(frozenset([river_lane.checkpoint_id]))
    for one in (alert.pk, whole_site.pk, 0):
        with pytest.raises(acting.NoSuchAlert):
            act(one, by=supervisor, oversight=of_river, now=NOW)
    assert not AlertAct.objects.exists()


def test_nobody_acts_on_an_alert_about_themself(supervisor: User, other: User) -> None:
    alert = see("repeated_look_ups:1", now=NOW, supervisor_id=supervisor.pk)
    with pytest.raises(acting.AboutThemself):
        acting.resolve(alert.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    with pytest.raises(acting.DoesNotSee):
        acting.hand_over(alert.pk, to=supervisor, by=other, oversight=EVERYTHING, now=NOW)
    assert acting.resolve(alert.pk, by=other, oversight=EVERYTHING, now=NOW)


# --- Reading --------------------------------------------------------------------------------------


def test_open_ones_are_read_the_gravest_first_then_the_newest(supervisor: User) -> None:
    medium = see("a:1", now=LATER, severity=Severity.MEDIUM)
    old = see("a:2", now=NOW, severity=Severity.HIGH)
    new = see("a:3", now=LATER, severity=Severity.HIGH)
    critical = see("a:4", now=NOW, severity=Severity.CRITICAL)
    over = see("a:5", now=NOW, severity=Severity.CRITICAL)
    acting.resolve(over.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    ids = [critical.pk, new.pk, old.pk, medium.pk]
    assert [row.id for row in open_alerts(EVERYTHING)] == ids
    assert [row.id for row in open_alerts(EVERYTHING, at_most=2)] == ids[:2]


def test_a_district_s_supervisor_reads_the_district_s(river_lane: Lane, hill_lane: Lane) -> None:
    theirs = see("a:1", now=NOW, checkpoint_id=river_lane.checkpoint_id, lane_id=river_lane.pk)
    see("a:2", now=NOW, checkpoint_id=hill_lane.checkpoint_id)
    see("a:3", now=NOW)
    [row] = open_alerts(Oversight(frozenset([river_lane.checkpoint_id])))
    assert (row.id, row.checkpoint, row.lane) == (theirs.pk, "Cầu Mẫu", "Làn 1")
    assert (row.raised_at, row.resolved_at) == (to_milliseconds(NOW), None)
    assert len(open_alerts(EVERYTHING)) == 3


def test_open_ones_are_counted_of_every_kind_and_severity() -> None:
    see("a:1", now=NOW)
    see("a:2", now=NOW)
    counted = {(kind, severity): number for kind, severity, number in open_by_kind()}
    assert counted["forged_codes", "high"] == 2
    assert counted["disk_full", "low"] == 0
    assert len(counted) == len(AlertKind) * len(Severity)


def test_the_latest_change_is_known() -> None:
    assert last_change() is None
    see(now=NOW)
    assert last_change() == NOW
