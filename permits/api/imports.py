"""Imports: a file comes in, its rows are looked at, and then all good ones are issued or none."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from permits.api.access import user_of
from permits.api.base import ScopedView
from permits.api.problems import Problem
from permits.imports import issuing, uploading, wording
from permits.imports.forms import StaffForm, WatchlistFileForm
from permits.imports.table import BadFile
from permits.models import Import, ImportState, ImportSubject, PermitKind
from permits.scopes import Scope
from permits.services import NotAllowedNow

SUBJECTS = [subject.value for subject in ImportSubject]


class ImportInSerializer(serializers.Serializer[Any]):
    """A CSV or XLSX file of at most 50,000 rows. For staff also what the permits are to be."""

    file = serializers.FileField()
    subject = serializers.ChoiceField(SUBJECTS, default=ImportSubject.STAFF.value)
    kind = serializers.IntegerField(required=False, help_text="The kind's number.")
    valid_from = serializers.CharField(required=False)
    valid_until = serializers.CharField(required=False)
    company = serializers.CharField(required=False)
    purpose = serializers.CharField(required=False)
    note = serializers.CharField(required=False)
    source_of_entries = serializers.CharField(required=False)


class ImportSerializer(serializers.Serializer[Any]):
    """How far an import is. `checked` waits for a decision; `done` has its serials at the desk."""

    id = serializers.IntegerField()
    subject = serializers.ChoiceField(SUBJECTS)
    state = serializers.ChoiceField(ImportState.values)
    file_fault = serializers.CharField()
    rows = serializers.IntegerField()
    good = serializers.IntegerField()
    bad = serializers.IntegerField()
    known = serializers.IntegerField()
    issued = serializers.IntegerField()


class ImportsView(ScopedView):
    """A file comes in."""

    scope = Scope.IMPORTS_WRITE
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="start_import",
        request={"multipart/form-data": ImportInSerializer},
        responses={202: ImportSerializer},
    )
    def post(self, request: Request) -> Response:
        """Hand a file over. Its rows are checked in the background: read the import to see.

        422 `bad_file`: what the file is not, before anything of it is kept.
        """
        is_watchlist = _fields(request).get("subject") == ImportSubject.WATCHLIST.value
        try:
            batch = _watchlist(request) if is_watchlist else _staff(request)
        except BadFile as bad:
            detail = str(wording.file_fault(bad.fault, bad.names))
            raise Problem("bad_file", status.HTTP_422_UNPROCESSABLE_ENTITY, detail) from None
        return Response(ImportSerializer(batch).data, status.HTTP_202_ACCEPTED)


class ImportView(ScopedView):
    """One import."""

    scope = Scope.IMPORTS_WRITE

    @extend_schema(operation_id="read_import", responses={200: ImportSerializer})
    def get(self, request: Request, import_id: int) -> Response:
        """How far it is. 404 `no_such_import`."""
        return Response(ImportSerializer(_import(import_id)).data)


class TakeImportView(ScopedView):
    """All good rows."""

    scope = Scope.IMPORTS_WRITE

    @extend_schema(operation_id="take_import", request=None, responses={202: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        """Issue all good rows of a checked import, in the background, all of them or none.

        404 `no_such_import`; 409 `not_allowed_now` where it is not checked, or decided on.
        """
        return _decide(request, import_id, take=True)


class DiscardImportView(ScopedView):
    """None of the rows."""

    scope = Scope.IMPORTS_WRITE

    @extend_schema(operation_id="discard_import", request=None, responses={202: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        """Issue nothing. 404 `no_such_import`; 409 `not_allowed_now`."""
        return _decide(request, import_id, take=False)


def _staff(request: Request) -> Import:
    typed = {name: str(value) for name, value in _fields(request).items() if name != "file"}
    kind = PermitKind.objects.filter(number=_number(typed.get("kind", ""))).first()
    form = StaffForm({**typed, "kind": kind.pk if kind else ""}, request.FILES, now=timezone.now())
    _require_valid(form)
    return uploading.upload_staff(
        form.content(), form.file_name(), form.order(), by=user_of(request), now=timezone.now()
    )


def _watchlist(request: Request) -> Import:
    typed = {"source": str(_fields(request).get("source_of_entries", ""))}
    form = WatchlistFileForm(typed, request.FILES)
    _require_valid(form)
    return uploading.upload_watchlist(
        form.content(),
        form.file_name(),
        source=form.cleaned_data["source"],
        by=user_of(request),
        now=timezone.now(),
    )


def _fields(request: Request) -> dict[str, Any]:
    """Of a multipart body."""
    assert isinstance(request.data, dict)  # noqa: S101 the parser gives nothing else
    return request.data


def _require_valid(form: Any) -> None:
    """Raises Problem with what the form says, field by field."""
    if form.is_valid():
        return
    errors = [
        (field, fault["code"] or "invalid", fault["message"])
        for field, faults in form.errors.get_json_data().items()
        for fault in faults
    ]
    raise Problem("invalid", status.HTTP_400_BAD_REQUEST, errors=errors)


def _decide(request: Request, import_id: int, *, take: bool) -> Response:
    batch = _import(import_id)
    decide = issuing.take if take else issuing.discard
    try:
        decide(batch, by=user_of(request), now=timezone.now())
    except NotAllowedNow:
        raise Problem("not_allowed_now", status.HTTP_409_CONFLICT) from None
    return Response(ImportSerializer(_import(import_id)).data, status.HTTP_202_ACCEPTED)


def _import(import_id: int) -> Import:
    found = Import.objects.select_related("kind").filter(pk=import_id).first()
    if found is None:
        raise Problem("no_such_import", status.HTTP_404_NOT_FOUND)
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else -1
