"""Devices: a code lets one in once and for ten minutes; who is cut off stays so."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from permits.serials import format_serial
from scans import devices
from scans.devices import NameTaken, NotEnrolled
from scans.models import Device, Enrolment, Lane
from scans.tests.conftest import NOW

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
LAST_MOMENT = NOW + timedelta(minutes=10) - SECOND


@pytest.fixture
def code(supervisor: User) -> str:
    enrolment = devices.make_enrolment(device_name="Tablet 3", made_by=supervisor, now=NOW)
    return devices.code_of(enrolment)


def refused(code: str, *, now: object = NOW) -> str:
    with pytest.raises(NotEnrolled) as error:
        devices.enrol(code=code, now=now)  # type: ignore[arg-type]
    return error.value.code


def test_a_code_makes_a_device_that_its_secret_finds(code: str, supervisor: User) -> None:
    device, secret = devices.enrol(code=code, now=LAST_MOMENT)
    assert (device.name, device.enrolled_by, device.enrolled_at) == (
        "Tablet 3",
        supervisor,
        LAST_MOMENT,
    )
    assert devices.device_of_secret(secret) == device
    assert devices.device_of_secret(secret + "x") is None
    assert devices.is_ours(device.pk)


def test_a_code_may_be_typed_in_any_spelling(code: str) -> None:
    spelled = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert devices.enrol(code=spelled, now=NOW)[0].name == "Tablet 3"


def test_a_code_lets_one_device_in_and_no_second(code: str) -> None:
    devices.enrol(code=code, now=NOW)
    assert refused(code) == "used"
    assert Device.objects.count() == 1


def test_of_two_that_come_at_once_one_gets_in(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have found the code unused; the first is quicker."""
    seen_unused = devices.find_enrolment(code, now=NOW)
    devices.enrol(code=code, now=NOW)
    monkeypatch.setattr(devices, "find_enrolment", lambda code, now: seen_unused)
    assert refused(code) == "used"
    assert Device.objects.count() == 1


def test_a_code_holds_for_ten_minutes(code: str) -> None:
    assert devices.find_enrolment(code, now=LAST_MOMENT).device_name == "Tablet 3"
    assert refused(code, now=LAST_MOMENT + SECOND) == "expired"
    assert not Device.objects.exists()


def test_other_codes_are_told_apart(code: str) -> None:
    assert refused(format_serial(12345)) == "unknown"
    wrong = "2" if code[0] != "2" else "3"
    assert refused(wrong + code[1:]) == "mistyped"
    assert refused("") == "mistyped"


def test_neither_code_nor_secret_is_kept(code: str) -> None:
    device, secret = devices.enrol(code=code, now=NOW)
    enrolment = Enrolment.objects.get()
    kept = bytes(enrolment.seed) + bytes(enrolment.code_digest) + bytes(device.secret_digest)
    assert code.encode() not in kept
    assert secret.encode() not in kept


def test_two_devices_of_one_name_are_refused_until_one_is_cut_off(
    code: str, supervisor: User
) -> None:
    device, _secret = devices.enrol(code=code, now=NOW)
    with pytest.raises(NameTaken):
        devices.make_enrolment(device_name="TABLET 3", made_by=supervisor, now=NOW)
    devices.cut_off(device.pk, by=supervisor, now=NOW)
    devices.make_enrolment(device_name="Tablet 3", made_by=supervisor, now=NOW)


def test_who_is_cut_off_stays_so_and_it_stays_who_did_it(
    code: str, supervisor: User, officer: User
) -> None:
    device, secret = devices.enrol(code=code, now=NOW)
    assert devices.cut_off(device.pk, by=supervisor, now=NOW + SECOND)
    assert not devices.cut_off(device.pk, by=officer, now=NOW + 2 * SECOND)
    assert not devices.is_ours(device.pk)
    device.refresh_from_db()
    assert (device.cut_off_by, device.cut_off_at) == (supervisor, NOW + SECOND)
    assert devices.device_of_secret(secret) == device


def test_what_is_not_there_is_not_ours() -> None:
    assert not devices.is_ours(999)


def test_when_it_was_seen_is_written_now_and_then(code: str) -> None:
    device, _secret = devices.enrol(code=code, now=NOW)
    for later, written in ((20, NOW), (21, NOW + timedelta(seconds=21))):
        devices.seen(device.pk, now=NOW + timedelta(seconds=later))
        device.refresh_from_db()
        assert device.last_seen_at == written


def test_where_it_is_is_written_at_once_and_a_lane_that_is_gone_is_not(
    code: str, river_lane: Lane, hill_lane: Lane
) -> None:
    device, _secret = devices.enrol(code=code, now=NOW)
    for number, (lane_id, at) in enumerate(
        ((river_lane.pk, river_lane), (hill_lane.pk, hill_lane), (999, hill_lane))
    ):
        devices.at_lane(device.pk, lane_id, now=NOW + number * SECOND)
        device.refresh_from_db()
        assert device.lane == at
    assert device.at_lane_at == NOW + SECOND
    for later, written in ((20, 1), (22, 22)):
        devices.at_lane(device.pk, hill_lane.pk, now=NOW + later * SECOND)
        device.refresh_from_db()
        assert device.at_lane_at == NOW + written * SECOND
