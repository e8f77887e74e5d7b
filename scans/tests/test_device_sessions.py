"""A session belongs to its device: cut off, nothing of it works, neither pages nor sockets."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from permits.roles import Role
from scans import devices, protocol
from scans.models import Device, Lane
from scans.tests.conftest import socket

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def enrolled(client: Client, supervisor: User, name: str = "Tablet 3") -> Device:
    """Make this browser a device, as its user does."""
    now = datetime.now(UTC)
    enrolment = devices.make_enrolment(device_name=name, made_by=supervisor, now=now)
    answer = client.post(f"/enrol/{devices.code_of(enrolment)}/")
    assert answer.status_code == 200
    return Device.objects.get(name=name, cut_off_at=None)


def log_in(client: Client, user: User) -> None:
    client.force_login(user, backend="permits.roles.RoleBackend")


def cut_off(device: Device, by: User) -> None:
    assert devices.cut_off(device.pk, by=by, now=datetime.now(UTC))


def test_a_device_that_is_cut_off_is_logged_out_and_told(
    client: Client, officer: User, supervisor: User
) -> None:
    device = enrolled(client, supervisor)
    log_in(client, officer)
    assert client.get("/checkpoint/").status_code == 200
    cut_off(device, supervisor)
    told = client.get("/checkpoint/")
    assert told.status_code == 403
    assert "scans/devices/cut_off_here.html" in [one.name for one in told.templates]
    assert client.get("/checkpoint/")["Location"].startswith("/login/")


def test_deleting_the_cookie_does_not_help(client: Client, officer: User, supervisor: User) -> None:
    device = enrolled(client, supervisor)
    log_in(client, officer)
    client.get("/checkpoint/")
    cut_off(device, supervisor)
    del client.cookies["device"]
    assert client.get("/checkpoint/").status_code == 403


def test_logging_in_on_a_device_that_is_cut_off_does_not_help(
    client: Client, officer: User, supervisor: User
) -> None:
    device = enrolled(client, supervisor)
    cut_off(device, supervisor)
    log_in(client, officer)
    assert client.get("/checkpoint/").status_code == 403


def test_a_device_whose_row_has_gone_is_cut_off_too(
    client: Client, officer: User, supervisor: User
) -> None:
    device = enrolled(client, supervisor)
    log_in(client, officer)
    client.get("/checkpoint/")
    device.delete()
    assert client.get("/checkpoint/").status_code == 403


def test_a_program_gets_a_code(client: Client, officer: User, supervisor: User) -> None:
    device = enrolled(client, supervisor)
    log_in(client, officer)
    client.get("/checkpoint/")
    cut_off(device, supervisor)
    answer = client.get("/checkpoint/test/clock/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (403, {"code": "device_cut_off"})


def test_other_devices_work_on(client: Client, officer: User, supervisor: User) -> None:
    gone = enrolled(client, supervisor)
    other, plain = Client(), Client()
    enrolled(other, supervisor, "Tablet 4")
    for each in (other, plain):
        log_in(each, officer)
    cut_off(gone, supervisor)
    assert other.get("/checkpoint/").status_code == 200
    assert plain.get("/checkpoint/").status_code == 200


def test_a_cut_off_device_can_be_enrolled_anew(
    client: Client, officer: User, supervisor: User
) -> None:
    cut_off(enrolled(client, supervisor), supervisor)
    enrolled(client, supervisor)
    log_in(client, officer)
    assert client.get("/checkpoint/").status_code == 200


def test_where_it_is_asked_for_officers_need_an_enrolled_device(
    client: Client, officer: User, supervisor: User, settings: Settings
) -> None:
    settings.ENROLLED_DEVICES_ONLY = True
    log_in(client, officer)
    refused = client.get("/checkpoint/")
    assert refused.status_code == 403
    assert "/enrol/" in refused.content.decode()
    assert client.get("/checkpoint/test/").status_code == 200
    enrolled(client, supervisor)  # the session that is there becomes the device's
    assert client.get("/checkpoint/").status_code == 200


def test_the_page_s_own_requests_need_one_too(
    client: Client, officer: User, supervisor: User, settings: Settings
) -> None:
    settings.ENROLLED_DEVICES_ONLY = True
    log_in(client, officer)
    refused = client.post("/checkpoint/lock/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_enrolled")
    enrolled(client, supervisor)
    assert client.post("/checkpoint/lock/").status_code == 200


@pytest.mark.parametrize("keeps_cookie", [True, False])
def test_a_hand_over_stays_on_the_device(
    client: Client,
    officer: User,
    supervisor: User,
    make_user: Callable[..., User],
    keeps_cookie: bool,
) -> None:
    make_user(Role.OFFICER, username="next")
    device = enrolled(client, supervisor)
    log_in(client, officer)
    client.get("/checkpoint/")
    if not keeps_cookie:
        del client.cookies["device"]
    successor = {"username": "next", "password": "a long passphrase"}
    assert client.post("/checkpoint/hand-over/", successor).status_code == 200
    assert client.session["device"] == device.pk
    cut_off(device, supervisor)
    assert client.get("/checkpoint/").status_code == 403


def test_a_login_belongs_to_its_device_before_any_page_was_opened(
    client: Client, officer: User, supervisor: User
) -> None:
    device = enrolled(client, supervisor)
    form = {"username": officer.username, "password": "a long passphrase"}
    assert client.post("/login/", form).status_code == 302
    assert client.session["device"] == device.pk


def test_supervisors_need_none(client: Client, supervisor: User, settings: Settings) -> None:
    settings.ENROLLED_DEVICES_ONLY = True
    log_in(client, supervisor)
    assert client.get("/devices/").status_code == 200
    assert client.get("/dashboard/").status_code == 200


async def open_lane(client: Client, lane: Lane) -> Any:
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    page = socket(f"/ws/lanes/{lane.pk}/in/", cookie=cookie)
    await page.connect(timeout=5)
    return page


async def close_code(page: Any) -> int:
    closed = await page.receive_output(timeout=5)
    assert closed["type"] == "websocket.close"
    return int(closed["code"])


@sync_to_async
def at_work(client: Client, officer: User, supervisor: User) -> Device:
    device = enrolled(client, supervisor)
    log_in(client, officer)
    client.get("/checkpoint/")
    return device


async def test_cutting_off_closes_the_open_lane_with_its_own_code(
    client: Client, officer: User, supervisor: User, river_lane: Lane
) -> None:
    device = await at_work(client, officer, supervisor)
    page = await open_lane(client, river_lane)
    assert (await page.receive_json_from(timeout=5))["type"] == "shift"
    await sync_to_async(cut_off)(device, supervisor)
    assert await close_code(page) == protocol.CLOSE_DEVICE_CUT_OFF


async def test_without_the_hint_the_lane_finds_out_by_itself(
    client: Client, officer: User, supervisor: User, river_lane: Lane, settings: Settings
) -> None:
    settings.SOCKET_RECHECK_SECONDS = 0.05
    device = await at_work(client, officer, supervisor)
    page = await open_lane(client, river_lane)
    await page.receive_json_from(timeout=5)
    await Device.objects.filter(pk=device.pk).aupdate(cut_off_at=datetime.now(UTC))
    assert await close_code(page) == protocol.CLOSE_DEVICE_CUT_OFF


async def test_a_session_of_a_cut_off_device_opens_no_lane(
    client: Client, officer: User, supervisor: User, river_lane: Lane
) -> None:
    device = await at_work(client, officer, supervisor)
    await sync_to_async(cut_off)(device, supervisor)
    page = await open_lane(client, river_lane)
    assert await close_code(page) == protocol.CLOSE_DEVICE_CUT_OFF


async def test_the_same_officer_s_lane_on_another_device_stays_open(
    client: Client, officer: User, supervisor: User, river_lane: Lane
) -> None:
    device = await at_work(client, officer, supervisor)
    other = Client()
    await sync_to_async(log_in)(other, officer)
    page = await open_lane(other, river_lane)
    await page.receive_json_from(timeout=5)
    await sync_to_async(cut_off)(device, supervisor)
    await page.send_json_to({"type": "ping", "sent_at": 1})
    assert (await page.receive_json_from(timeout=5))["type"] == "pong"
    await page.disconnect()


@pytest.mark.parametrize("only", [False, True])
async def test_where_it_is_asked_for_a_lane_needs_an_enrolled_device(
    client: Client, officer: User, river_lane: Lane, settings: Settings, only: bool
) -> None:
    settings.ENROLLED_DEVICES_ONLY = only
    await sync_to_async(log_in)(client, officer)
    page = await open_lane(client, river_lane)
    if only:
        assert await close_code(page) == protocol.CLOSE_NOT_ENROLLED
    else:
        assert (await page.receive_json_from(timeout=5))["type"] == "shift"
        await page.disconnect()


async def test_an_enrolled_device_s_lane_opens_and_says_where_it_is(
    client: Client, officer: User, supervisor: User, river_lane: Lane, settings: Settings
) -> None:
    settings.ENROLLED_DEVICES_ONLY = True
    device = await at_work(client, officer, supervisor)
    page = await open_lane(client, river_lane)
    assert (await page.receive_json_from(timeout=5))["type"] == "shift"
    await page.send_json_to({"type": "ping", "sent_at": 1})
    await page.receive_json_from(timeout=5)
    await device.arefresh_from_db()
    assert device.lane_id == river_lane.pk
    await page.disconnect()


async def test_a_lane_that_is_gone_is_said_on_an_enrolled_device_too(
    client: Client, officer: User, supervisor: User
) -> None:
    await at_work(client, officer, supervisor)
    page = await open_lane(client, Lane(pk=999))
    assert await close_code(page) == protocol.CLOSE_NO_SUCH_LANE
    await page.disconnect()


async def test_the_socket_of_the_test_answers_a_ping(
    client: Client, officer: User, settings: Settings
) -> None:
    settings.ENROLLED_DEVICES_ONLY = True  # to test a device it need not be enrolled
    await sync_to_async(log_in)(client, officer)
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    page = socket("/ws/test/", cookie=cookie)
    await page.connect(timeout=5)
    await page.send_json_to({"type": "open_gate"})
    assert (await page.receive_json_from(timeout=5))["code"] == "bad_message"
    await page.send_json_to({"type": "ping", "sent_at": 7})
    assert (await page.receive_json_from(timeout=5))["sent_at"] == 7
    await page.disconnect()


def test_no_page_fails_because_it_could_not_be_written_when_a_device_was_seen(
    client: Client, officer: User, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(client, supervisor)
    log_in(client, officer)

    def full(*_arguments: object, **_options: object) -> None:
        raise OperationalError("the disk is full")

    monkeypatch.setattr(devices, "seen", full)
    assert client.get("/checkpoint/").status_code == 200
