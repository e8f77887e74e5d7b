"""The supervisors' tables to take away: what the page shows, and of nobody else's checkpoints."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits.roles import Role
from scans import instructions, tallies
from scans.instruction_reach import Target
from scans.models import Checkpoint, District, Lane, Supervision
from scans.tests.alerts import see
from scans.tests.instructing import give, work_at
from scans.tests.looking import PURPOSE, look, table
from scans.tests.report_rows import a_scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def scanned(river_lane: Lane, hill_lane: Lane, officer: User) -> None:
    now = timezone.now()
    a_scan(river_lane, officer, now - timedelta(seconds=30), outcome="refuse", reason="expired")
    a_scan(hill_lane, officer, now - timedelta(seconds=20))


def of_hills(supervisor: User, hill_lane: Lane) -> None:
    """They see the checkpoint in the hills alone."""
    south = District.objects.create(name="Phía Nam")
    Checkpoint.objects.filter(pk=hill_lane.checkpoint_id).update(district=south)
    Supervision.objects.create(supervisor=supervisor).districts.add(south)


def rows(client: Client, address: str) -> list[dict[str, str]]:
    """Of an export's only table."""
    return list(csv.DictReader(table(client.get(address))))


def column(found: list[dict[str, str]], name: str) -> list[str]:
    return [row[name] for row in found]


@pytest.mark.usefixtures("scanned")
def test_the_board_goes_out_the_most_urgent_first(pages: Client, hill_lane: Lane) -> None:
    see("a:1", now=timezone.now(), checkpoint_id=hill_lane.checkpoint_id)
    hills, river = rows(pages, "/dashboard/?export=board.csv")
    assert (hills["Checkpoint"], hills["Needs attention"]) == ("Đèo Mẫu", "Alert; Nobody on shift")
    assert (river["Checkpoint"], river["Needs attention"]) == ("Cầu Mẫu", "Nobody on shift")
    assert (river["Scans a minute"], river["Do not let pass, last hour"], river["Median time"]) == (
        "1", "1", "40",
    )  # fmt: skip


@pytest.mark.usefixtures("scanned")
def test_the_feed_goes_out_the_newest_first_and_a_lane_s_page_has_its_own(
    pages: Client, river_lane: Lane
) -> None:
    found = rows(pages, "/dashboard/?export=scans.csv")
    assert column(found, "Checkpoint") == ["Đèo Mẫu", "Cầu Mẫu"]
    assert (found[1]["Verdict"], found[1]["Reason"]) == (
        "Do not let pass",
        "The permit has expired",
    )
    for address in (f"/checkpoints/{river_lane.checkpoint_id}/", f"/lanes/{river_lane.pk}/"):
        assert column(rows(pages, f"{address}?export=scans.csv"), "Checkpoint") == ["Cầu Mẫu"]
        assert pages.get(f"{address}?export=board.csv").status_code == 404


@pytest.mark.usefixtures("scanned")
def test_a_district_s_exports_have_the_district_s_alone(
    pages: Client, supervisor: User, river_lane: Lane, hill_lane: Lane
) -> None:
    give(supervisor, Target(lane_id=river_lane.pk), now=timezone.now())
    of_hills(supervisor, hill_lane)
    for name in ("board", "scans"):
        found = rows(pages, f"/dashboard/?export={name}.csv")
        assert column(found, "Checkpoint") == ["Đèo Mẫu"]
    answer = pages.get("/dashboard/?export=board.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "The checkpoints of your districts alone." in text
    assert rows(pages, "/instructions/?export=instructions.csv") == []
    address = f"/lanes/{river_lane.pk}/?export=scans.csv"
    assert pages.get(address).status_code == 404


@pytest.mark.usefixtures("scanned")
def test_the_numbers_of_all_charts_go_out_in_one_file(pages: Client, river_lane: Lane) -> None:
    tallies.keep_up(timezone.now())
    lines = table(pages.get("/charts/?range=7&export=charts.csv"))
    assert "The permit has expired,Do not let pass,1" in lines
    assert "Cầu Mẫu,1" in lines
    assert "Đèo Mẫu,1" in lines
    only = f"/charts/?range=7&checkpoint={river_lane.checkpoint_id}&export=charts.csv"
    assert "Đèo Mẫu,1" not in table(pages.get(only))
    assert pages.get("/charts/?range=7&export=board.csv").status_code == 404
    wrong = pages.get("/charts/?range=own&first=2021-09-09&last=2021-09-01&export=charts.csv")
    assert "The end lies before the beginning." in wrong.content.decode()


def test_instructions_go_out_with_how_many_confirmed(
    pages: Client, supervisor: User, officer: User, river_lane: Lane
) -> None:
    now = timezone.now()
    shift = work_at(river_lane.pk, officer, now=now)
    one = give(supervisor, Target(lane_id=river_lane.pk), now=now, text="Dừng hướng Hà Nam")
    give(supervisor, Target(), now=now, text="Chờ")
    instructions.confirm(
        one.pk, lane_id=river_lane.pk, officer_id=officer.pk, shift_id=shift.pk, now=now
    )
    everywhere, here = rows(pages, "/instructions/?export=instructions.csv")
    assert (everywhere["Where"], everywhere["Confirmed"]) == ("All checkpoints", "0")
    assert (here["Text"], here["Where"], here["Confirmed"]) == (
        "Dừng hướng Hà Nam", str(river_lane), "1",
    )  # fmt: skip


def test_the_access_log_goes_out_to_administrators_alone(
    pages: Client, make_user: Callable[..., User]
) -> None:
    look(pages, "/trace/", who="000190012345", **PURPOSE)
    assert pages.get("/access-log/?export=log.csv").status_code == 403
    administrator: Any = make_user(Role.ADMINISTRATOR)
    pages.force_login(administrator, backend="permits.roles.RoleBackend")
    [row] = rows(pages, "/access-log/?export=log.csv")
    assert (row["Looked for"], row["Found"]) == ("••••2345", "0")
    assert row["Purpose"].endswith("Hồ sơ 12/BC")
    assert rows(pages, "/access-log/?kind=search&export=log.csv") == []
