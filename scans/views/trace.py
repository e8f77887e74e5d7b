"""Trace: where a person or a vehicle passed; and who passed the same lane shortly around it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scans import look_ups
from scans.models import LookUp, LookUpKind
from scans.oversight import Oversight
from scans.tracing import contacts as near_ones
from scans.tracing import finding, rows
from scans.tracing.contacts import Passing
from scans.tracing.finding import Found
from scans.tracing.forms import USUAL_MINUTES, MinutesForm, TraceForm
from scans.tracing.query import Query, with_range
from scans.views.looking import BEFORE, list_answer, over, own_look_up, viewer
from scans.views.supervisors import for_supervisors

SCANS_ON_A_PAGE, PASSINGS_ON_A_PAGE = 100, 10


@for_supervisors
def trace(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """The form; what it asks is kept, and answered on a page of its own."""
    form = TraceForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "scans/trace.html", {"form": form})
    return _kept(request, oversight, form.query(), purpose=form.purpose_said)


@require_POST
@for_supervisors
def trace_within(request: HttpRequest, oversight: Oversight, number: int) -> HttpResponseBase:
    """The person of a look-up, or of a scan that it showed, within its purpose."""
    own = _before(request, number)
    if own is None:
        return over(request, "trace")
    look_up, query = own
    asked = with_range(query, since=None, until=None, checkpoint=None, outcome="", minutes=None)
    return _kept(request, oversight, asked, within=look_up)


@require_safe
@for_supervisors
def traced(request: HttpRequest, oversight: Oversight, number: int) -> HttpResponseBase:
    """All scans in the order of time, with what became of each car."""
    own = own_look_up(request, number, LookUpKind.TRACE)
    if own is None:
        return over(request, "trace")
    look_up, query = own
    answer = finding.find(query, oversight, now=timezone.now())
    listed = rows.rows(answer.scans, answer.whom, with_names=True)[::-1]
    page = Paginator(listed, SCANS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "look_up": look_up,
        "page": page,
        "rows": list(page),
        "places": rows.places(listed),
        "is_cut": answer.is_cut,
        "minutes": MinutesForm(),
    }
    return render(request, "scans/traced.html", context)


@require_POST
@for_supervisors
def export_trace(request: HttpRequest, oversight: Oversight, number: int) -> HttpResponseBase:
    """The same list as a file."""
    own = own_look_up(request, number, LookUpKind.TRACE)
    if own is None:
        return over(request, "trace")
    look_up, query = own
    answer = finding.find_uncut(query, oversight, now=timezone.now())
    lines = rows.lines(answer.scans[::-1], answer.whom, with_names=True)
    return list_answer(
        request,
        lines,
        title=_("Where somebody passed"),
        name="trace",
        within=look_up,
        query=query,
        oversight=oversight,
    )


@require_POST
@for_supervisors
def contacts_within(request: HttpRequest, oversight: Oversight, number: int) -> HttpResponseBase:
    """Who was near: at each passing of a trace's person, or at the passing of one scan."""
    own = _before(request, number)
    if own is None:
        return over(request, "trace")
    look_up, query = own
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return render(request, "scans/minutes.html", {"look_up": look_up, "form": form})
    asked, now = with_range(query, minutes=form.cleaned_data["minutes"]), timezone.now()
    there = _passings(asked, finding.find(asked, oversight, now=now))[: near_ones.MOST_PASSINGS]
    kept = look_ups.keep(
        LookUpKind.CONTACTS,
        asked,
        supervisor=viewer(request),
        oversight=oversight,
        found=len(there),
        now=now,
        within=look_up,
    )
    return redirect("contacts", kept.number)


@require_safe
@for_supervisors
def contacts(request: HttpRequest, oversight: Oversight, number: int) -> HttpResponseBase:
    """By passing, some on a page."""
    own = own_look_up(request, number, LookUpKind.CONTACTS)
    if own is None:
        return over(request, "trace")
    look_up, query = own
    answer = finding.find(query, oversight, now=timezone.now())
    there = _passings(query, answer)
    shown = there[: near_ones.MOST_PASSINGS]
    page = Paginator(shown, PASSINGS_ON_A_PAGE).get_page(request.GET.get("page"))
    minutes = query.minutes or USUAL_MINUTES
    context = {
        "look_up": look_up,
        "page": page,
        "near": [near_ones.near(one, answer.whom, minutes=minutes) for one in page],
        "minutes": MinutesForm(initial={"minutes": minutes}),
        "many": minutes,
        "is_cut": answer.is_cut or len(there) > len(shown),
    }
    return render(request, "scans/contacts.html", context)


@require_POST
@for_supervisors
def export_contacts(request: HttpRequest, oversight: Oversight, number: int) -> HttpResponseBase:
    """The same lists as a file."""
    own = own_look_up(request, number, LookUpKind.CONTACTS)
    if own is None:
        return over(request, "trace")
    look_up, query = own
    answer = finding.find_uncut(query, oversight, now=timezone.now())
    minutes = query.minutes or USUAL_MINUTES
    there = (near_ones.near(one, answer.whom, minutes=minutes) for one in _passings(query, answer))
    return list_answer(
        request,
        near_ones.lines(there),
        title=_("Who was near"),
        name="contacts",
        within=look_up,
        query=query,
        oversight=oversight,
    )


def _passings(query: Query, answer: Found) -> list[Passing]:
    """The latest first. Of a query by a scan it is that scan's alone."""
    if query.scan and answer.whom.scan:
        return near_ones.passing_of(answer.scans, answer.whom.scan)
    return near_ones.passings(answer.scans)


def _before(request: HttpRequest, number: int) -> tuple[LookUp, Query] | None:
    """The look-up from which one goes on, if it is about somebody."""
    own = own_look_up(request, number, *BEFORE)
    if own is None or not own[1].names_somebody or own[1].name:
        return None
    return own


def _kept(
    request: HttpRequest,
    oversight: Oversight,
    query: Query,
    *,
    purpose: str = "",
    within: LookUp | None = None,
) -> HttpResponseBase:
    now = timezone.now()
    look_up = look_ups.keep(
        LookUpKind.TRACE,
        query,
        supervisor=viewer(request),
        oversight=oversight,
        found=len(finding.find(query, oversight, now=now).scans),
        now=now,
        purpose=purpose,
        within=within,
    )
    return redirect("traced", look_up.number)
