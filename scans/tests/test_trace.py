"""Trace and contacts: where somebody passed, and who was near, on both sides of every edge."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits import personal_data, services
from permits.models import Companion, Permit
from permits.services import Declaration
from permits.verdict import WatchlistLevel
from scans import look_ups
from scans.check import check_batch
from scans.evidence import CheckRequest, LaneContext
from scans.models import District, Lane, LookUp, Scan, Supervision
from scans.passages import NewPassage, record_passage
from scans.shifts import lane_context, open_shift
from scans.tests.checks import MINUTE, NUMBER, SECOND
from scans.tests.looking import PURPOSE, errors, look, scans_on, shown, table
from scans.tracing import contacts, finding

pytestmark = pytest.mark.django_db
At = Callable[..., str]


@pytest.fixture
def reader(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def then() -> datetime:
    """Long enough ago that an hour after it is past too."""
    return (timezone.now() - timedelta(hours=3)).replace(microsecond=0)


@pytest.fixture
def at(river: LaneContext) -> At:
    """Record a scan at the river (or another lane), at once or later."""

    def at(
        payload: str, when: datetime, lane: LaneContext = river, *, later: timedelta = SECOND
    ) -> str:
        request = CheckRequest(payload, uuid4(), when, lane, "camera")
        check_batch([request], clock=lambda: when + later)
        return str(request.scan_id)

    return at


@pytest.fixture
def others(declaration: Declaration) -> Callable[[int], Permit]:
    """Somebody else's permit, by a number."""

    def other(number: int) -> Permit:
        who = replace(
            declaration,
            full_name=f"Trần Thị Mẫu {number}",
            personal_number=f"0001900{number:05d}",
            plate="",
        )
        return services.declare(who, now=timezone.now() - timedelta(hours=9)).permit

    return other


@pytest.fixture
def infected(declaration: Declaration) -> Permit:
    return services.declare(declaration, now=timezone.now() - timedelta(hours=9)).permit


def names(page: str) -> list[str]:
    """Of those who were near, in the order of time."""
    return re.findall(r"Trần Thị Mẫu \d+", page)


def near(reader: Client, minutes: int = 15, who: str = NUMBER) -> str:
    """The contacts of a traced person."""
    traced = look(reader, "/trace/", who=who, **PURPOSE)
    number = traced.strip("/").split("/")[-1]
    return shown(reader, look(reader, f"/contacts/within/{number}/", minutes=minutes))


def test_a_trace_has_every_way_in_which_somebody_was_there(
    reader: Client, infected: Permit, river: LaneContext, hills: LaneContext, at: At,
    others: Callable[[int], Permit], then: datetime,
) -> None:  # fmt: skip
    along = others(1)
    Companion.objects.create(
        permit=along,
        full_name="Nguyễn Thị Mẫu",
        number_digest=personal_data.digest(NUMBER),
        number_sealed=personal_data.seal(NUMBER),
        number_tail=NUMBER[-4:],
    )
    ids = [at(infected.serial, then), at(along.serial, then + MINUTE, hills)]
    at(others(2).serial, then)
    page = shown(reader, look(reader, "/trace/", who=NUMBER, **PURPOSE))
    assert scans_on(page) == ids
    assert "Permit holder" in page
    assert "Travelling along" in page
    places = json.loads(re.findall(r'id="places"[^>]*>(.*?)</script>', page)[0])
    assert [(one["name"], one["latitude"], one["outcome"]) for one in places] == [
        ("Cầu Mẫu", 21.10, "allow"),
        ("Đèo Mẫu", 20.69, "allow"),
    ]
    assert NUMBER not in page


def test_a_card_without_a_permit_is_traced_by_its_digest(
    reader: Client, at: At, then: datetime
) -> None:
    scan = at("000190055555", then)
    at("000190066666", then)
    page = shown(reader, look(reader, "/trace/", who="000190055555", **PURPOSE))
    assert scans_on(page) == [scan]
    assert "By card or number, without a permit" in page


