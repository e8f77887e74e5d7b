"""Devices: let in by a code that a supervisor shows, and cut off. The only writer of both.

A code has ten characters, as a permit's serial, so that it can be typed on a device that has no
camera to scan with. It lives ten minutes and lets one device in.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import salted_hmac

from permits.serials import NUMBER_BITS, BadSerial, format_serial, parse_serial
from scans import hints
from scans.models import Device, Enrolment, Lane

CODE_LIVES = timedelta(minutes=10)
# When a device was last seen is written no more often than this. With the time between two looks it
# must be less than presence.ONLINE_FOR.
SEEN_AGAIN_AFTER = timedelta(seconds=20)
SEED_BYTES = 16


class NotEnrolled(Exception):
    """A code lets nobody in. `code` says why: `mistyped`, `unknown`, `used` or `expired`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NameTaken(Exception):
    """Another device that is not cut off has this name: nobody would know which is lost."""


def device_group(device_id: int) -> str:
    """The channel group of all sockets of a device."""
    return f"device-{device_id}"


def make_enrolment(*, device_name: str, made_by: User, now: datetime) -> Enrolment:
    """A new code for a device that will have this name. Raises NameTaken."""
    if Device.objects.filter(name__iexact=device_name, cut_off_at=None).exists():
        raise NameTaken(device_name)
    seed = secrets.token_bytes(SEED_BYTES)
    return Enrolment.objects.create(
        seed=seed,
        code_digest=_digest_of_code(_number_of_seed(seed)),
        device_name=device_name,
        made_by=made_by,
        made_at=now,
        expires_at=now + CODE_LIVES,
    )


def code_of(enrolment: Enrolment) -> str:
    """The code to show, in two groups of five characters."""
    return format_serial(_number_of_seed(bytes(enrolment.seed)))


def find_enrolment(code: str, *, now: datetime) -> Enrolment:
    """Which device a code makes, in whatever spelling it was typed. Raises NotEnrolled."""
    try:
        number = parse_serial(code)
    except BadSerial:
        raise NotEnrolled("mistyped") from None
    enrolment = Enrolment.objects.filter(code_digest=_digest_of_code(number)).first()
    if enrolment is None:
        raise NotEnrolled("unknown")
    if enrolment.used_at is not None:
        raise NotEnrolled("used")
    if enrolment.expires_at <= now:
        raise NotEnrolled("expired")
    return enrolment


@transaction.atomic
def enrol(*, code: str, now: datetime) -> tuple[Device, str]:
    """Let a device in: the device, and its secret, which is not kept. Raises NotEnrolled.

    Of two that use a code at the same moment, one gets in.
    """
    enrolment = find_enrolment(code, now=now)
    unused = Enrolment.objects.filter(pk=enrolment.pk, used_at=None, expires_at__gt=now)
    if not unused.update(used_at=now):
        raise NotEnrolled("used")
    secret = secrets.token_urlsafe(32)
    device = Device.objects.create(
        name=enrolment.device_name,
        secret_digest=_digest_of_secret(secret),
        enrolled_at=now,
        enrolled_by_id=enrolment.made_by_id,
        last_seen_at=now,
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(device=device)
    return device, secret


def device_of_secret(secret: str) -> Device | None:
    """Whose secret this is, cut off or not."""
    return Device.objects.filter(secret_digest=_digest_of_secret(secret)).first()


def is_ours(device_id: int) -> bool:
    """Whether a device is enrolled and not cut off."""
    return Device.objects.filter(pk=device_id, cut_off_at=None).exists()


@transaction.atomic
def cut_off(device_id: int, *, by: User, now: datetime) -> bool:
    """Take the device's access away, now and for good. False where it had none any more.

    Its open sockets are told, and close; its sessions end with their next request.
    """
    ours = Device.objects.filter(pk=device_id, cut_off_at=None)
    if not ours.update(cut_off_at=now, cut_off_by=by):
        return False
    group = device_group(device_id)
    transaction.on_commit(lambda: hints.tell_from_thread(group, {"type": "access.changed"}))
    return True


def seen(device_id: int, *, now: datetime) -> None:
    """The device has just asked for something."""
    long_ago = Device.objects.filter(pk=device_id, last_seen_at__lt=now - SEEN_AGAIN_AFTER)
    if long_ago.exists():  # on SQLite an update waits for the writer, also where it changes nothing
        long_ago.update(last_seen_at=now)


def at_lane(device_id: int, lane_id: int, *, now: datetime) -> None:
    """The device has this lane open. A lane that is not there is passed over."""
    device = Device.objects.filter(pk=device_id).first()
    if device is None:
        return
    if device.lane_id == lane_id:
        since = device.at_lane_at
        is_news = since is None or since < now - SEEN_AGAIN_AFTER
    else:
        is_news = Lane.objects.filter(pk=lane_id).exists()
    if is_news:
        of_device = Device.objects.filter(pk=device_id)
        of_device.update(last_seen_at=now, lane_id=lane_id, at_lane_at=now)


def _number_of_seed(seed: bytes) -> int:
    """45 bits that nobody can know who has the table alone."""
    digest = salted_hmac("scans.devices.code", seed, algorithm="sha256").digest()
    return int.from_bytes(digest) >> (8 * len(digest) - NUMBER_BITS)


def _digest_of_code(number: int) -> bytes:
    return salted_hmac("scans.devices.digest", f"{number}", algorithm="sha256").digest()


def _digest_of_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
