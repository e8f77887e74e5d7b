"""One import: how far it is, what was found, what is to be done, what came of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from permits.imports import files, issuing, results, wording
from permits.imports.cells import CellFault
from permits.imports.checking import MOST_PAGES, PAGE
from permits.imports.rows import StaffRow, WatchlistRow
from permits.imports.table import FileFault
from permits.models import WATCHLIST_LEVELS, Import, ImportState, ImportSubject
from permits.people import mask_number
from permits.services.deciding import NotAllowedNow
from permits.views.desk.guard import desk, user_of

SAMPLE = 5
LEVELS = dict(WATCHLIST_LEVELS)
AT_WORK = (
    ImportState.WAITING,
    ImportState.CHECKING,
    ImportState.ISSUING,
    ImportState.WITHDRAWING,
)
REFRESH_SECONDS = 3  # of a page without JavaScript


@desk
@require_safe
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    """The page, whatever the state. A reload loses nothing."""
    batch = _import(import_id)
    context: dict[str, Any] = {
        "batch": batch,
        "is_watchlist": batch.subject == ImportSubject.WATCHLIST,
        "is_at_work": batch.state in AT_WORK,
        "progress": _progress(batch),
        "refresh": REFRESH_SECONDS,
        "new": max(batch.good - batch.known, 0),
        "already": max(batch.good - batch.issued, 0),
    }
    if batch.file_fault:
        context["file_fault"] = wording.file_fault(FileFault(batch.file_fault), batch.columns)
    context["is_kept"] = files.is_kept(batch.folder)
    if batch.state == ImportState.CHECKED and context["is_kept"]:
        context |= _preview(batch, request.GET)
    if batch.state == ImportState.DONE and context["is_kept"]:
        context |= {
            "pictures": results.parts(batch.good, results.PICTURES),
            "cards": results.parts(batch.good, results.CARDS),
        }
    return render(request, "permits/imports/one.html", context)


@desk
@require_safe
def progress(request: HttpRequest, import_id: int) -> JsonResponse:
    """How far it is, for the page's script: `state`, `done` of `of`, and whether it still works."""
    batch = _import(import_id)
    return JsonResponse({**_progress(batch), "at_work": batch.state in AT_WORK})


@desk
@require_POST
def decide(request: HttpRequest, import_id: int) -> HttpResponse:
    """Issue all good rows, or nothing."""
    batch = _import(import_id)
    decision = {"take": issuing.take, "discard": issuing.discard}.get(request.POST.get("act", ""))
    if decision is None:
        raise Http404
    try:
        decision(batch, by=user_of(request), now=timezone.now())
    except NotAllowedNow as refused:
        if str(refused) == "not_offered":
            messages.error(request, _("Permits of this kind are issued no longer."))
        else:
            messages.error(request, _("This was decided already."))
    return redirect("import", import_id=batch.pk)


def _import(import_id: int) -> Import:
    return get_object_or_404(
        Import.objects.select_related("kind", "uploaded_by", "decided_by"), pk=import_id
    )


def _progress(batch: Import) -> dict[str, Any]:
    if batch.state == ImportState.ISSUING:
        done, of = batch.chunks_done, batch.chunks + 1
    elif batch.state == ImportState.CHECKING:
        done, of = batch.rows, max(batch.rows_expected, 1)
    else:
        done, of = int(batch.state not in AT_WORK), 1
    return {"state": batch.state, "done": done, "of": of, "percent": done * 100 // of}


def _preview(batch: Import, asked: Any) -> dict[str, Any]:
    """A page of the bad cells, or of the notices, and some good rows."""
    name = files.NOTICES if "notices" in asked else files.FAULTS
    count = batch.notices if name == files.NOTICES else batch.faults
    pages = min(-(-count // PAGE), MOST_PAGES)
    page = min(_number(asked.get("page")), max(pages, 1))
    faults = files.line(batch.folder, name, page - 1, list[CellFault]) or []
    address = reverse("import", args=[batch.pk])
    which = "notices=1&" if name == files.NOTICES else ""
    return {
        "shows_notices": name == files.NOTICES,
        "faults": [
            (fault.row, wording.column(fault.column), fault.shown, wording.cell_fault(fault))
            for fault in faults
        ],
        "page": page,
        "last_page": pages,
        "earlier": f"{address}?{which}page={page - 1}" if page > 1 else "",
        "later": f"{address}?{which}page={page + 1}" if page < pages else "",
        "is_cut": count > MOST_PAGES * PAGE,
        "kept": MOST_PAGES * PAGE,
        "sample": _sample(batch),
    }


def _number(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdecimal() and len(text) < PAGE else 1


def _sample(batch: Import) -> list[dict[str, Any]]:
    """The first good rows, with as much of the numbers as a screen shows."""
    form = list[WatchlistRow] if batch.subject == ImportSubject.WATCHLIST else list[StaffRow]
    found = (files.line(batch.folder, files.ROWS, 0, form) or [])[:SAMPLE]
    return [
        {
            "row": row.number,
            "value": row.value,
            "level": LEVELS[row.value.level] if isinstance(row, WatchlistRow) else "",
            "masked_number": mask_number(row.value.personal_number),
        }
        for row in found
    ]
