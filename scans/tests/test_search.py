"""Search: who finds what, what is asked for first, and what is told when there is nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits.models import Permit
from scans import look_ups
from scans.evidence import LaneContext
from scans.models import District, Lane, LookUp, Supervision
from scans.tests.checks import MINUTE, NUMBER, check_one
from scans.tests.looking import PURPOSE, errors, look, number_in, scans_on, shown, table

pytestmark = pytest.mark.django_db
OTHER = "000190099999"


@pytest.fixture
def reader(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def scanned(permit: Permit, river: LaneContext, hills: LaneContext, now: datetime) -> list[str]:
    """By code at the river, by card number in the hills, and somebody else's number there."""
    ids: list[UUID] = []
    for payload, lane, minutes in (
        (permit.serial, river, 30),
        (NUMBER, hills, 20),
        (OTHER, hills, 10),
    ):
        ids.append(check_one(payload, lane, now=now - minutes * MINUTE).scan_id)
    return [str(scan_id) for scan_id in ids]


def test_a_search_by_place_and_time_needs_no_purpose_and_names_nobody(
    reader: Client, scanned: list[str], permit: Permit
) -> None:
    address = look(reader, "/search/", who="", purpose="", purpose_text="")
    page = shown(reader, address)
    assert scans_on(page) == scanned[::-1]
    assert permit.holder.full_name not in page
    assert permit.serial not in page
    kept = LookUp.objects.get()
    assert (kept.kind, kept.found, kept.about_digest, look_ups.purpose_of(kept)) == (
        "search",
        3,
        "",
        "",
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (NUMBER, [1, 0]),
        ("000190 012 345", [1, 0]),
        (OTHER, [2]),
        ("000190011111", []),
        ("nguyen thi mau", [1, 0]),
        ("NGUYỄN THỊ", [1, 0]),
        ("Trần", []),
        ("99A-123.45", [1, 0]),
        ("99B-123.45", []),
        ("190012345", []),
    ],
)
def test_a_person_is_found_by_anything(
    reader: Client, scanned: list[str], typed: str, found: list[int]
) -> None:
    address = look(reader, "/search/", who=typed, **PURPOSE)
    assert scans_on(shown(reader, address)) == [scanned[place] for place in found]


def test_by_serial_too_and_then_the_holder_is_named(
    reader: Client, scanned: list[str], permit: Permit
) -> None:
    page = shown(reader, look(reader, "/search/", who=permit.serial.lower(), **PURPOSE))
    assert scans_on(page) == [scanned[1], scanned[0]]
    assert permit.holder.full_name in page
    assert NUMBER not in page
    assert "••••2345" in page


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"who": NUMBER}, "Say what for"),
        ({"who": NUMBER, "purpose": "other", "purpose_text": "1234567"}, "Say which purpose"),
        ({"who": "00019001234", **PURPOSE}, "This one has 11."),
        ({"who": "12-34-x", **PURPOSE}, "neither a serial"),
        ({"who": "?", **PURPOSE}, "at least two letters"),
        ({"since": "2021-09-14T10:00", "until": "2021-09-14T10:00"}, "end lies before"),
        ({"until": "9999-12-31T23:59"}, "There are no scans of this year."),
        ({"since": "0001-01-01T00:00"}, "There are no scans of this year."),
        ({"since": "2999-09-14T10:00"}, "not come yet"),
        ({"since": "2021-09-14T10:00"}, "at most 31 days"),
        ({"since": "yesterday"}, "valid"),
        ({"outcome": "maybe"}, "valid choice"),
        ({"checkpoint": "9999"}, "valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_shown(
    reader: Client, scanned: list[str], fields: dict[str, str], fault: str
) -> None:
    answer = reader.post("/search/", fields)
    assert answer.status_code == 200
    assert fault in " ".join(errors(answer.content.decode()))
    assert not LookUp.objects.exists()


def test_another_purpose_with_eight_letters_is_enough(reader: Client) -> None:
    look(reader, "/search/", who=NUMBER, purpose="other", purpose_text="12345678")


def test_place_verdict_and_time_narrow_it(
    reader: Client, scanned: list[str], river_lane: Lane, now: datetime
) -> None:
    def found(**fields: object) -> list[str]:
        return scans_on(shown(reader, look(reader, "/search/", **fields)))

    def minutes_ago(minutes: int) -> str:
        return timezone.localtime(now - minutes * MINUTE).strftime("%Y-%m-%dT%H:%M")

    assert found(checkpoint=river_lane.checkpoint_id) == [scanned[0]]
    assert found(outcome="refuse") == [scanned[2]]
    assert found(since=minutes_ago(25)) == [scanned[2], scanned[1]]
    assert found(until=minutes_ago(15)) == [scanned[1], scanned[0]]
    assert found(since=minutes_ago(9)) == []


def test_nothing_found_is_said_kindly(reader: Client) -> None:
    page = shown(reader, look(reader, "/search/", who=NUMBER, **PURPOSE))
    assert "Nothing was found." in page
    assert LookUp.objects.get().found == 0


