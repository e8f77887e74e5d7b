"""The supervisors' pages about devices: which there are, let one in, cut one off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from permits import exports, symbol
from permits.forms.spelling import attributes
from permits.roles import Role, role_required
from permits.views.private import private
from scans import device_reports, devices
from scans.device_checks import ON_THE_WHOLE, State, Words
from scans.models import Device, DeviceReport, Enrolment
from scans.oversight import Oversight, oversight_of
from scans.presence import ONLINE_FOR

LATEST_REPORTS = 20
for_supervisors = role_required(Role.SUPERVISOR, Role.ADMINISTRATOR)


class DeviceNameForm(forms.Form):
    """What a device is called."""

    name = forms.CharField(
        label=gettext_lazy("Name of the device"),
        max_length=60,
        help_text=gettext_lazy("As it stands on its sticker, for example: Tablet 3."),
        widget=forms.TextInput(attributes(autocomplete="off")),
        error_messages={"required": gettext_lazy("Give the device a name.")},
    )


@dataclass(frozen=True)
class DeviceRow:
    """A line of the list. `is_at_lane`: it has its lane open just now, and the viewer sees that
    checkpoint; `report` is its latest.
    """

    device: Device
    is_at_lane: bool
    report: DeviceReport | None
    state: str
    state_words: Words


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def device_list(request: HttpRequest) -> HttpResponseBase:
    """The devices. POST: make a code that lets one in, and lead to it."""
    now = timezone.now()
    rows = _rows(now, oversight_of(user_of(request)))
    if asked := exports.asked_for(request):
        return private(exports.answer(asked, {"devices": lambda: _export(rows)}, now=now))
    form = DeviceNameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            enrolment = devices.make_enrolment(device_name=name, made_by=user_of(request), now=now)
            return redirect("enrolment", enrolment.pk)
        except devices.NameTaken:
            form.add_error("name", _("A device with this name is enrolled already."))
    context = {
        "form": form,
        "ours": [row for row in rows if row.device.cut_off_at is None],
        "gone": [row for row in rows if row.device.cut_off_at is not None],
        "reports": _reports_without_device(),
    }
    return private(render(request, "scans/devices/list.html", context))


@for_supervisors
@require_GET
def enrolment(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """A code to scan or to type, for as long as it holds."""
    found = get_object_or_404(Enrolment, pk=enrolment_id)
    state, seconds = _state(found, timezone.now())
    context = {"enrolment": found, "state": state, "seconds": seconds}
    if state == "waiting":
        context["code"] = code = devices.code_of(found)
        context["address"] = request.build_absolute_uri(reverse("enrol_code", args=[code]))
        context["typed_at"] = request.build_absolute_uri(reverse("enrol"))
    return private(render(request, "scans/devices/enrolment.html", context))


@for_supervisors
@require_GET
def enrolment_symbol(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """The code's address as a QR, SVG; 404 once the code lets nobody in any more."""
    found = get_object_or_404(
        Enrolment, pk=enrolment_id, used_at=None, expires_at__gt=timezone.now()
    )
    address = reverse("enrol_code", args=[devices.code_of(found)])
    picture = symbol.svg(request.build_absolute_uri(address))
    return private(HttpResponse(picture, content_type="image/svg+xml"))


@for_supervisors
@require_GET
def enrolment_state(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """{"state": "waiting", "used" or "expired", "seconds": how long the code still holds}."""
    found = get_object_or_404(Enrolment, pk=enrolment_id)
    state, seconds = _state(found, timezone.now())
    return private(JsonResponse({"state": state, "seconds": seconds}))


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def cut_off(request: HttpRequest, device_id: int) -> HttpResponse:
    """Ask whether to cut a device off, and with POST do it."""
    device = get_object_or_404(Device, pk=device_id)
    if request.method != "POST":
        return private(render(request, "scans/devices/cut_off.html", {"device": device}))
    if devices.cut_off(device_id, by=user_of(request), now=timezone.now()):
        messages.success(request, _("%(name)s is cut off.") % {"name": device.name})
    else:
        messages.warning(request, _("%(name)s was cut off before.") % {"name": device.name})
    return redirect("devices")


def _rows(now: datetime, oversight: Oversight) -> list[DeviceRow]:
    reports = DeviceReport.objects.select_related("officer").order_by("-made_at")
    found = Device.objects.select_related(
        "enrolled_by", "cut_off_by", "lane__checkpoint"
    ).prefetch_related(Prefetch("reports", reports, to_attr="latest_first"))
    return [_row(device, now, oversight) for device in found]


def _row(device: Device, now: datetime, oversight: Oversight) -> DeviceRow:
    reports: list[DeviceReport] = device.latest_first  # type: ignore[attr-defined]
    at = device.at_lane_at
    is_there = bool(at and at > now - ONLINE_FOR and not device.cut_off_at)
    is_at_lane = is_there and bool(device.lane and oversight.sees(device.lane.checkpoint_id))
    report = reports[0] if reports else None
    state = device_reports.state_of(report) if report else State.OK
    return DeviceRow(device, is_at_lane, report, state.value, ON_THE_WHOLE[state])


def _export(rows: Sequence[DeviceRow]) -> exports.Export:
    moment = exports.Format.MOMENT
    columns = [
        exports.Column(_("Name of the device"), width=20),
        exports.Column(_("Lane"), width=20),
        exports.Column(_("Last seen"), moment, 18),
        exports.Column(_("Enrolled"), moment, 18),
        exports.Column(_("by"), width=14),
        exports.Column(_("Tested"), moment, 18),
        exports.Column(_("Result"), width=14),
        exports.Column(_("Cut off"), moment, 18),
    ]
    cells = [
        [
            *(row.device.name, str(row.device.lane) if row.is_at_lane else ""),
            *(row.device.last_seen_at, row.device.enrolled_at, row.device.enrolled_by.username),
            row.report.made_at if row.report else None,
            str(row.state_words) if row.report else "",
            row.device.cut_off_at,
        ]
        for row in rows
    ]
    table = exports.Table(_("Devices"), columns, cells, len(cells))
    return exports.Export("devices", _("Devices"), [table])


def _reports_without_device() -> list[DeviceReport]:
    """The latest of each officer, from devices that are not enrolled."""
    rows = DeviceReport.objects.filter(device=None).select_related("officer")
    latest: dict[int, DeviceReport] = {}
    for report in rows.order_by("-made_at")[: 10 * LATEST_REPORTS]:
        latest.setdefault(report.officer_id, report)
    return list(latest.values())[:LATEST_REPORTS]


def _state(found: Enrolment, now: datetime) -> tuple[str, int]:
    if found.used_at is not None:
        return "used", 0
    seconds = int((found.expires_at - now).total_seconds())
    return ("waiting", seconds) if found.expires_at > now else ("expired", 0)


def user_of(request: HttpRequest) -> User:
    """The user of a page that a role is required for."""
    assert isinstance(request.user, User)  # noqa: S101 role_required lets nobody else in
    return request.user
