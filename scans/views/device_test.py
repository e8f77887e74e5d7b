"""Test this device: the officer's page, and the report as supervisors see it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from permits.roles import Role, role_required
from permits.views.private import private
from scans import device_reports
from scans.device_checks import CHECKS, STATES, VALUES
from scans.device_sessions import device_id_of
from scans.models import Device, DeviceReport
from scans.times import to_milliseconds
from scans.views.devices import for_supervisors, user_of


@never_cache
@role_required(Role.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def device_test(request: HttpRequest) -> HttpResponse:
    """The page; POST keeps a report: 201, or 400 or 413 with {"code": "bad_report", ...}."""
    device_id = device_id_of(request.session)
    if request.method != "POST":
        device = Device.objects.filter(pk=device_id or 0).first()
        context = {"device": device, "checks": _checks(), "words": _words()}
        return render(request, "scans/devices/test.html", context)
    try:
        checks = device_reports.parse(request.body)
    except device_reports.BadReport as refused:
        status = 413 if refused.code == "too_large" else 400
        return JsonResponse({"code": refused.code}, status=status)
    officer_id = user_of(request).pk
    device_reports.keep(checks, device_id=device_id, officer_id=officer_id, now=timezone.now())
    return JsonResponse({"code": "kept"}, status=201)


@never_cache
@role_required(Role.OFFICER)
@require_GET
def device_test_clock(request: HttpRequest) -> HttpResponse:
    """{"now": the server's time in milliseconds}, for the round trip and the device's clock."""
    return JsonResponse({"now": to_milliseconds(timezone.now())})


@for_supervisors
@require_GET
def device_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report."""
    rows = DeviceReport.objects.select_related("device", "officer")
    report = get_object_or_404(rows, pk=report_id)
    context = {"report": report, "lines": device_reports.lines(report)}
    return private(render(request, "scans/devices/report.html", context))


def _checks() -> list[tuple[str, str]]:
    return [(name, str(check.label)) for name, check in CHECKS.items()]


def _words() -> dict[str, Any]:
    """For the page's script: what each code means."""
    outcomes = {
        f"{name}.{code}": {"state": state.value, "words": str(words)}
        for name, check in CHECKS.items()
        for code, (state, words) in check.outcomes.items()
    }
    return {
        "outcomes": outcomes,
        "states": {state.value: str(words) for state, words in STATES.items()},
        "values": {name: str(words) for name, words in VALUES.items()},
    }
