"""A file is uploaded: of a company's staff, or of the watchlist."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from permits.imports import template, uploading, wording
from permits.imports.forms import StaffForm, UploadForm, WatchlistFileForm
from permits.imports.table import BadFile
from permits.models import Import, ImportSubject
from permits.views.desk.guard import desk, user_of

SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@desk
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The latest imports."""
    latest = Import.objects.select_related("kind", "uploaded_by")[:SHOWN]
    return render(request, "permits/imports/list.html", {"imports": latest})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest) -> HttpResponse:
    """A company's staff."""
    now = timezone.now()
    if request.method != "POST":
        return _page(request, StaffForm(now=now), ImportSubject.STAFF)
    form = StaffForm(request.POST, request.FILES, now=now)
    if form.is_valid():
        try:
            batch = uploading.upload_staff(
                form.content(), form.file_name(), form.order(), by=user_of(request), now=now
            )
        except BadFile as bad:
            form.add_error("file", wording.file_fault(bad.fault, bad.names))
        else:
            return redirect("import", import_id=batch.pk)
    else:
        form.look_at_file(ImportSubject.STAFF)
    return _page(request, form, ImportSubject.STAFF)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def watchlist(request: HttpRequest) -> HttpResponse:
    """Entries of the watchlist."""
    if request.method != "POST":
        return _page(request, WatchlistFileForm(), ImportSubject.WATCHLIST)
    form = WatchlistFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            batch = uploading.upload_watchlist(
                form.content(),
                form.file_name(),
                source=form.cleaned_data["source"],
                by=user_of(request),
                now=timezone.now(),
            )
        except BadFile as bad:
            form.add_error("file", wording.file_fault(bad.fault, bad.names))
        else:
            return redirect("import", import_id=batch.pk)
    return _page(request, form, ImportSubject.WATCHLIST)


@desk
@require_safe
def template_file(request: HttpRequest, subject: str, ending: str) -> HttpResponse:
    """The template to fill in, in the reader's language."""
    if subject not in ImportSubject.values or ending not in TYPES:
        raise Http404
    make = template.as_csv if ending == "csv" else template.as_xlsx
    response = HttpResponse(make(ImportSubject(subject)), content_type=TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{subject}-template.{ending}"'
    return response


def _page(request: HttpRequest, form: UploadForm, subject: ImportSubject) -> HttpResponse:
    context = {
        "form": form,
        "subject": subject.value,
        "is_watchlist": subject is ImportSubject.WATCHLIST,
        "columns": [
            (wording.column(key), text, example, key in template.REQUIRED[subject])
            for key, (text, example) in wording.EXPLANATIONS[subject].items()
        ],
    }
    status = 400 if form.errors else 200
    return render(request, "permits/imports/upload.html", context, status=status)
