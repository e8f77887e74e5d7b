"""How the load tool comes in: the login page, the lanes, and the site's own database."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from bench.cameras import address
from bench.cameras.compare import RecordedScan
from bench.cameras.database import Database, WrongDatabase
from bench.cameras.site import Entry, Place, SiteError, enter
from bench.cameras.tally import Tally
from permits.roles import Role
from permits.verdict import Direction
from scans.check import check_batch
from scans.evidence import CheckRequest
from scans.models import Lane, Scan, Source
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PASSWORD = "a long passphrase"


def come_in(server: LiveServer, user: str, password: str = PASSWORD) -> Entry:
    return enter(address.parse(server.url), user, password)


def places_of(*lanes: Lane) -> tuple[Place, ...]:
    return tuple(
        Place(lane.id, direction, lane.checkpoint.name, lane.name)
        for direction in ("in", "out")
        for lane in lanes
    )


# --- The login page and the lanes -----------------------------------------------------------------


def test_an_officer_comes_in_and_finds_both_sides_of_every_lane(
    live_server: LiveServer, officer: User, river_lane: Lane, hill_lane: Lane
) -> None:
    entry = come_in(live_server, officer.username)

    assert set(entry.places) == set(places_of(river_lane, hill_lane))
    assert [place.direction for place in entry.places] == ["in", "in", "out", "out"]
    assert entry.places[0].path == f"/ws/lanes/{entry.places[0].lane_id}/in/"
    assert "sessionid=" in entry.cookie


def test_a_wrong_password_is_told(live_server: LiveServer, officer: User, river_lane: Lane) -> None:
    with pytest.raises(SiteError, match="officer was not let in"):
        come_in(live_server, officer.username, "wrong")


def test_who_is_no_officer_is_told_which_role_is_needed(
    live_server: LiveServer, supervisor: User, river_lane: Lane
) -> None:
    with pytest.raises(SiteError, match="the role 'officer' is needed"):
        come_in(live_server, supervisor.username)


def test_a_name_that_is_locked_out_is_told_to_wait(
    live_server: LiveServer, officer: User, river_lane: Lane
) -> None:
    for _attempt in range(4):
        with pytest.raises(SiteError, match="was not let in"):
            come_in(live_server, officer.username, "wrong")
    for password in ("wrong", PASSWORD):
        with pytest.raises(SiteError, match="locked out"):
            come_in(live_server, officer.username, password)


def test_a_site_without_lanes_is_told(live_server: LiveServer, officer: User) -> None:
    with pytest.raises(SiteError, match="no lanes"):
        come_in(live_server, officer.username)


def test_where_nobody_answers_the_address_is_told() -> None:
    with pytest.raises(SiteError, match=r"no answer from http://127\.0\.0\.1:1"):
        enter(address.parse("http://127.0.0.1:1"), "officer", PASSWORD)


# --- The database ---------------------------------------------------------------------------------


@pytest.fixture
def scan(code: str, officer: User, river_lane: Lane) -> Callable[..., str]:
    """Records one, and returns its scan_id."""

    def record(source: Source = Source.TYPED, by: User = officer) -> str:
        now = timezone.now()
        lane = lane_context(river_lane.id, Direction.IN, by.pk)
        scan_id = new_scan_id(now)
        check_batch([CheckRequest(code, scan_id, now, lane, source.value)])
        return str(scan_id)

    return record


def test_the_scans_since_the_start_are_read_and_no_others(
    scan: Callable[..., str], officer: User, make_user: Callable[..., User], river_lane: Lane
) -> None:
    earlier, told_of = scan(), scan(Source.CAMERA)
    database = Database(officer.username, places_of(river_lane))
    own = scan()
    scan(by=make_user(Role.OFFICER, username="another"))
    here = (river_lane.id, "in")

    assert list(database.scans(Tally(told={own, told_of}))) == [
        RecordedScan(own, here, "typed"),
        RecordedScan(told_of, here, "camera", is_earlier=True),
    ]
    assert Scan.objects.filter(scan_id=earlier).exists()


def test_a_database_without_the_officer_is_not_the_sites(river_lane: Lane) -> None:
    with pytest.raises(WrongDatabase, match="no user officer"):
        Database("officer", places_of(river_lane))


def test_a_database_with_other_lanes_is_not_the_sites(officer: User, river_lane: Lane) -> None:
    elsewhere = Place(river_lane.id, "in", "Another checkpoint", river_lane.name)
    with pytest.raises(WrongDatabase, match="other lanes"):
        Database(officer.username, (elsewhere,))
