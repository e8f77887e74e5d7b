"""The access log: what is kept, that its chain shows tampering, and that the database guards it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from checkpoint_site.doctor import access_log
from checkpoint_site.doctor.finding import Level
from permits import personal_data
from scans import look_up_guard, look_ups
from scans.look_up_chain import Fault
from scans.models import LookUp, LookUpKind
from scans.oversight import EVERYTHING, Oversight
from scans.retention import prune
from scans.tests.checks import DAY, HOUR, NUMBER, SECOND
from scans.tests.conftest import NOW
from scans.tests.guard import take_down
from scans.tracing.query import Query

pytestmark = pytest.mark.django_db
Keep = Callable[..., LookUp]


@pytest.fixture
def keep(supervisor: User) -> Keep:
    def keep(query: Query | None = None, *, now: datetime = NOW, **more: Any) -> LookUp:
        look_up = {
            "supervisor": supervisor,
            "oversight": EVERYTHING,
            "found": 3,
            "purpose": "complaint\nHồ sơ 12",
            **more,
        }
        kind = look_up.pop("kind", LookUpKind.TRACE)
        return look_ups.keep(kind, query or Query(number=NUMBER), now=now, **look_up)

    return keep


@pytest.fixture
def guard() -> None:
    """As the site has it: the test's transaction takes it down again."""
    look_up_guard.put_up(connection)


