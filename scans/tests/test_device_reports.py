"""Reports of "Test this device": what is kept, what is refused, who sees it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from scans import device_reports, devices
from scans.device_checks import CHECKS, STATES, VALUES
from scans.models import DeviceReport

pytestmark = pytest.mark.django_db
CAMERA = {"name": "camera", "code": "slow", "values": {"width": 1280, "height": 720, "frames": 7}}
SOUND = {"name": "sound", "code": "not_heard"}


@pytest.fixture
def phone(client: Client, officer: User) -> Client:
    """The officer's browser."""
    client.force_login(officer, backend="permits.roles.RoleBackend")
    return client


@pytest.fixture
def desk(supervisor: User) -> Client:
    client = Client()
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


def send(client: Client, content: Any) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post("/checkpoint/test/", body, content_type="application/json")


def test_a_report_is_shown_to_the_supervisors_in_words(
    phone: Client, desk: Client, officer: User
) -> None:
    assert send(phone, {"checks": [CAMERA, SOUND]}).status_code == 201
    report = DeviceReport.objects.get()
    assert (report.officer, report.device) == (officer, None)
    assert f"/devices/reports/{report.pk}/" in desk.get("/devices/").content.decode()
    page = desk.get(f"/devices/reports/{report.pk}/").content.decode()
    assert page.index('data-check="sound"') < page.index('data-check="camera"')
    assert 'data-check="camera" data-state="weak"' in page
    assert "The camera is slow." in page
    assert "1280 px wide · 720 px high · 7 pictures a second" in page
    assert 'data-check="sound" data-state="failed"' in page


def test_a_report_is_of_the_device_that_its_session_belongs_to(
    phone: Client, desk: Client, supervisor: User
) -> None:
    now = datetime.now(UTC)
    enrolment = devices.make_enrolment(device_name="Tablet 3", made_by=supervisor, now=now)
    phone.post(f"/enrol/{devices.code_of(enrolment)}/")
    send(phone, {"checks": [SOUND]})
    report = DeviceReport.objects.get()
    assert report.device is not None
    assert report.device.name == "Tablet 3"
    page = desk.get("/devices/").content.decode()
    assert "Last test of Tablet 3" in page
    assert 'data-state="failed">Something does not work' in page


def test_the_latest_report_stands_in_the_place_of_the_one_before(phone: Client) -> None:
    send(phone, {"checks": [CAMERA]})
    send(phone, {"checks": [SOUND]})
    assert [check["name"] for check in DeviceReport.objects.get().checks] == ["sound"]


BAD = {
    "not JSON": b"hello",
    "not UTF-8": b'{"checks": [{"name": "\xff", "code": "ok"}]}',
    "no object": [],
    "no checks": {"checks": []},
    "an unknown check": {"checks": [{"name": "owner", "code": "ok"}]},
    "an unknown code": {"checks": [{"name": "camera", "code": "Nguyễn Thị Mẫu"}]},
    "another check's code": {"checks": [{"name": "camera", "code": "heard"}]},
    "an unknown value": {"checks": [{**CAMERA, "values": {"owner": 1}}]},
    "another check's value": {"checks": [{**SOUND, "values": {"width": 1}}]},
    "a text as a value": {"checks": [{**CAMERA, "values": {"width": "000190012345"}}]},
    "a number too large": {"checks": [{**CAMERA, "values": {"width": 10**10}}]},
    "an unknown field": {"checks": [{**SOUND, "note": "x"}]},
    "a check twice": {"checks": [SOUND, SOUND]},
    "a JSON bomb": b'{"checks":' + b"[" * 3000,
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_report_is_refused_with_a_code(phone: Client, name: str) -> None:
    answer = send(phone, BAD[name])
    assert (answer.status_code, answer.json()) == (400, {"code": "bad_report"})
    assert not DeviceReport.objects.exists()


def test_a_report_has_at_most_four_kilobytes(phone: Client) -> None:
    report = json.dumps({"checks": [SOUND]}).encode()
    assert send(phone, report + b" " * (4097 - len(report))).status_code == 413
    assert send(phone, report + b" " * (4096 - len(report))).status_code == 201


def test_all_that_can_be_found_has_words_and_fits_in_a_report(phone: Client) -> None:
    for check in CHECKS.values():
        assert {state for state, _words in check.outcomes.values()} <= set(STATES)
        assert set(check.values) <= set(VALUES)
    largest = [
        {
            "name": name,
            "code": max(check.outcomes, key=len),
            "values": dict.fromkeys(check.values, -(10**9)),
        }
        for name, check in CHECKS.items()
    ]
    assert send(phone, {"checks": largest}).status_code == 201


def test_a_report_of_a_newer_release_is_shown_without_what_is_unknown(
    desk: Client, officer: User
) -> None:
    checks = [SOUND, {"name": "camera", "code": "of_another_release", "values": {}}]
    report = DeviceReport.objects.create(officer=officer, made_at=datetime.now(UTC), checks=checks)
    page = desk.get(f"/devices/reports/{report.pk}/").content.decode()
    assert 'data-check="sound"' in page
    assert 'data-check="camera"' not in page


def test_the_clock_is_the_server_s(phone: Client) -> None:
    before = datetime.now(UTC).timestamp() * 1000
    answer = phone.get("/checkpoint/test/clock/")
    after = datetime.now(UTC).timestamp() * 1000
    assert int(before) <= answer.json()["now"] <= after
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("checks", "state"),
    [
        ([("clock", "ok"), ("torch", "none"), ("light", "no_camera")], "ok"),
        ([("clock", "ok"), ("camera", "slow")], "weak"),
        ([("camera", "slow"), ("sound", "not_heard")], "failed"),
    ],
)
def test_a_device_is_as_good_as_its_gravest_fault(
    checks: list[tuple[str, str]], state: str
) -> None:
    found = [{"name": name, "code": code} for name, code in checks]
    assert device_reports.state_of(DeviceReport(checks=found)) == state
