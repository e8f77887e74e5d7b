"""A page that was left alone is locked; the next officer takes over; each without a new page."""

from django.contrib.auth import authenticate, login
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from permits.roles import Role, has_role
from scans import access, pins, shifts
from scans.pins import BadPin, PinFault
from scans.views.answers import for_officers, refused


@for_officers(while_locked=True)
def lock(request: HttpRequest, officer: User) -> HttpResponseBase:
    """Nothing more is shown or checked in this session until it is unlocked."""
    request.session[access.LOCKED] = True
    request.session.save()
    access.hint_changed(officer.pk)
    return JsonResponse({"has_pin": pins.has_pin(officer)})


@sensitive_post_parameters()
@for_officers(while_locked=True)
def unlock(request: HttpRequest, officer: User) -> HttpResponseBase:
    """By `pin`, or by `password` where there is no PIN or too many were wrong."""
    password = request.POST.get("password", "")
    try:
        if password:
            if _officer_with(request, officer.get_username(), password) != officer:
                return refused(PinFault.WRONG_PASSWORD.value)
            pins.open_again(officer)
        else:
            pins.check_pin(officer, request.POST.get("pin", ""))
    except BadPin as error:
        return refused(error.fault.value)
    except PermissionDenied:  # django-axes: too many wrong passwords
        return refused("locked_out", status=403)
    request.session.pop(access.LOCKED, None)
    return JsonResponse({"has_pin": pins.has_pin(officer)})


@sensitive_post_parameters()
@for_officers()
def set_pin(request: HttpRequest, officer: User) -> HttpResponseBase:
    """Set the officer's PIN; the password says that it is the officer who does."""
    pin, password = request.POST.get("pin", ""), request.POST.get("password", "")
    try:
        pins.set_pin(officer, pin, password=password, now=timezone.now())
    except BadPin as error:
        return refused(error.fault.value)
    return JsonResponse({"has_pin": True})


@sensitive_post_parameters()
@for_officers(while_locked=True)
def hand_over(request: HttpRequest, officer: User) -> HttpResponseBase:
    """The next officer logs in on the page that is open. The answer has the new `csrf` token."""
    username, password = request.POST.get("username", ""), request.POST.get("password", "")
    try:
        successor = _officer_with(request, username, password)
    except PermissionDenied:
        return refused("locked_out", status=403)
    if successor is None:
        return refused(PinFault.WRONG_PASSWORD.value)
    if not has_role(successor, Role.OFFICER):
        return refused("wrong_role", status=403)
    shift_id = request.POST.get("shift", "")
    if shift_id.isdecimal():
        shifts.end_of(officer.pk, shift_id=int(shift_id), now=timezone.now())
    login(request, successor)
    request.session.pop(access.LOCKED, None)
    access.hint_changed(officer.pk)
    name = successor.get_full_name() or successor.get_username()
    return JsonResponse(
        {"officer": name, "csrf": get_token(request), "has_pin": pins.has_pin(successor)}
    )


def _officer_with(request: HttpRequest, username: str, password: str) -> User | None:
    user = authenticate(request, username=username, password=password)
    return user if isinstance(user, User) else None
