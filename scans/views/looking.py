"""What the pages of look-ups have in common: whose they are, and how a list is downloaded."""

import csv
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from permits.imports.spreadsheets import harmless
from permits.personal_data import CannotUnseal
from permits.views.desk.guard import user_of
from scans import look_ups
from scans.models import LookUp, LookUpKind
from scans.oversight import Oversight
from scans.tracing.query import Query

log = logging.getLogger(__name__)
EXCEL_KNOWS_UTF8_BY = "\ufeff"
LINES_AT_ONCE = 200
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


def csv_answer(
    request: HttpRequest,
    lines: Iterable[Sequence[str]],
    *,
    name: str,
    within: LookUp,
    query: Query,
    oversight: Oversight,
) -> StreamingHttpResponse:
    """A list to download, some lines at a time; that it is taken along is kept first."""
    look_ups.keep(
        LookUpKind.EXPORT,
        query,
        supervisor=viewer(request),
        oversight=oversight,
        found=within.found,
        now=timezone.now(),
        within=within,
    )
    response = StreamingHttpResponse(
        _csv(lines, translation.get_language()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}-{within.number}.csv"'
    return response


def _csv(lines: Iterable[Sequence[str]], language: str | None) -> Iterator[str]:
    """What is wrong half-way is said in the file, since its beginning has gone out by then."""
    waiting = iter(lines)
    yield EXCEL_KNOWS_UTF8_BY
    while True:
        with translation.override(language):
            try:
                some = list(islice(waiting, LINES_AT_ONCE))
            except DatabaseError:
                log.exception("an export was cut off")
                yield _written([[_("This file is not complete. Export it again.")]])
                return
        if not some:
            return
        yield _written(some)


def _written(lines: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in line] for line in lines)
    return text.getvalue()
