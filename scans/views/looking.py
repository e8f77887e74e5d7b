"""What the pages of look-ups have in common: whose they are, and how a list is taken along."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from permits import exports
from permits.exports import Column, Export, Table
from permits.personal_data import CannotUnseal
from permits.views.desk.guard import user_of
from scans import look_ups
from scans.exports import notes
from scans.models import LookUp, LookUpKind
from scans.oversight import Oversight
from scans.tracing.query import Query

LONGEST_NUMBER = 18  # digits


def viewer(request: HttpRequest) -> User:
    """Who looks."""
    return user_of(request)


def own_look_up(
    request: HttpRequest, number: int, *kinds: LookUpKind
) -> tuple[LookUp, Query] | None:
    """The viewer's own look-up and what it asked; None where its purpose no longer holds."""
    look_up = look_ups.of_viewer(number, viewer(request), *kinds, now=timezone.now())
    try:
        return (look_up, look_ups.query_of(look_up)) if look_up else None
    except CannotUnseal:
        return None


# From where one goes on within the same purpose.
BEFORE = (LookUpKind.SEARCH, LookUpKind.TRACE, LookUpKind.CONTACTS, LookUpKind.SCAN)


def named_before(request: HttpRequest) -> tuple[LookUp, Query] | None:
    """The viewer's own look-up that the address names (`?look_up=`), and what it asked."""
    number = request.GET.get("look_up", "")
    if not number.isascii() or not number.isdigit() or len(number) > LONGEST_NUMBER:
        return None
    return own_look_up(request, int(number), *BEFORE)


def look_up_before(request: HttpRequest) -> LookUp | None:
    """The same, where its purpose is all that matters."""
    before = named_before(request)
    return before[0] if before else None


def over(request: HttpRequest, form_page: str) -> HttpResponse:
    """Back to the form. What was looked up, or whether it was, is not said."""
    messages.warning(request, _("This look-up is over. Look again, and say what for."))
    return redirect(form_page)


def list_answer(
    request: HttpRequest,
    lines: Iterable[Sequence[str]],
    *,
    title: str,
    name: str,
    within: LookUp,
    query: Query,
    oversight: Oversight,
    is_cut: bool = False,
) -> HttpResponseBase:
    """A list to take along, its heading first; that it is taken is kept first. Raises Http404.

    `is_cut`: there are more people of the name than were looked at, which the file says.
    """
    now = timezone.now()
    asked = exports.Asked.of(name, request.POST.get("as", "csv"))
    look_ups.keep(
        LookUpKind.EXPORT,
        query,
        supervisor=viewer(request),
        oversight=oversight,
        found=within.found,
        now=now,
        within=within,
    )
    waiting = iter(lines)
    columns = [Column(heading) for heading in next(waiting)]
    said = notes.within(oversight)
    if is_cut:
        said.append(_("There is more than is shown here. Narrow the search."))
    table = Table(title, columns, waiting, None)
    export = Export(f"{name}-{within.number}", title, [table], said)
    return exports.answer(asked, {name: lambda: export}, now=now)
