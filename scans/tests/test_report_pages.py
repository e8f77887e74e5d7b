"""The report's pages, its files, and the exports of the other pages of supervisors."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from permits.roles import Role
from scans import devices
from scans.models import Act, Checkpoint, District, Lane, Supervision
from scans.tests.report_rows import a_passage, a_scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def rows_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_an_empty_day_is_said_kindly(reader: Client, today: date) -> None:
    answer = reader.get("/reports/")
    assert answer.status_code == 200
    assert "Nothing came by on this day" in answer.content.decode()
    assert reader.get(f"/reports/{today}/").status_code == 200


def test_today_and_an_earlier_day(
    reader: Client, river_lane: Lane, officer: User, today: date
) -> None:
    now = timezone.now()
    a_passage(river_lane, officer, now, Act.TURNED_BACK, a_scan(river_lane, officer, now))
    a_passage(river_lane, officer, now - timedelta(days=1), Act.PASSED)
    for address in ("/reports/", f"/reports/{today}/"):
        answer = reader.get(address)
        assert answer.context["report"].cars.not_let_in == 1
        assert "The day is not over" in answer.content.decode()
    yesterday = reader.get(f"/reports/{today - timedelta(days=1)}/")
    assert yesterday.context["report"].cars.passed == 1
    assert "The day is not over" not in yesterday.content.decode()


@pytest.mark.parametrize(("days", "said"), [(1, "still to come"), (-2, "nothing is kept")])
def test_a_day_that_there_is_nothing_of_leads_to_today(
    reader: Client, river_lane: Lane, officer: User, today: date, days: int, said: str
) -> None:
    a_passage(river_lane, officer, timezone.now() - timedelta(days=1), Act.PASSED)
    answer = reader.get(f"/reports/{today + timedelta(days=days)}/")
    text = answer.content.decode()
    assert answer.status_code == 404
    assert said in text
    assert 'href="/reports/"' in text


@pytest.mark.parametrize(
    "text", ["yesterday", "2021-02-30", "0000-00-00", "20210914", "9999-12-31"]
)
def test_nonsense_in_the_address_is_not_found(reader: Client, text: str) -> None:
    assert reader.get(f"/reports/{text}/").status_code == 404


def test_the_form_leads_to_a_day_and_nonsense_to_today(reader: Client) -> None:
    for typed, address in (
        ("2021-09-14", "/reports/2021-09-14/"),
        ("14.9.", "/reports/"),
        ("", "/reports/"),
    ):
        assert reader.get("/reports/choose/", {"day": typed})["Location"] == address


def test_the_report_as_files(reader: Client, river_lane: Lane, officer: User, today: date) -> None:
    now = timezone.now()
    a_passage(river_lane, officer, now, Act.TURNED_BACK, a_scan(river_lane, officer, now))
    answer = reader.get("/reports/?export=report.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="report-{today}.csv"'
    rows = rows_of(answer)
    assert ["Cầu Mẫu", "1", "0", "0", "1", "1", "0", "0", "1", "0", "0"] in rows
    assert rows[-1][0].startswith("# COMPLETE: ")
    book = load_workbook(io.BytesIO(reader.get("/reports/?export=report.xlsx").content))
    assert book["By checkpoint"]["E2"].value == 1
    with pypdfium2.PdfDocument(reader.get("/reports/?export=report.pdf").content) as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
    assert "Cầu Mẫu" in text
    for nonsense in ("report.exe", "others.csv", "report"):
        assert reader.get(f"/reports/?export={nonsense}").status_code == 404


def test_pages_and_files_hold_the_viewer_s_checkpoints_alone(
    reader: Client, supervisor: User, river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    Supervision.objects.create(supervisor=supervisor).districts.add(north)
    now = timezone.now()
    for lane in (river_lane, hill_lane):
        a_passage(lane, officer, now, Act.TURNED_BACK, a_scan(lane, officer, now))
    for address in ("/reports/", "/reports/?export=report.csv", "/passages/?export=acts.csv",
                    "/passages/?export=counts.csv"):  # fmt: skip
        answer = reader.get(address)
        text = answer.getvalue().decode() if answer.streaming else answer.content.decode()
        assert "Cầu Mẫu" in text
        assert "Đèo Mẫu" not in text
        assert "of your districts alone" in text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ISSUER, Role.ADMINISTRATOR, None])
@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "2021-09-14/"), ("get", "choose/"), ("post", "unsubscribe/"), ("post", ""),
     ("get", "?export=report.csv")],
)  # fmt: skip
def test_reports_are_for_supervisors(
    client: Client, make_user: Callable[..., User], role: Role | None, method: str, path: str
) -> None:
    if role is not None:
        client.force_login(make_user(role), backend="permits.roles.RoleBackend")
    answer = getattr(client, method)(f"/reports/{path}")
    assert answer.status_code == (302 if role is None else 403)
    if role is None:
        assert "/login/" in answer["Location"]


def test_acts_are_exported_with_the_filter_of_the_page_and_all_its_pages(
    reader: Client, river_lane: Lane, officer: User
) -> None:
    now = timezone.now()
    for _number in range(60):
        a_passage(river_lane, officer, now, Act.TURNED_BACK)
    a_passage(river_lane, officer, now, Act.LET_THROUGH, reason="emergency", undone=True)
    page = reader.get("/passages/?act=turned_back&page=2").content.decode()
    assert 'href="?act=turned_back&amp;export=acts.csv"' in page
    answer = reader.get("/passages/?act=turned_back&export=acts.csv")
    assert answer["X-Rows"] == "60"
    rows = rows_of(answer)
    assert len(rows) == 1 + 60 + 3
    assert rows[-2] == ["# Only: Turned back"]
    everything = rows_of(reader.get("/passages/?act=nonsense&export=acts.csv"))
    assert everything[1][1:4] == ["Let through", "Cầu Mẫu", "Làn 1"]
    assert everything[1][7:] == ["Emergency", timezone.localtime(now).strftime("%Y-%m-%d %H:%M:%S")]
    counts = rows_of(reader.get("/passages/?export=counts.csv"))
    assert counts[1] == ["Cầu Mẫu", "In", "60", "0", "60", "0"]


def test_devices_are_exported_those_that_were_cut_off_too(reader: Client, supervisor: User) -> None:
    now = timezone.now()
    for name in ("=Tablet 3", "Tablet 4"):
        made = devices.make_enrolment(device_name=name, made_by=supervisor, now=now)
        device, _secret = devices.enrol(code=devices.code_of(made), now=now)
    devices.cut_off(device.pk, by=supervisor, now=now)
    answer = reader.get("/devices/?export=devices.csv")
    assert answer["Cache-Control"] == "no-store"
    rows = {row[0]: row for row in rows_of(answer)}
    assert rows["'=Tablet 3"][7] == ""
    assert rows["Tablet 4"][7] == timezone.localtime(now).strftime("%Y-%m-%d %H:%M:%S")