def raw(sql: str, *values: Any) -> None:
    """As somebody would who has the database."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_who_and_what_for_and_whom_are_kept_sealed(keep: Keep, supervisor: User) -> None:
    row = LookUp.objects.get(pk=keep().pk)
    assert (row.supervisor, row.kind, row.made_at, row.found) == (supervisor, "trace", NOW, 3)
    assert look_ups.purpose_of(row) == "complaint\nHồ sơ 12"
    assert look_ups.query_of(row) == Query(number=NUMBER)
    columns = [getattr(row, field.attname) for field in LookUp._meta.concrete_fields]
    assert not any(NUMBER in str(value) or "Hồ sơ" in str(value) for value in columns)
    assert not any(NUMBER.encode() in value for value in columns if isinstance(value, bytes))


def test_a_query_comes_back_as_it_was(keep: Keep) -> None:
    query = Query(
        name="nguyen", checkpoint=4, since=NOW, until=NOW + DAY, outcome="hold", minutes=9
    )
    assert look_ups.query_of(LookUp.objects.get(pk=keep(query).pk)) == query


def test_the_checkpoints_of_a_district_are_kept_with_it(keep: Keep) -> None:
    assert keep().checkpoint_ids is None
    assert keep(oversight=Oversight(frozenset({7, 3}))).checkpoint_ids == [3, 7]


def test_within_another_one_its_purpose_holds(keep: Keep) -> None:
    first = keep()
    second = keep(purpose="", within=first, kind=LookUpKind.SCAN)
    assert (second.within, look_ups.purpose_of(second)) == (1, "complaint\nHồ sơ 12")


def test_a_purpose_holds_for_a_shift_and_for_its_own_viewer(
    keep: Keep, supervisor: User, officer: User
) -> None:
    number = keep().number
    kinds = [LookUpKind.TRACE]
    late = NOW + look_ups.HOLDS
    assert look_ups.of_viewer(number, supervisor, *kinds, now=late) is not None
    assert look_ups.of_viewer(number, supervisor, *kinds, now=late + SECOND) is None
    assert look_ups.of_viewer(number, officer, *kinds, now=NOW) is None
    assert look_ups.of_viewer(number, supervisor, LookUpKind.SEARCH, now=NOW) is None


def test_numbers_have_no_gap_and_times_never_go_back(keep: Keep) -> None:
    rows = [keep(), keep(now=NOW - HOUR), keep(now=NOW + HOUR)]
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.made_at for row in rows] == [NOW, NOW, NOW + HOUR]
    assert look_ups.faults() == []


@pytest.mark.parametrize(
    ("sql", "faults"),
    [
        ("UPDATE scans_lookup SET found = 0 WHERE number = 2", [Fault(2, "changed")]),
        ("UPDATE scans_lookup SET kind = 'scan' WHERE number = 3", [Fault(3, "changed")]),
        ("DELETE FROM scans_lookup WHERE number = 2", [Fault(3, "missing")]),
        ("DELETE FROM scans_lookup WHERE number = 1", []),  # as its time may have come
        (
            "UPDATE scans_lookup SET own_digest = previous_digest WHERE number = 2",
            [Fault(2, "changed"), Fault(3, "cut")],
        ),
    ],
)
def test_a_raw_change_is_found(keep: Keep, sql: str, faults: list[Fault]) -> None:
    for _ in range(3):
        keep()
    raw(sql)
    assert look_ups.faults() == faults
    assert bool(look_ups.faults(latest=2)) is bool(faults)


def test_a_row_that_was_put_in_is_found(keep: Keep) -> None:
    for _ in range(2):
        keep()
    row = LookUp.objects.get(number=2)
    row.pk, row.number, row.previous_digest = None, 3, bytes(row.own_digest)
    row.save(force_insert=True)
    assert look_ups.faults() == [Fault(3, "changed")]


def refused(sql: str) -> bool:
    try:
        with transaction.atomic():
            raw(sql)
    except DatabaseError:
        return True
    return False


@pytest.mark.usefixtures("guard")
def test_the_database_refuses_to_change_and_to_remove_what_is_young(keep: Keep) -> None:
    now = timezone.now()
    keep(now=now - timedelta(days=366))
    keep(now=now - timedelta(days=364))
    keep(now=now)
    for number in (1, 2, 3):
        assert refused(f"UPDATE scans_lookup SET found = 0 WHERE number = {number}")
    assert refused("DELETE FROM scans_lookup WHERE number = 2")
    assert refused("DELETE FROM scans_lookup")
    assert not refused("DELETE FROM scans_lookup WHERE number = 1")
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE scans_lookup")
    assert [row.found for row in LookUp.objects.all()] == [3, 3]
    assert look_ups.faults() == []


@pytest.mark.usefixtures("guard")
def test_retention_removes_from_the_old_end(keep: Keep, settings: Settings) -> None:
    settings.RETAIN_LOOK_UPS_DAYS = 365
    now = timezone.now()
    for days in (400, 367, 100):
        keep(now=now - timedelta(days=days))
    gone = {one.kind.name: one.rows for one in prune(now=now, dry_run=False) if one.rows}
    assert gone == {"look-ups": 2}
    assert [row.number for row in LookUp.objects.all()] == [3]
    assert look_ups.faults() == []
    settings.RETAIN_LOOK_UPS_DAYS = 0
    assert not any(one.rows for one in prune(now=now + 9999 * DAY, dry_run=True))


def test_the_command_says_whether_it_holds(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    keep()
    with pytest.raises(CommandError, match=r"0 faults, [23] triggers missing"):
        call_command("verify_look_ups")
    look_up_guard.put_up(connection)
    capsys.readouterr()
    call_command("verify_look_ups")
    assert capsys.readouterr().out == "1 look-ups hold together; the last one is number 1\n"
    take_down(connection)
    raw("UPDATE scans_lookup SET found = 9")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_look_ups")
    assert "look-up 1 was changed" in capsys.readouterr().out


def test_the_doctor_looks_at_it(keep: Keep) -> None:
    keep()
    assert [one.level for one in access_log.look()] == [Level.OK, Level.WRONG]
    look_up_guard.put_up(connection)
    assert [one.level for one in access_log.look()] == [Level.OK, Level.OK]
    take_down(connection)
    raw("UPDATE scans_lookup SET found = 9")
    assert [one.level for one in access_log.look()] == [Level.WRONG, Level.WRONG]


def test_more_than_five_of_one_person_by_one_supervisor_are_repeated(
    keep: Keep, officer: User, supervisor: User
) -> None:
    for hour in range(5):
        keep(now=NOW + hour * HOUR)
    within = keep(Query(plate="99A12345"))
    for _ in range(9):
        keep(Query(plate="99A12345"), purpose="", within=within, kind=LookUpKind.SCAN)
    keep(supervisor=officer)
    assert look_ups.repeated_look_ups(NOW) == []
    last = keep(now=NOW + 6 * HOUR)
    [repeated] = look_ups.repeated_look_ups(NOW)
    assert repeated == (supervisor.pk, last.about_digest, 6, NOW + 6 * HOUR)
    assert look_ups.repeated_look_ups(NOW + SECOND) == []


def test_somebody_who_is_looked_at_within_look_ups_of_others_is_counted_once_for_each(
    keep: Keep,
) -> None:
    for number in range(6):
        within = keep(Query(plate=f"99A1234{number}"))
        for _ in range(2):
            keep(purpose="", within=within, kind=LookUpKind.SCAN)
        assert len(look_ups.repeated_look_ups(NOW)) == (number == 5)
    [repeated] = look_ups.repeated_look_ups(NOW)
    assert repeated.times == 6


def test_one_person_is_one_by_number_serial_and_scan(keep: Keep, permit: Any) -> None:
    by_number = keep(Query(number=permit.holder.personal_number))
    by_serial = keep(Query(serial=permit.serial))
    assert by_number.about_digest == by_serial.about_digest != ""
    assert keep(Query(plate=permit.plate)).about_digest != by_number.about_digest
    assert keep(Query(checkpoint=1)).about_digest == ""


def test_the_log_names_a_look_up_and_nobody(keep: Keep, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="scans.look_ups"):
        keep()
    assert [record.getMessage() for record in caplog.records] == ["look-up 1 was kept"]


def test_under_a_lost_key_the_chain_still_holds(keep: Keep, settings: Settings) -> None:
    row = keep()
    settings.PERSONAL_DATA_KEYS = ["pRIN3rLUtl6yM3Fr9E0WrM3QZF1EwTqBRMH1mQv1r6I="]
    assert look_ups.faults() == []
    with pytest.raises(personal_data.CannotUnseal):
        look_ups.purpose_of(row)
