"""A session belongs to the device on which it was begun, and ends when that device is cut off.

The device is known by a cookie, but what counts is the session: whoever deletes the cookie of a
lost device deletes nothing.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from permits.roles import View
from permits.views.private import private
from scans import devices
from scans.models import Device

log = logging.getLogger(__name__)

COOKIE = "device"
COOKIE_SECONDS = 400 * 86_400  # browsers keep none for longer
IN_SESSION = "device"

Respond = Callable[[HttpRequest], HttpResponseBase]


def device_id_of(session: SessionBase) -> int | None:
    """The device that a session belongs to."""
    found = session.get(IN_SESSION)
    return found if isinstance(found, int) else None


def give(request: HttpRequest, response: HttpResponseBase, device: Device, secret: str) -> None:
    """Make the browser that asks this device, and its session the device's, if it has one."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    if request.user.is_authenticated:
        request.session[IN_SESSION] = device.pk


class DeviceMiddleware:
    """After the authentication: ends the sessions of a device that was cut off, and says so."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Respond) -> None:
        self._respond = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Without a session there is nothing to end, and public pages need not look for a user.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self._respond(request)
        device_id = device_id_of(request.session) or _bind(request)
        # For a login that this request may turn out to be.
        request.device_id = device_id  # type: ignore[attr-defined]
        if device_id is None:
            return self._respond(request)
        if not devices.is_ours(device_id):
            logout(request)
            return _cut_off(request)
        _saw(device_id)
        return self._respond(request)


def listen() -> None:
    """Give each login to its device. Called once, at start."""
    user_logged_in.connect(_logged_in, dispatch_uid="scans.device_sessions.logged_in")


def _logged_in(request: HttpRequest, **kwargs: Any) -> None:
    """A new session on the device of the one before it, at a hand-over; or on the cookie's."""
    device_id = getattr(request, "device_id", None)
    if device_id is None:
        _bind(request)
    else:
        request.session[IN_SESSION] = device_id


def _bind(request: HttpRequest) -> int | None:
    """Give a session that has just begun to the device, also to one that was cut off."""
    secret = request.COOKIES.get(COOKIE)
    device = devices.device_of_secret(secret) if secret else None
    if device is None:
        return None
    request.session[IN_SESSION] = device.pk
    return device.pk


def _saw(device_id: int) -> None:
    """Of no consequence: no page fails because this could not be written."""
    try:
        devices.seen(device_id, now=timezone.now())
    except DatabaseError as error:
        log.warning("when a device was seen was not written: %s", type(error).__name__)


def _cut_off(request: HttpRequest) -> HttpResponseBase:
    if "text/html" in request.headers.get("Accept", "text/html"):
        return private(render(request, "scans/devices/cut_off_here.html", status=403))
    return JsonResponse({"code": "device_cut_off"}, status=403)


def is_let_in(request: HttpRequest) -> bool:
    """Whether officers may work on the device that asks."""
    return not settings.ENROLLED_DEVICES_ONLY or device_id_of(request.session) is not None


def enrolled_where_asked(view: View) -> View:
    """A page that only enrolled devices open, where ENROLLED_DEVICES_ONLY asks for that."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_let_in(request):
            return render(request, "scans/devices/not_enrolled.html", status=403)
        return view(request, *args, **kwargs)

    return guarded
