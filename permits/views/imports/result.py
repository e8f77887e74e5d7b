"""What came of an import, to download."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from permits.imports import files, results
from permits.models import Import, ImportState, ImportSubject
from permits.views.desk.guard import desk
from permits.views.imports.upload import TYPES


@desk
@require_safe
def table(request: HttpRequest, import_id: int, ending: str) -> HttpResponse:
    """Serials and private links, as CSV or XLSX."""
    if ending not in TYPES:
        raise Http404
    batch = _done(import_id)
    make = results.as_csv if ending == "csv" else results.as_xlsx

    def address_of(link: str) -> str:
        return request.build_absolute_uri(reverse("travel_code", args=[link]))

    return _download(make(batch, address_of), TYPES[ending], f"permits-{batch.pk}.{ending}")


@desk
@require_safe
def pictures(request: HttpRequest, import_id: int, part: int) -> HttpResponse:
    """The QR codes of a part, as PNG in a ZIP."""
    batch = _done(import_id)
    content = _of_part(results.pictures, batch, part, results.PICTURES)
    return _download(content, "application/zip", f"codes-{batch.pk}-{part}.zip")


@desk
@require_safe
def cards(request: HttpRequest, import_id: int, part: int) -> HttpResponse:
    """The cards of a part, to print."""
    batch = _done(import_id)
    content = _of_part(results.cards, batch, part, results.CARDS)
    return _download(content, "application/pdf", f"cards-{batch.pk}-{part}.pdf")


def _of_part(make: Callable[[Import, int], bytes], batch: Import, part: int, size: int) -> bytes:
    if not 1 <= part <= len(results.parts(batch.good, size)):
        raise Http404
    return make(batch, part)


def _done(import_id: int) -> Import:
    """Of staff, issued, and still kept."""
    done = Import.objects.filter(state=ImportState.DONE, subject=ImportSubject.STAFF)
    batch = get_object_or_404(done, pk=import_id)
    if not files.is_kept(batch.folder):
        raise Http404
    return batch


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
