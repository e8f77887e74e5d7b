"""The supervisors' pages of devices, and those with which a device comes in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from permits.serials import format_serial
from scans import devices
from scans.models import Device, Enrolment, Lane, Supervision
from scans.tests.pictures import draw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def desk(client: Client, supervisor: User) -> Client:
    """The supervisor's browser, in English."""
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def tablet() -> Client:
    """The browser of the device that is to come in."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def code(supervisor: User) -> str:
    now = datetime.now(UTC)
    enrolment = devices.make_enrolment(device_name="Tablet 3", made_by=supervisor, now=now)
    return devices.code_of(enrolment)


def expire() -> None:
    Enrolment.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))


def test_a_named_device_gets_a_code_to_scan_and_to_type(desk: Client) -> None:
    page = desk.post("/devices/", {"name": "  Tablet 3 "}, follow=True)
    enrolment = Enrolment.objects.get()
    assert page.redirect_chain == [(f"/devices/enrol/{enrolment.pk}/", 302)]
    assert enrolment.device_name == "Tablet 3"
    assert devices.code_of(enrolment) in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert desk.get(f"/devices/enrol/{enrolment.pk}/state/").json()["state"] == "waiting"
    symbol = desk.get(f"/devices/enrol/{enrolment.pk}/code.svg")
    assert symbol.headers["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Give the device a name."), ("Tablet 3", "is enrolled already"), ("x" * 61, "60")],
)
def test_a_name_that_will_not_do_is_said(desk: Client, code: str, name: str, said: str) -> None:
    devices.enrol(code=code, now=datetime.now(UTC))
    page = desk.post("/devices/", {"name": name})
    assert said in page.content.decode()
    assert Enrolment.objects.count() == 1


def test_the_supervisor_s_page_says_when_the_device_has_come(desk: Client, code: str) -> None:
    address = f"/devices/enrol/{Enrolment.objects.get().pk}/"
    devices.enrol(code=code, now=datetime.now(UTC))
    assert desk.get(f"{address}state/").json() == {"state": "used", "seconds": 0}
    page = desk.get(address).content.decode()
    assert "Tablet 3 is enrolled" in page
    assert code not in page
    assert desk.get(f"{address}code.svg").status_code == 404


def test_the_supervisor_s_page_says_when_the_code_has_expired(desk: Client, code: str) -> None:
    address = f"/devices/enrol/{Enrolment.objects.get().pk}/"
    expire()
    assert desk.get(f"{address}state/").json() == {"state": "expired", "seconds": 0}
    page = desk.get(address).content.decode()
    assert "This code has expired" in page
    assert code not in page


def test_to_look_at_the_address_enrols_nothing(tablet: Client, code: str) -> None:
    page = tablet.get(f"/enrol/{code}/")
    assert "This device becomes “Tablet 3”" in page.content.decode()
    assert "device" not in page.cookies
    assert not Device.objects.exists()


def test_to_confirm_gives_the_device_its_cookie(tablet: Client, code: str) -> None:
    page = tablet.post(f"/enrol/{code}/")
    cookie = page.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        True,
        "Lax",
        400 * 86_400,
    )
    assert devices.device_of_secret(cookie.value) == Device.objects.get(name="Tablet 3")
    assert "This device is now “Tablet 3”" in page.content.decode()


def test_on_https_the_cookie_never_goes_in_clear(
    tablet: Client, code: str, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert tablet.post(f"/enrol/{code}/").cookies["device"]["secure"] is True


def test_a_typed_code_leads_to_its_page(tablet: Client, code: str) -> None:
    page = tablet.post("/enrol/", {"code": f" {code.lower()} "})
    assert (page.status_code, page["Location"]) == (302, f"/enrol/{code}/")


@pytest.mark.parametrize("typed", ["", "123", "ABCDE-FGHJK"])
def test_what_is_no_code_is_said_at_once(tablet: Client, typed: str) -> None:
    page = tablet.post("/enrol/", {"code": typed})
    assert page.status_code == 400
    assert f'data-code="{"mistyped" if typed else "empty"}"' in page.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_code_that_lets_nobody_in_says_why(tablet: Client, code: str, method: str) -> None:
    def said(code: str) -> str:
        page: Any = getattr(tablet, method)(f"/enrol/{code}/")
        assert page.status_code == 400
        assert "device" not in page.cookies
        return str(page.content.decode().split('data-code="')[1].split('"')[0])

    assert said(format_serial(5)) == "unknown"
    assert said("nonsense") == "mistyped"
    expire()
    assert said(code) == "expired"
    Enrolment.objects.update(used_at=datetime.now(UTC))
    assert said(code) == "used"


def test_each_network_may_try_so_many_and_no_more(
    tablet: Client, code: str, settings: Settings
) -> None:
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "enrolments": "2/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    answers = [tablet.get(f"/enrol/{format_serial(5)}/") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [400, 400]
    refused = tablet.post(f"/enrol/{code}/")
    assert (refused.status_code, Device.objects.count()) == (429, 0)
    assert int(refused["Retry-After"]) > 0


def picture(*texts: str) -> dict[str, SimpleUploadedFile]:
    return {"picture": SimpleUploadedFile("frame.jpg", draw(*texts), "image/jpeg")}


def test_the_camera_s_picture_gives_the_code_and_nothing_else(tablet: Client) -> None:
    code = format_serial(77)
    sent = tablet.post("/enrol/picture/", picture(f"https://gate.test/enrol/{code}/"))
    assert sent.json() == {"found": "code", "code": code}
    for text in ("https://gate.test/", "https://gate.test/enrol/ABCDE-FGHJK/", "http://[x/enrol/"):
        answer = tablet.post("/enrol/picture/", picture(text))
        assert answer.json() == {"found": "other_code", "code": None}
    assert tablet.post("/enrol/picture/", picture()).json()["found"] == "no_code"
    assert tablet.post("/enrol/picture/", {}).status_code == 400


def test_cutting_off_asks_first_and_works_without_a_script(desk: Client, code: str) -> None:
    device, _secret = devices.enrol(code=code, now=datetime.now(UTC))
    address = f"/devices/{device.pk}/cut-off/"
    assert "Cut off Tablet 3?" in desk.get(address).content.decode()
    assert devices.is_ours(device.pk)
    page = desk.post(address, follow=True).content.decode()
    assert "Tablet 3 is cut off." in page
    assert not devices.is_ours(device.pk)
    assert "is cut off already" in desk.get(address).content.decode()
    assert "was cut off before" in desk.post(address, follow=True).content.decode()
    assert desk.get("/devices/999/cut-off/").status_code == 404


def test_the_list_says_at_which_lane_a_device_is(desk: Client, code: str, river_lane: Lane) -> None:
    now = datetime.now(UTC)
    device, _secret = devices.enrol(code=code, now=now)
    devices.at_lane(device.pk, river_lane.pk, now=now)
    assert "Now at Cầu Mẫu · Làn 1" in desk.get("/devices/").content.decode()
    nowhere = Supervision.objects.create(supervisor=User.objects.get())
    assert "Now at" not in desk.get("/devices/").content.decode(), "of no district of theirs"
    nowhere.delete()
    Device.objects.update(at_lane_at=now - timedelta(hours=1))
    assert "Now at" not in desk.get("/devices/").content.decode()


def test_a_form_of_another_site_enrols_and_cuts_off_nothing(supervisor: User, code: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(supervisor, backend="permits.roles.RoleBackend")
    assert strict.post(f"/enrol/{code}/").status_code == 403
    assert strict.post("/devices/", {"name": "x"}).status_code == 403
    assert not Device.objects.exists()
