"""One scan: what its verdict was based on, who acted, and what was seen."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from permits import labels
from permits.models import Permit
from permits.personal_data import CannotUnseal
from permits.roles import Role, has_role
from permits.verdict import WatchlistLevel
from scans import look_ups
from scans import passages as acts
from scans.models import LetThroughReason, LookUp, LookUpKind, Passage, Scan, Still
from scans.oversight import Oversight
from scans.tracing import rows
from scans.tracing.days import of_scan
from scans.tracing.forms import MinutesForm, PurposeForm
from scans.tracing.query import Query
from scans.tracing.rules import basis_of, rules
from scans.views.looking import named_before, viewer
from scans.views.supervisors import for_supervisors


@require_http_methods(["GET", "HEAD", "POST"])
@for_supervisors
def one_scan(request: HttpRequest, oversight: Oversight, scan_id: UUID) -> HttpResponse:
    """The scan, once it is kept who looks at it and what for.

    Who comes from a look-up (`?look_up=`) looks within its purpose; others are asked for one.
    """
    scan = of_scan(scan_id)
    if scan is None or not oversight.sees(scan.checkpoint_id):
        raise Http404
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            return _kept(request, oversight, scan, purpose=form.purpose_said)
        return _asked(request, scan, form)
    before = named_before(request)
    if before and before[0].kind == LookUpKind.SCAN and before[1].scan == scan_id:
        return render(request, "scans/scan.html", _context(request, oversight, scan, before[0]))
    if before and bytes(before[0].purpose_sealed):
        return _kept(request, oversight, scan, within=before[0])
    if not _is_of_somebody(scan):
        return _kept(request, oversight, scan)
    return _asked(request, scan, form)


def _is_of_somebody(scan: Scan) -> bool:
    return bool(scan.permit_id or scan.subject_digest or scan.plate_digest)


def _asked(request: HttpRequest, scan: Scan, form: PurposeForm) -> HttpResponse:
    return render(request, "scans/purpose.html", {"scan": scan, "form": form})


def _kept(
    request: HttpRequest,
    oversight: Oversight,
    scan: Scan,
    *,
    purpose: str = "",
    within: LookUp | None = None,
) -> HttpResponse:
    look_up = look_ups.keep(
        LookUpKind.SCAN,
        Query(scan=scan.scan_id),
        supervisor=viewer(request),
        oversight=oversight,
        found=1,
        now=timezone.now(),
        purpose=purpose,
        within=within,
    )
    return redirect(f"{reverse('scan', args=[scan.scan_id])}?look_up={look_up.number}")


def _context(
    request: HttpRequest, oversight: Oversight, scan: Scan, look_up: LookUp
) -> dict[str, Any]:
    passages = Passage.objects.filter(scans__scan_id=scan.scan_id).select_related("officer")
    permit = Permit.objects.select_related("holder", "kind").filter(pk=scan.permit_id or 0).first()
    basis = basis_of(scan)
    return {
        "scan": scan,
        "look_up": look_up,
        "reasons": rows.reasons_in_words(scan),
        "hits": [labels.HITS[WatchlistLevel(hit)] for hit in scan.hits],
        "rules": rules(scan, basis, oversight) if basis else None,
        "permit": permit,
        "may_open_permit": has_role(viewer(request), Role.ISSUER, Role.ADMINISTRATOR),
        "passages": [_act(passage) for passage in passages.order_by("acted_at")],
        "stills": Still.objects.filter(car_id__in=[p.car_id for p in passages]).defer(
            "picture_sealed"
        ),
        "alerts": scan.alerts.order_by("raised_at"),
        "is_of_somebody": _is_of_somebody(scan),
        "minutes": MinutesForm(),
    }


def _act(passage: Passage) -> dict[str, Any]:
    try:
        note = acts.note_of(passage)
    except CannotUnseal:
        note = ""
    reason = dict(LetThroughReason.choices).get(passage.reason, "")
    return {"passage": passage, "reason": reason, "note": note}
