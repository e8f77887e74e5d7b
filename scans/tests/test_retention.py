"""What goes and what stays, on both sides of each edge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from permits import services
from permits.models import (
    Approval,
    Companion,
    Document,
    Holder,
    ImportedRow,
    Permit,
    PermitKind,
    WardNotice,
    WatchlistEntry,
)
from permits.services import Declaration
from permits.verdict import Direction, WatchlistLevel
from scans import instructions, lane_health
from scans.check import check_batch
from scans.evidence import CheckRequest
from scans.instruction_reach import Target
from scans.models import (
    Alert,
    AlertAct,
    Confirmation,
    Device,
    DeviceReport,
    Enrolment,
    Instruction,
    Lane,
    LaneHealth,
    LookUp,
    Passage,
    PassageScan,
    Scan,
    Shift,
    Still,
    TripUse,
)
from scans.protocol import Health
from scans.retention import prune
from scans.shifts import lane_context
from scans.tests.alerts import an_alert
from scans.tests.instructing import give, work_at

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MIDNIGHT = NOW.replace(hour=0)
DAYS = 90
EDGE = MIDNIGHT - DAYS * DAY  # the first moment that is kept

Declare = Callable[..., Permit]
ScanAt = Callable[..., Scan]


@pytest.fixture(autouse=True)
def _ninety_days(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("SCANS", "ALERTS", "PERMITS", "WATCHLIST", "SHIFTS", "LOGINS", "ADMIN_LOG"):
        setattr(settings, f"RETAIN_{kind}_DAYS", DAYS)
    monkeypatch.setattr("permits.removal.LEAST_REST_SECONDS", 0)


@pytest.fixture
def declare(declaration: Declaration) -> Declare:
    def declare(*, until: datetime, kind: PermitKind | None = None, **who: Any) -> Permit:
        permit = services.declare(replace(declaration, **who), now=until, kind=kind).permit
        permit.valid_from, permit.valid_until = until - 3 * DAY, until
        permit.save()
        return permit

    return declare


@pytest.fixture
def scan_at(river_lane: Lane, officer: User) -> ScanAt:
    """Record a scan at a time: of a permit, or of something unknown."""

    def scan_at(at: datetime, permit: Permit | None = None) -> Scan:
        lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
        payload = permit.serial if permit else "menu"
        request = CheckRequest(payload, uuid4(), at, lane, "api")
        check_batch([request], clock=lambda: at)
        return Scan.objects.get(scan_id=request.scan_id)

    return scan_at


def counts(*, dry_run: bool = False, now: datetime = NOW) -> dict[str, int]:
    """What was, or would be, removed; of which there was nothing is left out."""
    return {one.kind.name: one.rows for one in prune(now=now, dry_run=dry_run) if one.rows}


def left(*rows: Model) -> list[bool]:
    return [type(row)._default_manager.filter(pk=row.pk).exists() for row in rows]


def test_a_scan_stays_for_its_days_and_goes_with_the_next(scan_at: ScanAt) -> None:
    today, oldest_kept, too_old = scan_at(NOW), scan_at(EDGE), scan_at(EDGE - SECOND)
    assert counts() == {"scans": 1}
    assert left(today, oldest_kept, too_old) == [True, True, False]


def test_a_day_ends_at_midnight_in_utc_whenever_it_is_pruned(scan_at: ScanAt) -> None:
    scan = scan_at(EDGE)
    assert counts(now=MIDNIGHT + DAY - SECOND) == {}
    assert counts(now=MIDNIGHT + DAY) == {"scans": 1}
    assert left(scan) == [False]


def test_a_scan_takes_its_alerts_along(scan_at: ScanAt, settings: Settings) -> None:
    settings.RETAIN_ALERTS_DAYS = 0
    scan = scan_at(EDGE - SECOND)
    alert = an_alert(scan=scan, raised_at=EDGE)
    AlertAct.objects.create(alert=alert, act="news_again", at=EDGE)
    assert counts() == {"scans": 1}
    assert left(scan, alert) == [False, False]


def test_an_alert_may_go_before_its_scan(scan_at: ScanAt, settings: Settings) -> None:
    settings.RETAIN_ALERTS_DAYS = 10
    scan = scan_at(NOW - 20 * DAY)
    edge = MIDNIGHT - 10 * DAY
    old = an_alert(scan=scan, raised_at=edge - SECOND)
    act = AlertAct.objects.create(alert=old, act="news_again", at=edge)
    kept = an_alert(scan=scan, raised_at=edge)
    assert counts() == {"alerts": 1}
    assert left(scan, old, act, kept) == [True, False, False, True]


def test_a_permit_goes_when_it_has_long_expired_and_its_holder_with_the_last_one(
    declare: Declare,
) -> None:
    expired = declare(until=EDGE - SECOND)
    kept = declare(until=EDGE, personal_number="000190099999")
    assert counts() == {"permits": 1, "holders": 1}
    assert left(expired, expired.holder) == [False, False]
    assert left(kept, kept.holder) == [True, True]


def test_a_holder_who_has_another_permit_stays(declare: Declare) -> None:
    expired, valid = declare(until=EDGE - SECOND), declare(until=NOW + DAY)
    assert expired.holder == valid.holder
    assert counts() == {"permits": 1}
    assert left(expired, valid, valid.holder) == [False, True, True]


def test_a_permit_with_a_scan_that_is_kept_stays_with_all_that_is_its(
    declare: Declare, scan_at: ScanAt
) -> None:
    permit = declare(until=EDGE - SECOND)
    scan = scan_at(NOW, permit)
    assert scan.permit_id == permit.pk
    assert counts() == {}
    assert left(permit, permit.holder, scan) == [True, True, True]


def test_a_permit_whose_scans_go_goes_with_them(declare: Declare, scan_at: ScanAt) -> None:
    permit = declare(until=EDGE - SECOND)
    scan = scan_at(EDGE - DAY, permit)
    assert counts() == {"scans": 1, "permits": 1, "holders": 1}
    assert left(permit, scan) == [False, False]


def test_a_permit_takes_its_approvals_and_its_trip_along(
    declare: Declare, one_trip_kind: PermitKind, scan_at: ScanAt, officer: User
) -> None:
    expired = declare(until=EDGE - SECOND, kind=one_trip_kind)
    valid = declare(until=NOW + DAY, kind=one_trip_kind, personal_number="000190099999")
    for permit, at in ((expired, EDGE - 2 * SECOND), (valid, EDGE - 2 * SECOND)):
        Permit.objects.filter(pk=permit.pk).update(valid_from=at - DAY)
        scan_at(at, permit)
        Approval.objects.create(permit=permit, issuer=officer, state="approved", decided_at=at)
    assert TripUse.objects.count() == 2

    assert counts() == {"scans": 2, "permits": 1, "holders": 1}
    assert [trip.permit_id for trip in TripUse.objects.all()] == [valid.pk]
    assert [approval.permit_id for approval in Approval.objects.all()] == [valid.pk]


def test_a_watchlist_entry_goes_when_it_has_ended_long_ago() -> None:
    def entry(until: datetime | None) -> WatchlistEntry:
        made = services.add_watchlist_entry(
            level=WatchlistLevel.F0, active_from=EDGE - DAY, personal_number="000190012345"
        )
        WatchlistEntry.objects.filter(pk=made.pk).update(active_until=until)
        return made

    endless, kept, ended = entry(None), entry(EDGE), entry(EDGE - SECOND)
    assert counts() == {"watchlist entries": 1}
    assert left(endless, kept, ended) == [True, True, False]


def test_an_instruction_goes_by_its_end_with_who_confirmed_it(
    river_lane: Lane, officer: User
) -> None:
    def rows(**end: datetime) -> list[Model]:
        shift = work_at(river_lane.pk, officer, now=NOW)
        told = give(officer, Target(), now=EDGE - DAY)
        instructions.confirm(
            told.pk, lane_id=river_lane.pk, officer_id=officer.pk, shift_id=shift.pk, now=EDGE - DAY
        )
        Instruction.objects.filter(pk=told.pk).update(**end)
        return [told, told.confirmations.get()]

    withdrawn, old_withdrawn = rows(withdrawn_at=EDGE), rows(withdrawn_at=EDGE - SECOND)
    over, long_over = rows(ends_at=EDGE), rows(ends_at=EDGE - SECOND)
    standing = rows()
    assert counts()["instructions"] == 2
    assert left(*withdrawn, *over, *standing) == [True] * 6
    assert left(*old_withdrawn, *long_over) == [False] * 4


def test_a_device_s_health_goes_with_its_shift(river_lane: Lane, officer: User) -> None:
    shift = work_at(river_lane.pk, officer, now=EDGE - SECOND)
    lane_health.report(shift.pk, Health(camera="ok", unsent_acts=0), now=NOW)
    assert counts() == {"shifts": 1}
    assert not LaneHealth.objects.exists()


def test_shifts_logins_and_changes_go_by_their_days(river_lane: Lane, officer: User) -> None:
    def rows(at: datetime) -> list[Model]:
        shift = Shift.objects.create(
            lane=river_lane, officer=officer, direction="in", started_at=at - DAY, last_seen_at=at
        )
        change = LogEntry.objects.create(
            user=officer, action_flag=CHANGE, object_repr="Nguyễn Thị Mẫu (2345)", action_time=at
        )
        common = {"username": "somebody", "ip_address": "192.0.2.1", "path_info": "/login/"}
        login = AccessLog.objects.create(**common)
        failed = AccessFailureLog.objects.create(**common)
        counted = AccessAttempt.objects.create(**common, user_agent=str(at), failures_since_start=1)
        for row in (login, failed, counted):
            type(row).objects.filter(pk=row.pk).update(attempt_time=at)
        return [shift, change, login, failed, counted]

    kept, old = rows(EDGE), rows(EDGE - SECOND)
    assert counts() == {
        "shifts": 1,
        "changes in the admin": 1,
        "logins": 1,
        "failed logins": 1,
        "counts of failed logins": 1,
    }
    assert left(*kept) == [True] * 5
    assert left(*old) == [False] * 5


def test_cut_off_devices_go_with_their_reports_and_codes(officer: User) -> None:
    def device(name: str, cut_off_at: datetime | None) -> list[Model]:
        made = Device.objects.create(
            name=name,
            secret_digest=name.encode(),
            enrolled_at=EDGE - DAY,
            enrolled_by=officer,
            last_seen_at=EDGE - DAY,
            cut_off_at=cut_off_at,
        )
        code = enrolment(name, EDGE - DAY, made)
        return [made, code, DeviceReport.objects.create(device=made, officer=officer, made_at=NOW)]

    def enrolment(name: str, expires_at: datetime, device: Device | None = None) -> Enrolment:
        return Enrolment.objects.create(
            seed=b"",
            code_digest=name.encode(),
            device_name=name,
            made_by=officer,
            made_at=expires_at,
            expires_at=expires_at,
            device=device,
        )

    ours, kept, old = device("1", None), device("2", EDGE), device("3", EDGE - SECOND)
    codes = [enrolment("4", EDGE), enrolment("5", EDGE - SECOND)]
    reports = [
        DeviceReport.objects.create(officer=officer, made_at=at) for at in (EDGE, EDGE - SECOND)
    ]
    assert counts() == {"device reports": 1, "cut-off devices": 1, "unused enrolments": 1}
    assert left(*ours, *kept) == [True] * 6
    assert left(*old) == [False] * 3
    assert left(*codes, *reports) == [True, False, True, False]


def test_sessions_go_when_they_have_ended() -> None:
    ended = Session.objects.create(session_key="ended", expire_date=NOW - SECOND)
    open_still = Session.objects.create(session_key="open", expire_date=NOW)
    assert counts() == {"ended sessions": 1}
    assert left(ended, open_still) == [False, True]


@pytest.fixture
def everything_is_old(declare: Declare, scan_at: ScanAt) -> None:
    """Three permits: one scanned long ago, one scanned today, one never; and an old alert."""
    scanned = declare(until=EDGE - SECOND)
    an_alert(scan=scan_at(EDGE - DAY, scanned), raised_at=EDGE - DAY)
    scan_at(NOW, declare(until=EDGE - SECOND, personal_number="000190011111"))
    declare(until=EDGE - SECOND, personal_number="000190022222")
    Holder.objects.create(full_name="Nguyễn Văn Mẫu", number_tail="0000", birth_date="1990-01-01")


def everything() -> dict[str, int]:
    models = (Alert, Scan, Permit, Holder)
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.usefixtures("everything_is_old")
def test_a_dry_run_says_what_would_go_and_leaves_it() -> None:
    before = everything()
    would = counts(dry_run=True)
    assert everything() == before
    assert would == {"alerts": 1, "scans": 1, "permits": 2, "holders": 3}
    assert counts() == would
    assert everything() == {"Alert": 0, "Scan": 1, "Permit": 1, "Holder": 1}


@pytest.mark.usefixtures("everything_is_old")
def test_zero_days_keep_for_ever(settings: Settings) -> None:
    settings.RETAIN_ALERTS_DAYS = settings.RETAIN_SCANS_DAYS = settings.RETAIN_PERMITS_DAYS = 0
    before = everything()
    assert counts(dry_run=True) == {}
    assert counts() == {}
    assert everything() == before


@pytest.mark.usefixtures("everything_is_old")
def test_while_all_scans_are_kept_so_are_the_permits_that_have_one(settings: Settings) -> None:
    settings.RETAIN_SCANS_DAYS = 0
    assert counts(dry_run=True) == {"alerts": 1, "permits": 1, "holders": 2}
    assert counts() == {"alerts": 1, "permits": 1, "holders": 2}


def test_it_goes_in_small_steps_with_rests(
    scan_at: ScanAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr("permits.removal.STEP", 2)
    monkeypatch.setattr("permits.removal.time.sleep", rests.append)
    monkeypatch.setattr("permits.removal.LEAST_REST_SECONDS", 7.0)
    for number in range(5):
        scan_at(EDGE - DAY - number * SECOND)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert counts() == {"scans": 5}
    deletions = [q["sql"] for q in queries if q["sql"].startswith('DELETE FROM "scans_scan"')]
    assert len(deletions) == 3
    assert rests == [7.0] * 3


# Who points to what prune deletes without asking. A new relation must be thought of in retention.py
# and then be written down here.
POINTERS = {
    Holder: {Permit},
    Permit: {Approval, Companion, Document, WardNotice, ImportedRow, Scan, TripUse},
    Scan: {Alert},
    Alert: {AlertAct},  # retention.py takes it along
    # The first goes along; the others stay, without it.
    Shift: {LaneHealth, Passage, Confirmation},
    Instruction: {Confirmation},  # Django takes it along
    Passage: {PassageScan},  # Django takes it along
    Still: set(),
    LookUp: set(),
    WatchlistEntry: {ImportedRow},  # Django takes it along
}


@pytest.mark.parametrize("model", POINTERS, ids=lambda model: model.__name__)
def test_nothing_points_to_what_goes_but_what_goes_along(model: type[Model]) -> None:
    assert {rel.related_model for rel in model._meta.related_objects} == POINTERS[model]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    def run(*arguments: str) -> list[str]:
        call_command("prune", *arguments)
        return capsys.readouterr().out.splitlines()

    return run


def test_the_command_says_what_it_did(
    scan_at: ScanAt, settings: Settings, command: Callable[..., list[str]]
) -> None:
    settings.RETAIN_SHIFTS_DAYS = 0
    scan_at(EDGE)  # long ago by the real clock
    dry, did, again = command("--dry-run"), command(), command()
    assert len(dry) == len(did) == len(again) == 30
    assert dry[1].split()[:5] == ["scans", "1", "would", "be", "removed"]
    assert did[1].split()[:3] == ["scans", "1", "removed"]
    assert again[1].split()[:3] == ["scans", "0", "removed"]
    assert "shifts                   kept for ever" in did
