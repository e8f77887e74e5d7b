"""The pages with which a device becomes one of ours. For everybody: what counts is the code."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from permits.serials import BadSerial, format_serial, parse_serial
from permits.throttles import NetworkThrottle, seconds_to_wait
from permits.views.private import minute_after, private
from scans import device_sessions, devices
from scans.card_api import CardView
from scans.decode import Symbol

PATH = re.compile(r"/enrol/([0-9A-Za-z-]{10,11})/?\Z")
LONGEST_TYPED = 40


class EnrolThrottle(NetworkThrottle):
    """Codes that one network looks at or uses, right or wrong."""

    scope = "enrolments"


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Type the code, or scan it. Leads to the page that says which device this becomes."""
    if request.method != "POST":
        return _page(request)
    typed = request.POST.get("code", "").strip()[:LONGEST_TYPED]
    try:
        code = format_serial(parse_serial(typed))
    except BadSerial:
        return _page(request, fault="mistyped" if typed else "empty", typed=typed, status=400)
    return private(redirect("enrol_code", code))


@require_http_methods(["GET", "HEAD", "POST"])
def enrol_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say which device this becomes. POST makes it that one; GET never does."""
    now = timezone.now()
    wait = seconds_to_wait(EnrolThrottle(), request)
    if wait:
        response = _page(request, again_at=minute_after(now, wait), status=429)
        response["Retry-After"] = str(wait)
        return response
    try:
        if request.method == "POST":
            return _enrolled(request, code, now)
        found = devices.find_enrolment(code, now=now)
    except devices.NotEnrolled as refused:
        return _page(request, fault=refused.code, typed=code[:LONGEST_TYPED], status=400)
    context = {"code": code, "enrolment": found}
    return private(render(request, "scans/devices/enrol_code.html", context))


def _enrolled(request: HttpRequest, code: str, now: datetime) -> HttpResponse:
    device, secret = devices.enrol(code=code, now=now)
    response = private(render(request, "scans/devices/enrolled.html", {"device": device}))
    device_sessions.give(request, response, device, secret)
    return response


def _page(
    request: HttpRequest,
    *,
    fault: str = "",
    typed: str = "",
    again_at: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"fault": fault, "typed": typed, "again_at": again_at}
    return private(render(request, "scans/devices/enrol.html", context, status=status))


class EnrolPictureView(CardView):
    """Find a code that a supervisor shows in a picture of the device's camera."""

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        """{"found": "code", "code": ...}, or "other_code" or "no_code". Limits as for a card."""
        return super().post(request)

    def answer_to(self, symbols: list[Symbol]) -> dict[str, object]:
        codes = [code for code in map(_code_in, symbols) if code]
        if codes:
            return {"found": "code", "code": codes[0]}
        return {"found": "other_code" if symbols else "no_code", "code": None}


def _code_in(symbol: Symbol) -> str | None:
    """The code of an enrolment's address. Whether it lets anybody in is not looked up."""
    try:
        found = PATH.search(urlsplit(symbol.payload).path)
        return format_serial(parse_serial(found[1])) if found else None
    except ValueError:  # BadSerial is one, and so is what urlsplit makes of a bad address
        return None
