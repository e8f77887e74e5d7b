"""The watchlist's pages."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permits import exports, labels, personal_data, services
from permits.desk.exports import watchlist_export
from permits.desk.forms import WatchlistForm
from permits.desk.records import records_of
from permits.models import WatchlistEntry
from permits.people import is_personal_number, normalise_plate
from permits.selectors import counts
from permits.verdict import WatchlistLevel
from permits.views.desk.guard import desk, user_of

SEARCH = "watchlist_search"
PAGE = 50


@desk
@require_safe
def watchlist(request: HttpRequest) -> HttpResponseBase:
    """The entries, the newest first."""
    now = timezone.now()
    shows_ended = "ended" in request.GET
    entries = WatchlistEntry.objects.order_by("-id")
    entries = entries.exclude(counts(now)) if shows_ended else entries.filter(counts(now))
    level = request.GET.get("level", "")
    if level in set(WatchlistLevel):
        entries = entries.filter(level=level)
    kept = request.session.get(SEARCH) if "found" in request.GET else None
    if kept is not None:
        entries = WatchlistEntry.objects.filter(**kept).order_by("-id")
    if asked := exports.asked_for(request):
        return exports.answer(asked, {"watchlist": lambda: watchlist_export(entries)}, now=now)
    context = {
        "page": Paginator(entries, PAGE).get_page(request.GET.get("page")),
        "levels": [(one.value, labels.HITS[one]) for one in WatchlistLevel],
        "level": level,
        "shows_ended": shows_ended,
        "was_searched": kept is not None,
        "now": now,
    }
    return render(request, "permits/desk/watchlist.html", context)


@desk
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Look for a number or a plate. It is posted, and only a number's digest is kept."""
    typed = request.POST.get("q", "")[:40]
    number = "".join(c for c in typed if c.isdigit())
    if not typed.strip():
        return redirect("desk_watchlist")
    if is_personal_number(number) and number == typed.replace(" ", ""):
        request.session[SEARCH] = {"number_digest__in": personal_data.digests(number)}
    else:
        request.session[SEARCH] = {"plate": normalise_plate(typed)}
    return redirect(f"{request.path.removesuffix('search/')}?found=1")


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def add_entry(request: HttpRequest) -> HttpResponse:
    """A new entry. It counts from the next scan on."""
    now = timezone.now()
    initial = {"active_from": now.replace(second=0, microsecond=0)}
    form = WatchlistForm(request.POST or None, initial=initial, is_new=True)
    if not form.is_valid():
        return _form_page(request, form)
    entry = services.add_watchlist_entry(**_typed(form), by=user_of(request), now=now)
    messages.success(request, _("The entry is on the watchlist. It counts from the next scan on."))
    return redirect("desk_watchlist_entry", entry_id=entry.pk)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Change an entry's level, end, note and source. Whom it is about stays."""
    found = _entry(entry_id)
    initial = {
        "level": found.level,
        "active_from": found.active_from,
        "active_until": found.active_until,
        "note": found.note,
        "source": found.source,
    }
    form = WatchlistForm(request.POST or None, initial=initial, is_new=False)
    if not form.is_valid():
        return _form_page(request, form, found)
    services.change_watchlist_entry(found, **_typed(form), by=user_of(request), now=timezone.now())
    messages.success(request, _("The entry was changed."))
    return redirect("desk_watchlist_entry", entry_id=found.pk)


@desk
@require_POST
def end_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """It counts no longer, from the next scan on."""
    services.end_watchlist_entry(_entry(entry_id), by=user_of(request), now=timezone.now())
    messages.success(request, _("The entry counts no longer."))
    return redirect("desk_watchlist_entry", entry_id=entry_id)


def _entry(entry_id: int) -> WatchlistEntry:
    found = WatchlistEntry.objects.filter(pk=entry_id).first()
    if found is None:
        raise Http404
    return found


def _typed(form: WatchlistForm) -> dict[str, Any]:
    return {**form.cleaned_data, "level": WatchlistLevel(form.cleaned_data["level"])}


def _form_page(
    request: HttpRequest, form: WatchlistForm, found: WatchlistEntry | None = None
) -> HttpResponse:
    now = timezone.now()
    counts_now = found is not None and (found.active_until is None or found.active_until > now)
    context = {
        "form": form,
        "entry": found,
        "counts_now": counts_now,
        "records": records_of(found) if found else (),
    }
    status = 400 if form.errors else 200
    return render(request, "permits/desk/entry.html", context, status=status)