def test_a_plate_is_traced_by_its_permits_and_by_what_was_typed(
    reader: Client, infected: Permit, river: LaneContext, at: At, then: datetime
) -> None:
    ids = [at(infected.serial, then), at("99A-123.45", then + MINUTE)]
    request = CheckRequest("menu", uuid4(), then + 2 * MINUTE, river, "camera", plate="99A12345")
    check_batch([request], clock=lambda: then + 2 * MINUTE)
    page = shown(reader, look(reader, "/trace/", who="99a 123.45", **PURPOSE))
    assert scans_on(page) == [*ids, str(request.scan_id)]
    assert page.count("Plate typed") == 1
    assert page.count("Vehicle on the permit") == 2


def test_what_became_of_the_car_stands_there(
    reader: Client, infected: Permit, river: LaneContext, at: At, then: datetime
) -> None:
    scan = at(infected.serial, then)
    shift = open_shift(river.lane_id, river.direction, officer_id=river.officer_id, now=then)
    act = NewPassage(
        passage_id=uuid4(), car_id=uuid4(), act="turned_back", reason="", note="",
        scan_ids=(Scan.objects.get(scan_id=scan).scan_id,), acted_at=then, lane=river,
        shift_id=shift.shift_id,
    )  # fmt: skip
    record_passage(act, now=then + MINUTE)
    page = shown(reader, look(reader, "/trace/", who=NUMBER, **PURPOSE))
    assert "Turned back" in page


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({**PURPOSE}, "whom or what to trace"),
        ({"who": NUMBER}, "Say what for"),
        ({"who": "Nguyễn Thị Mẫu", **PURPOSE}, "may be many people"),
        ({"who": NUMBER, "since": "2021-09-14T10:00", "until": "2021-09-14T09:59", **PURPOSE},
         "end lies before"),
        ({"entry": "1234", **PURPOSE}, "valid choice"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(reader: Client, fields: dict[str, str], fault: str) -> None:
    page = reader.post("/trace/", fields).content.decode()
    assert fault in " ".join(errors(page))
    assert not LookUp.objects.exists()


def test_nobody_is_said_kindly(reader: Client) -> None:
    page = shown(reader, look(reader, "/trace/", who=NUMBER, **PURPOSE))
    assert "No checkpoint that you see has scanned them" in page
    assert "Passed 0 times" in page


def test_a_confirmed_case_is_chosen_from_the_watchlist(
    reader: Client, infected: Permit, at: At, then: datetime
) -> None:
    scan = at(infected.serial, then)
    case = services.add_watchlist_entry(
        level=WatchlistLevel.F0, active_from=then, personal_number=NUMBER
    )
    wanted = services.add_watchlist_entry(
        level=WatchlistLevel.WANTED, active_from=then, personal_number="000190077777"
    )
    form = shown(reader, "/trace/")
    assert "••••2345" in form
    assert "••••7777" not in form
    assert reader.post("/trace/", {"entry": wanted.pk, **PURPOSE}).status_code == 200
    both = reader.post("/trace/", {"entry": case.pk, "who": NUMBER, **PURPOSE}).content.decode()
    assert "not both" in " ".join(errors(both))
    assert scans_on(shown(reader, look(reader, "/trace/", entry=case.pk, **PURPOSE))) == [scan]


def test_who_was_near_ends_with_the_minute_on_both_sides(
    reader: Client, infected: Permit, at: At, others: Callable[[int], Permit], then: datetime
) -> None:
    at(infected.serial, then)
    margin = 15 * MINUTE
    for number, when in (
        (1, then - margin - SECOND),
        (2, then - margin),
        (3, then),
        (4, then + margin),
        (5, then + margin + SECOND),
    ):
        at(others(number).serial, when)
    page = near(reader, 15)
    assert names(page) == ["Trần Thị Mẫu 2", "Trần Thị Mẫu 3", "Trần Thị Mẫu 4"]
    assert "15 minutes before" in page
    assert "At the same time" in page
    assert "15 minutes after" in page
    assert names(near(reader, 16)) == [f"Trần Thị Mẫu {n}" for n in range(1, 6)]


def test_another_lane_or_checkpoint_is_not_near(
    reader: Client, infected: Permit, river: LaneContext, river_lane: Lane, hills: LaneContext,
    at: At, others: Callable[[int], Permit], then: datetime,
) -> None:  # fmt: skip
    second = Lane.objects.create(checkpoint=river_lane.checkpoint, name="Làn 2")
    at(infected.serial, then)
    at(others(1).serial, then, hills)
    at(others(2).serial, then, lane_context(second.pk, river.direction, river.officer_id))
    assert "Nobody else." in near(reader)


def test_each_is_named_once_at_their_nearest_and_codes_of_nobody_are_counted(
    reader: Client, infected: Permit, at: At, others: Callable[[int], Permit], then: datetime
) -> None:
    at(infected.serial, then)
    other = others(1)
    for minutes in (-9, -2, 7):
        at(other.serial, then + minutes * MINUTE)
    at("000190088888", then + MINUTE)
    at("000190088888", then + 3 * MINUTE)
    at("https://example.com/", then)
    page = near(reader)
    assert names(page) == ["Trần Thị Mẫu 1"]
    assert "2 minutes before" in page
    assert page.count("Without a permit") == 1
    assert "1 minute after" in page
    assert "1 code that named nobody" in page


def test_what_a_device_held_back_counts_when_it_was_held_up(
    reader: Client, infected: Permit, at: At, others: Callable[[int], Permit], then: datetime
) -> None:
    at(infected.serial, then, later=50 * MINUTE)
    at(others(1).serial, then + MINUTE, later=timedelta(hours=2))
    at(others(2).serial, then + 2 * MINUTE)
    at(others(3).serial, then + 3 * MINUTE, later=MINUTE)
    assert names(near(reader)) == [f"Trần Thị Mẫu {n}" for n in (1, 2, 3)]


def test_scans_of_one_car_are_one_passing(
    reader: Client, infected: Permit, at: At, others: Callable[[int], Permit], then: datetime
) -> None:
    at(infected.serial, then)
    at(infected.serial, then + 10 * MINUTE)
    at(infected.serial, then + 20 * MINUTE + SECOND)
    at(others(1).serial, then + 4 * MINUTE)
    page = near(reader, 1)
    assert page.count('data-testid="passing"') == 2
    assert names(page) == ["Trần Thị Mẫu 1"]
    assert "At the same time" in page


def test_from_a_scan_it_is_that_passing_alone(
    reader: Client, infected: Permit, at: At, others: Callable[[int], Permit], then: datetime
) -> None:
    first, _second = at(infected.serial, then), at(infected.serial, then + 60 * MINUTE)
    at(others(1).serial, then + MINUTE)
    at(others(2).serial, then + 61 * MINUTE)
    scan = look(reader, f"/scans/{first}/", **PURPOSE)
    number = scan.split("=")[1]
    page = shown(reader, look(reader, f"/contacts/within/{number}/", minutes=15))
    assert names(page) == ["Trần Thị Mẫu 1"]
    assert scans_on(shown(reader, look(reader, f"/trace/within/{number}/"))) == [first, _second]


@pytest.mark.parametrize("minutes", ["0", "121", "-5", "many", ""])
def test_minutes_have_bounds(reader: Client, minutes: str) -> None:
    look(reader, "/trace/", who=NUMBER, **PURPOSE)
    answer = reader.post("/contacts/within/1/", {"minutes": minutes})
    assert answer.status_code == 200
    assert errors(answer.content.decode())
    assert LookUp.objects.count() == 1


@pytest.mark.parametrize("minutes", [1, 120])
def test_within_the_bounds_it_is_looked_for(reader: Client, minutes: int) -> None:
    look(reader, "/trace/", who=NUMBER, **PURPOSE)
    assert look(reader, "/contacts/within/1/", minutes=minutes) == "/contacts/2/"
    assert look_ups.purpose_of(LookUp.objects.get(number=2)) == "case\nHồ sơ 12/BC"


def test_a_search_that_names_nobody_leads_to_no_trace(reader: Client) -> None:
    look(reader, "/search/")
    for path in ("/trace/within/1/", "/contacts/within/1/", "/contacts/within/99/"):
        assert reader.post(path, {"minutes": 15})["Location"] == "/trace/"


def test_a_district_sees_its_own_passings_alone(
    reader: Client, supervisor: User, infected: Permit, river_lane: Lane, hills: LaneContext,
    at: At, others: Callable[[int], Permit], then: datetime,
) -> None:  # fmt: skip
    north = District.objects.create(name="Bắc")
    river_lane.checkpoint.district = north
    river_lane.checkpoint.save()
    Supervision.objects.create(supervisor=supervisor).districts.add(north)
    mine, theirs = at(infected.serial, then), at(infected.serial, then + MINUTE, hills)
    at(others(1).serial, then)
    at(others(2).serial, then + MINUTE, hills)
    assert scans_on(shown(reader, look(reader, "/trace/", who=NUMBER, **PURPOSE))) == [mine]
    assert names(near(reader)) == ["Trần Thị Mẫu 1"]
    assert reader.get(f"/scans/{theirs}/").status_code == 404
    assert reader.post(f"/scans/{theirs}/", PURPOSE).status_code == 404


def test_both_lists_are_exported(
    reader: Client, infected: Permit, at: At, others: Callable[[int], Permit], then: datetime
) -> None:
    at(infected.serial, then)
    other = others(1)
    at(other.serial, then - MINUTE)
    traced = look(reader, "/trace/", who=NUMBER, **PURPOSE)
    assert len(table(reader.post(f"{traced}export/"))) == 2
    met = look(reader, "/contacts/within/1/", minutes=15)
    lines = table(reader.post(f"{met}export/"))
    assert lines[0].startswith("Passed at,Checkpoint,Lane,Minutes apart")
    # What begins with a minus is text to a spreadsheet.
    assert ",'-1," in lines[1]
    assert other.serial in lines[1]
    assert [row.kind for row in LookUp.objects.order_by("number")] == [
        "trace", "export", "contacts", "export",
    ]  # fmt: skip


def test_an_export_has_all_that_the_page_cuts_in_the_page_s_order(
    reader: Client, infected: Permit, at: At, then: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in (0, 20, 40):
        at(infected.serial, then + minutes * MINUTE)
    monkeypatch.setattr(finding, "MOST", 2)
    monkeypatch.setattr(contacts, "MOST_PASSINGS", 2)
    traced = look(reader, "/trace/", who=NUMBER, **PURPOSE)
    assert "Only the latest are shown." in shown(reader, traced)
    times = [line.split(",")[0] for line in table(reader.post(f"{traced}export/"))[1:]]
    assert len(times) == 3
    assert times == sorted(times)
    met = look(reader, "/contacts/within/1/", minutes=15)
    assert "Only the latest are shown." in shown(reader, met)


def test_nothing_personal_stands_in_an_address(reader: Client, infected: Permit) -> None:
    for address in (
        look(reader, "/trace/", who=NUMBER, **PURPOSE),
        look(reader, "/contacts/within/1/", minutes=15),
    ):
        assert re.fullmatch(r"/(trace|contacts)/\d+/", address)


def test_only_posts_change_anything(reader: Client) -> None:
    look(reader, "/trace/", who=NUMBER, **PURPOSE)
    for path in ("/trace/1/export/", "/trace/within/1/", "/contacts/within/1/"):
        answer: Any = reader.get(path)
        assert answer.status_code == 405