def test_no_address_and_no_log_has_what_was_typed(
    reader: Client, scanned: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        address = look(reader, "/search/", who=NUMBER, **PURPOSE)
        shown(reader, address)
    assert address == "/search/1/"
    ours = [
        one for one in caplog.records if one.name.startswith(("scans", "permits", "django.req"))
    ]
    assert not any(NUMBER in one.getMessage() or "12/BC" in one.getMessage() for one in ours)


def test_pages_follow_each_other(
    reader: Client, scanned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scans.views.search.ON_A_PAGE", 2)
    address = look(reader, "/search/")
    assert scans_on(shown(reader, address)) == scanned[:0:-1]
    assert scans_on(shown(reader, f"{address}?page=2")) == [scanned[0]]
    assert scans_on(shown(reader, f"{address}?page=nonsense")) == scanned[:0:-1]


def test_more_than_is_shown_is_said(
    reader: Client, scanned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scans.tracing.finding.MOST", 2)
    address = look(reader, "/search/")
    assert "more than is shown" in shown(reader, address)
    monkeypatch.setattr("scans.tracing.finding.MOST", 3)
    assert "more than is shown" not in shown(reader, address)


def test_a_district_s_supervisor_finds_that_district_s_scans_alone(
    reader: Client, supervisor: User, scanned: list[str], river_lane: Lane
) -> None:
    north = District.objects.create(name="Bắc")
    river_lane.checkpoint.district = north
    river_lane.checkpoint.save()
    everything = look(reader, "/search/", who=NUMBER, **PURPOSE)
    Supervision.objects.create(supervisor=supervisor).districts.add(north)
    assert scans_on(shown(reader, everything)) == [scanned[0]]
    answer = reader.post(f"{everything}export/")
    assert len(table(answer)) == 2
    assert scans_on(shown(reader, look(reader, "/search/"))) == [scanned[0]]
    assert LookUp.objects.last().checkpoint_ids == [river_lane.checkpoint_id]  # type: ignore[union-attr]


def test_another_s_or_an_old_look_up_opens_for_nobody(
    reader: Client, supervisor: User, make_user: Callable[..., User], scanned: list[str]
) -> None:
    address = look(reader, "/search/", who=NUMBER, **PURPOSE)
    other = make_user(username="other")
    other.groups.set(supervisor.groups.all())
    reader.force_login(other, backend="permits.roles.RoleBackend")
    for answer in (reader.get(address), reader.post(f"{address}export/")):
        assert (answer.status_code, answer["Location"]) == (302, "/search/")
    reader.force_login(supervisor, backend="permits.roles.RoleBackend")
    assert reader.get(address).status_code == 200
    LookUp.objects.update(made_at=timezone.now() - look_ups.HOLDS - timedelta(seconds=9))
    assert reader.get(address).status_code == 302
    assert reader.get("/trace/1/").status_code == 302


def test_an_officer_does_not_search(client: Client, officer: User, supervisor: User) -> None:
    client.force_login(officer, backend="permits.roles.RoleBackend")
    for path in ("/search/", "/search/1/", "/trace/", "/trace/1/", "/contacts/1/", "/access-log/"):
        assert client.get(path).status_code == 403
    assert client.post("/search/", {}).status_code == 403
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    assert client.get("/access-log/").status_code == 403


def test_an_export_is_kept_and_its_cells_compute_nothing(
    reader: Client, scanned: list[str], permit: Permit
) -> None:
    permit.holder.full_name = "=cmd|' /C calc'!A0"
    permit.holder.save()
    address = look(reader, "/search/", who=NUMBER, **PURPOSE)
    answer = reader.post(f"{address}export/")
    assert answer["Content-Disposition"] == 'attachment; filename="search-1.csv"'
    lines = table(answer)
    assert lines[0].startswith("Held up at,Checkpoint,Lane,Direction,Verdict,Reasons")
    assert len(lines) == 3
    assert "'=cmd|" in lines[1]
    assert NUMBER not in "".join(lines)
    export = LookUp.objects.last()
    assert export is not None
    assert (export.kind, export.within, export.found) == ("export", number_in(address), 2)


def test_an_export_of_a_place_names_nobody(
    reader: Client, scanned: list[str], permit: Permit
) -> None:
    lines = table(reader.post(f"{look(reader, '/search/')}export/"))
    assert len(lines) == 4
    assert permit.holder.full_name not in "".join(lines)


@pytest.mark.parametrize(("ending", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_an_export_is_a_workbook_or_a_paper_too(
    reader: Client, scanned: list[str], ending: str, begins: bytes
) -> None:
    answer = reader.post(f"{look(reader, '/search/')}export/", {"as": ending})
    assert answer["Content-Disposition"] == f'attachment; filename="search-1.{ending}"'
    assert answer.content.startswith(begins)


def test_another_kind_of_file_there_is_not(reader: Client, scanned: list[str]) -> None:
    address = look(reader, "/search/")
    assert reader.post(f"{address}export/", {"as": "exe"}).status_code == 404
    assert LookUp.objects.last().kind == "search"  # type: ignore[union-attr]
