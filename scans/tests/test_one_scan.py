"""One scan: what its verdict was based on then, who acted; and that who looks says what for."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits import personal_data, services
from permits.models import Permit
from permits.roles import Role
from permits.verdict import PermitState, WatchlistLevel
from scans import look_ups
from scans.evidence import LaneContext
from scans.models import Checkpoint, District, LookUp, Scan, Still, Supervision
from scans.passages import NewPassage, record_passage
from scans.shifts import open_shift
from scans.tests.checks import MINUTE, NUMBER, check_one
from scans.tests.looking import PURPOSE, errors, look, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def then() -> datetime:
    return timezone.now() - 20 * MINUTE


@pytest.fixture
def scan(permit: Permit, river: LaneContext, then: datetime) -> Scan:
    return Scan.objects.get(scan_id=check_one(permit.serial, river, now=then).scan_id)


def test_a_purpose_is_asked_for_before_anything_is_shown(
    reader: Client, scan: Scan, permit: Permit
) -> None:
    page = shown(reader, f"/scans/{scan.scan_id}/")
    assert permit.holder.full_name not in page
    assert permit.serial not in page
    assert "Say what you look at it for" in page
    assert not LookUp.objects.exists()
    without = reader.post(f"/scans/{scan.scan_id}/", {"purpose": ""}).content.decode()
    assert "Say what for" in errors(without)[0]
    page = shown(reader, look(reader, f"/scans/{scan.scan_id}/", **PURPOSE))
    assert permit.holder.full_name in page
    assert permit.serial in page
    assert NUMBER not in page
    kept = LookUp.objects.get()
    assert (kept.kind, kept.found, look_ups.purpose_of(kept)) == ("scan", 1, "case\nHồ sơ 12/BC")


def test_from_a_look_up_its_purpose_holds_and_each_scan_is_kept(reader: Client, scan: Scan) -> None:
    look(reader, "/search/", who=NUMBER, **PURPOSE)
    answer = reader.get(f"/scans/{scan.scan_id}/?look_up=1")
    assert answer["Location"] == f"/scans/{scan.scan_id}/?look_up=2"
    shown(reader, answer["Location"])
    shown(reader, answer["Location"])
    kept = LookUp.objects.get(number=2)
    assert (kept.kind, kept.within, LookUp.objects.count()) == ("scan", 1, 2)


@pytest.mark.parametrize("named", ["", "9", "x", "-1", "1" * 30, "１"])
def test_a_look_up_that_is_not_theirs_gives_no_purpose(
    reader: Client, scan: Scan, named: str
) -> None:
    assert "Say what you look at it for" in shown(reader, f"/scans/{scan.scan_id}/?look_up={named}")


def test_nor_does_a_search_that_had_none_nor_another_scan_s(
    reader: Client, scan: Scan, river: LaneContext, then: datetime
) -> None:
    look(reader, "/search/")
    assert "Say what you look" in shown(reader, f"/scans/{scan.scan_id}/?look_up=1")
    unknown = check_one("https://example.com/", river, now=then).scan_id
    answer = reader.get(f"/scans/{unknown}/")
    assert answer["Location"] == f"/scans/{unknown}/?look_up=2"
    assert "Not a code of this system" in shown(reader, answer["Location"])
    assert "Say what you look" in shown(reader, f"/scans/{scan.scan_id}/?look_up=2")


def test_it_shows_what_it_was_then_whatever_has_changed(
    reader: Client, scan: Scan, permit: Permit
) -> None:
    Permit.objects.update(state=PermitState.REVOKED.value, valid_until=timezone.now())
    page = shown(reader, look(reader, f"/scans/{scan.scan_id}/", **PURPOSE))
    assert "Let pass" in page
    assert "Approved" in page
    assert "Revoked" not in page
    assert f"{timezone.localtime(permit.valid_until):%d/%m/%Y %H:%M}" in page
    assert "Not in order" not in page
    assert page.count("In order") == 12


def test_each_rule_that_was_not_met_says_what_it_led_to(
    reader: Client, permit: Permit, river: LaneContext, hills: LaneContext, then: datetime
) -> None:
    services.add_watchlist_entry(
        level=WatchlistLevel.F0, active_from=then - MINUTE, personal_number=NUMBER
    )
    check_one(permit.serial, river, now=then)
    scan_id = check_one(permit.serial, hills, now=then + 10 * MINUTE).scan_id
    page = shown(reader, look(reader, f"/scans/{scan_id}/", **PURPOSE))
    assert "F0: infected" in page
    assert "Not in order: Do not let pass" in page
    assert "Not in order: Look closer" in page
    assert "47.3 km, 284 km/h; at most 130" in page
    assert page.count("F0 (infected)") == 1  # the alert


def test_a_place_in_another_district_has_no_name(
    reader: Client,
    supervisor: User,
    permit: Permit,
    river: LaneContext,
    hills: LaneContext,
    then: datetime,
) -> None:
    check_one(permit.serial, river, now=then)
    scan_id = check_one(permit.serial, hills, now=then + 10 * MINUTE).scan_id
    assert "Cầu Mẫu" in shown(reader, look(reader, f"/scans/{scan_id}/", **PURPOSE))
    south = District.objects.create(name="Phía Nam")
    Checkpoint.objects.filter(pk=hills.place.checkpoint_id).update(district=south)
    Supervision.objects.create(supervisor=supervisor).districts.add(south)
    page = shown(reader, look(reader, f"/scans/{scan_id}/", **PURPOSE))
    assert "a checkpoint of another district" in page
    assert "47.3 km" in page
    assert "Cầu Mẫu" not in page


def test_who_acted_and_why_and_the_stills(
    reader: Client, scan: Scan, river: LaneContext, then: datetime, officer: User
) -> None:
    shift = open_shift(river.lane_id, river.direction, officer_id=river.officer_id, now=then)
    act = NewPassage(
        passage_id=uuid4(), car_id=uuid4(), act="let_through", reason="emergency",
        note="Sắp sinh", scan_ids=(scan.scan_id,), acted_at=then, lane=river,
        shift_id=shift.shift_id,
    )  # fmt: skip
    record_passage(act, now=then + MINUTE)
    still = Still.objects.create(
        still_id=uuid4(), car_id=act.car_id, lane_id=river.lane_id, officer=officer,
        picture_sealed=personal_data.seal_bytes(b"jpeg"), taken_at=then, recorded_at=then,
    )  # fmt: skip
    page = shown(reader, look(reader, f"/scans/{scan.scan_id}/", **PURPOSE))
    for word in ("Let through", "Emergency", "Sắp sinh", officer.username):
        assert word in page
    assert f"/stills/{still.still_id}/?look_up=1" in page
    assert reader.get(f"/stills/{still.still_id}/?look_up=1").content == b"jpeg"
    assert reader.get(f"/stills/{still.still_id}/").content == b"jpeg"
    kept = list(LookUp.objects.filter(kind="still").values_list("within", flat=True))
    assert kept == [1, None]


def test_a_scan_from_before_says_that_nothing_was_kept(reader: Client, scan: Scan) -> None:
    Scan.objects.update(evidence=None)
    page = shown(reader, look(reader, f"/scans/{scan.scan_id}/", **PURPOSE))
    assert "from before that was kept" in page


def test_the_desk_is_for_those_who_may_open_it(
    reader: Client, scan: Scan, permit: Permit, supervisor: User
) -> None:
    from django.contrib.auth.models import Group

    address = look(reader, f"/scans/{scan.scan_id}/", **PURPOSE)
    desk = f"/desk/permits/{permit.serial}/"
    assert desk not in shown(reader, address)
    supervisor.groups.add(Group.objects.get(name=Role.ISSUER.value))
    assert desk in shown(reader, address)


def test_who_may_not_gets_nothing(client: Client, scan: Scan, officer: User) -> None:
    assert client.get(f"/scans/{scan.scan_id}/").status_code == 302
    client.force_login(officer, backend="permits.roles.RoleBackend")
    assert client.get(f"/scans/{scan.scan_id}/").status_code == 403
    assert client.post(f"/scans/{scan.scan_id}/", PURPOSE).status_code == 403


def test_an_unknown_scan_is_not_found(reader: Client) -> None:
    assert reader.get(f"/scans/{uuid4()}/").status_code == 404


def test_an_administrator_reads_who_looked_and_the_chain(
    reader: Client, supervisor: User, scan: Scan, make_user: object
) -> None:
    look(reader, "/search/", who=NUMBER, **PURPOSE)
    look(reader, f"/scans/{scan.scan_id}/", purpose="other", purpose_text="Thanh tra nội bộ")
    administrator = make_user(Role.ADMINISTRATOR)  # type: ignore[operator]
    reader.force_login(administrator, backend="permits.roles.RoleBackend")
    page = shown(reader, "/access-log/")
    assert "Hồ sơ 12/BC" in page
    assert "Thanh tra nội bộ" in page
    assert "••••2345" in page
    assert NUMBER not in page
    assert "hold together" in page
    assert "Hồ sơ" not in shown(reader, "/access-log/?kind=scan")
    assert "Hồ sơ" in shown(reader, f"/access-log/?supervisor={supervisor.pk}")
    tomorrow = timezone.localtime() + timedelta(days=1)
    assert "Nothing was looked up" in shown(reader, f"/access-log/?since={tomorrow:%Y-%m-%dT%H:%M}")
    assert "Hồ sơ" in shown(reader, "/access-log/?since=nonsense&supervisor=x&page=99")
    LookUp.objects.filter(number=1).update(found=7)
    assert "tampered" in shown(reader, "/access-log/")
    assert reader.post("/access-log/").status_code == 405
