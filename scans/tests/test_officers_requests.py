"""What the checkpoint page asks over HTTP: lock, hand-over, stills, a driver's declaration."""

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from PIL import Image

from permits.models import Holder, Permit
from permits.roles import Role
from permits.verdict import Direction
from scans import access, pins, protocol, shifts, stills
from scans.models import Lane, OfficerPin, Shift, Still
from scans.tests.conftest import now_ms
from scans.tests.pictures import draw

pytestmark = pytest.mark.django_db
PASSWORD = "a long passphrase"
BACKEND = "permits.roles.RoleBackend"
REQUESTS = ["lock", "unlock", "pin", "hand-over", "stills", "card", "declare"]


@pytest.fixture
def at_lane(client: Client, officer: User) -> Client:
    """An officer's page."""
    client.force_login(officer, backend=BACKEND)
    return client


def ask(at_lane: Client, what: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    """A request of the page: its status and answer."""
    response = at_lane.post(f"/checkpoint/{what}/", fields)
    return response.status_code, response.json()


@pytest.mark.parametrize("role", [None, Role.SUPERVISOR, Role.ISSUER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("what", REQUESTS)
def test_only_officers_ask(
    client: Client, make_user: Callable[..., User], what: str, role: Role | None
) -> None:
    if role:
        client.force_login(make_user(role), backend=BACKEND)
    status, answer = ask(client, what)
    expected = (403, "wrong_role") if role else (401, "not_logged_in")
    assert (status, answer["code"]) == expected


@pytest.mark.parametrize("what", REQUESTS)
def test_a_link_cannot_ask(at_lane: Client, what: str) -> None:
    assert at_lane.get(f"/checkpoint/{what}/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = at_lane.cookies
    assert strict.post(f"/checkpoint/{what}/").status_code == 403


def test_a_locked_page_does_nothing_until_the_pin(at_lane: Client, officer: User) -> None:
    assert ask(at_lane, "pin", pin="2580", password=PASSWORD) == (200, {"has_pin": True})
    assert ask(at_lane, "lock") == (200, {"has_pin": True})
    for what in ("stills", "card", "declare", "pin"):
        assert ask(at_lane, what)[1]["code"] == "locked"
    session = at_lane.session.session_key
    assert access.refusal(session, officer.pk, Role.OFFICER) == protocol.CLOSE_LOCKED
    assert ask(at_lane, "unlock", pin="0852") == (400, {"code": "wrong_pin"})
    assert ask(at_lane, "unlock", pin="2580")[0] == 200
    assert access.refusal(session, officer.pk, Role.OFFICER) is None


def test_the_lock_outlives_a_new_page(at_lane: Client) -> None:
    ask(at_lane, "lock")
    assert at_lane.get("/checkpoint/").context["lock"]["isLocked"] is True


def test_after_five_wrong_pins_only_the_password_unlocks(at_lane: Client, officer: User) -> None:
    ask(at_lane, "pin", pin="2580", password=PASSWORD)
    ask(at_lane, "lock")
    for _ in range(4):
        assert ask(at_lane, "unlock", pin="0000")[1]["code"] == "wrong_pin"
    assert ask(at_lane, "unlock", pin="0000")[1]["code"] == "no_pin"
    assert ask(at_lane, "unlock", pin="2580")[1]["code"] == "no_pin"
    assert ask(at_lane, "unlock", password="wrong")[1]["code"] == "wrong_password"
    assert ask(at_lane, "unlock", password=PASSWORD) == (200, {"has_pin": True})
    pins.check_pin(officer, "2580")


@pytest.mark.parametrize("pin", ["", "123", "123456789", "1111", "12a4", "١٢٣٤"])
def test_a_pin_is_a_few_digits_and_not_the_same_ones(at_lane: Client, pin: str) -> None:
    assert ask(at_lane, "pin", pin=pin, password=PASSWORD) == (400, {"code": "bad_pin"})
    assert not OfficerPin.objects.exists()


def test_the_password_says_who_sets_a_pin_and_the_pin_is_not_kept(at_lane: Client) -> None:
    assert ask(at_lane, "pin", pin="2580", password="x")[1]["code"] == "wrong_password"
    ask(at_lane, "pin", pin="25801", password=PASSWORD)
    assert "25801" not in OfficerPin.objects.get().pin_hash


def test_without_a_pin_the_password_unlocks(at_lane: Client) -> None:
    assert ask(at_lane, "lock") == (200, {"has_pin": False})
    assert ask(at_lane, "unlock", pin="2580")[1]["code"] == "no_pin"
    assert ask(at_lane, "unlock", password=PASSWORD)[0] == 200


def test_the_next_officer_takes_over_and_the_shift_before_is_over(
    at_lane: Client, officer: User, make_user: Callable[..., User], river_lane: Lane
) -> None:
    make_user(Role.OFFICER, username="tiep")
    now = timezone.now()
    before = shifts.open_shift(river_lane.pk, Direction.IN, officer_id=officer.pk, now=now)
    ask(at_lane, "lock")
    fields = {"username": "tiep", "password": PASSWORD, "shift": str(before.shift_id)}
    status, answer = ask(at_lane, "hand-over", **fields)
    assert (status, answer["officer"], answer["has_pin"]) == (200, "tiep", False)
    assert answer["csrf"]
    assert at_lane.get("/checkpoint/").context["officer_name"] == "tiep"
    assert at_lane.get("/checkpoint/").context["lock"]["isLocked"] is False
    assert Shift.objects.get().ended_at is not None


def test_nobody_takes_over_who_is_no_officer_or_has_not_the_password(
    at_lane: Client, officer: User, make_user: Callable[..., User]
) -> None:
    make_user(Role.SUPERVISOR, username="giamsat")
    assert (
        ask(at_lane, "hand-over", username="giamsat", password=PASSWORD)[1]["code"] == "wrong_role"
    )
    answer = ask(at_lane, "hand-over", username=officer.username, password="x")[1]
    assert answer["code"] == "wrong_password"
    assert at_lane.get("/checkpoint/").context["officer_name"] == officer.username


def test_nobody_ends_another_s_shift(
    at_lane: Client, make_user: Callable[..., User], river_lane: Lane
) -> None:
    other = make_user(Role.OFFICER, username="khac")
    make_user(Role.OFFICER, username="tiep")
    theirs = shifts.open_shift(river_lane.pk, Direction.IN, officer_id=other.pk, now=timezone.now())
    ask(at_lane, "hand-over", username="tiep", password=PASSWORD, shift=str(theirs.shift_id))
    assert Shift.objects.get().ended_at is None


def jpeg(size: tuple[int, int] = (64, 48)) -> io.BytesIO:
    """A picture with words in its file that nobody should keep."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "grey").save(buffer, "JPEG", comment=b"where it was taken")
    buffer.seek(0)
    buffer.name = "still.jpg"
    return buffer


def still(at: Lane, **changes: Any) -> dict[str, Any]:
    fields = {
        "picture": jpeg(),
        "still_id": str(uuid4()),
        "car_id": str(uuid4()),
        "lane": str(at.pk),
        "taken_at": str(now_ms()),
    }
    return {**fields, **changes}


def test_a_still_is_sealed_and_drawn_anew_and_kept_once(
    at_lane: Client, supervisor: User, river_lane: Lane
) -> None:
    fields = still(river_lane)
    assert ask(at_lane, "stills", **fields) == (200, {"still_id": fields["still_id"]})
    assert ask(at_lane, "stills", **{**fields, "picture": jpeg()})[0] == 200
    kept = Still.objects.get()
    assert b"JFIF" not in bytes(kept.picture_sealed)
    assert b"where it was taken" not in stills.picture_of(kept)
    address = f"/stills/{kept.still_id}/"
    assert at_lane.get(address).status_code == 403  # not even for the officer who took it
    at_lane.force_login(supervisor, backend=BACKEND)
    assert at_lane.get(address)["Content-Type"] == "image/jpeg"
    assert at_lane.get(f"/stills/{uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"picture": io.BytesIO(b"GIF89a")}, "not_an_image"),
        ({"picture": ""}, "bad_message"),
        ({"lane": "0"}, "bad_message"),
        ({"lane": "x"}, "bad_message"),
        ({"still_id": "x"}, "bad_message"),
        ({"car_id": ""}, "bad_message"),
        ({"taken_at": "soon"}, "bad_message"),
        ({"taken_at": "9" * 30}, "bad_message"),
        ({"picture": jpeg((2001, 2000))}, "image_too_large"),
    ],
)
def test_a_bad_still_is_refused_in_a_code(
    at_lane: Client, river_lane: Lane, changes: dict[str, Any], code: str
) -> None:
    assert ask(at_lane, "stills", **still(river_lane, **changes))[1] == {"code": code}
    assert not Still.objects.exists()


def test_a_car_has_six_stills_at_most(at_lane: Client, river_lane: Lane) -> None:
    car = str(uuid4())
    answers = [ask(at_lane, "stills", **still(river_lane, car_id=car))[0] for _ in range(7)]
    assert answers == [200] * 6 + [400]


CARD = "000190012345||Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu, Hà Nội|01012020"


@pytest.mark.parametrize(
    ("text", "found"), [(CARD, "card"), ("https://example.com", "other_code"), (None, "no_code")]
)
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_card_before_the_lane_s_camera_is_read(
    at_lane: Client, text: str | None, found: str
) -> None:
    picture = io.BytesIO(draw(text) if text else draw())
    picture.name = "frame.jpg"
    status, answer = ask(at_lane, "card", picture=picture)
    assert (status, answer["found"]) == (200, found)
    if found == "card":
        assert answer["card"]["personal_number"] == "000190012345"
        assert answer["card"]["address"] == "phường Mẫu, Hà Nội"


DECLARED = {
    "full_name": "Nguyễn Thị Mẫu",
    "personal_number": "000190012345",
    "birth_date": "1990-05-17",
    "sex": "female",
    "phone": "",
    "origin": "phường Mẫu, Hà Nội",
    "destination": "xã Mẫu, Hải Phòng",
    "purpose": "Về nhà",
    "plate": "",
}


def test_an_officer_declares_for_a_driver_without_a_phone(at_lane: Client) -> None:
    status, answer = ask(at_lane, "declare", **DECLARED)
    assert status == 200
    permit = Permit.objects.get()
    assert (answer["serial"], permit.state) == (permit.serial, "approved")
    assert answer["code"].startswith("<svg")
    assert at_lane.get(answer["link"]).status_code == 200
    assert Holder.objects.get().phone == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("destination", ""),
        ("personal_number", "000190012"),
        ("birth_date", "1991-05-17"),
        ("phone", "12345"),
        ("plate", "x"),
        ("sex", ""),
    ],
)
def test_a_wrong_declaration_says_at_which_field(at_lane: Client, field: str, value: str) -> None:
    status, answer = ask(at_lane, "declare", **{**DECLARED, field: value})
    assert (status, answer["code"]) == (400, "faults")
    at = "personal_number" if field == "birth_date" else field
    assert list(answer["faults"]) == [at]
    assert answer["faults"][at][0]["message"]
    assert not Permit.objects.exists()
