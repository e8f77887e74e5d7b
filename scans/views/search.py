"""Search: scans by whom, where, when and verdict. What is typed stands in no address and no log."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scans import look_ups
from scans.models import LookUpKind
from scans.oversight import Oversight
from scans.tracing import finding, rows
from scans.tracing.forms import MinutesForm, SearchForm
from scans.tracing.whom import whom
from scans.views.looking import list_answer, over, own_look_up, viewer
from scans.views.supervisors import for_supervisors

ON_A_PAGE = 50


@for_supervisors
def search(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """The form; what it asks is kept, and answered on a page of its own."""
    form = SearchForm(request.POST if request.method == "POST" else None, oversight=oversight)
    if request.method != "POST" or not form.is_valid():
        return render(request, "scans/search.html", {"form": form})
    now = timezone.now()
    query = finding.with_usual_range(form.query(), now=now)
    look_up = look_ups.keep(
        LookUpKind.SEARCH,
        query,
        supervisor=viewer(request),
        oversight=oversight,
        found=len(finding.find(query, oversight, now=now).scans),
        now=now,
        purpose=form.purpose_said,
    )
    return redirect("search_found", look_up.number)


@require_safe
@for_supervisors
def found(request: HttpRequest, oversight: Oversight, number: int) -> HttpResponseBase:
    """What was found, a page at a time: asked anew, since scans are added."""
    own = own_look_up(request, number, LookUpKind.SEARCH)
    if own is None:
        return over(request, "search")
    look_up, query = own
    answer = finding.find(query, oversight, now=timezone.now())
    page = Paginator(answer.scans, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "look_up": look_up,
        "query": query,
        "page": page,
        "rows": rows.rows(list(page), answer.whom, with_names=query.names_somebody),
        "with_names": query.names_somebody,
        "is_cut": answer.is_cut,
        "may_trace": query.names_somebody and not query.name,
        "minutes": MinutesForm(),
    }
    return render(request, "scans/search_found.html", context)


@require_POST
@for_supervisors
def export(request: HttpRequest, oversight: Oversight, number: int) -> HttpResponseBase:
    """The same list as a file: all of it."""
    own = own_look_up(request, number, LookUpKind.SEARCH)
    if own is None:
        return over(request, "search")
    look_up, query = own
    named = query.names_somebody
    scans = finding.find_all(query, oversight, now=timezone.now())
    known = whom(query) if named else finding.NOBODY
    lines = rows.lines(scans, known, with_names=named)
    return list_answer(
        request,
        lines,
        title=_("Scans found"),
        name="search",
        within=look_up,
        query=query,
        oversight=oversight,
        is_cut=known.is_cut,
    )
