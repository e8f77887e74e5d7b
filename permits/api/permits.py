"""Permits: issue, list, search, read, revoke."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from permits import labels, selectors, serials, services
from permits.api.access import user_of
from permits.api.base import NewestFirst, ScopedView
from permits.api.idempotency import idempotent
from permits.api.problems import Problem
from permits.api.serializers import (
    IssuedSerializer,
    IssueSerializer,
    ListQuerySerializer,
    PermitSerializer,
    PermitsPageSerializer,
    PersonSerializer,
    RevokeSerializer,
    WholePermitSerializer,
)
from permits.demands import Unmet
from permits.models import Permit
from permits.people import normalise_plate
from permits.scopes import Scope

MOST_OF_A_PERSON = 100
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Sent again with the same key and body, a write is done once. Kept for 24 hours.",
)


class PermitsView(ScopedView):
    """All permits."""

    scopes = {"GET": Scope.PERMITS_READ, "POST": Scope.PERMITS_WRITE}
    scope = Scope.PERMITS_READ

    @extend_schema(
        operation_id="list_permits",
        parameters=[
            ListQuerySerializer,
            OpenApiParameter("cursor", str, description="From `next` or `previous`."),
            OpenApiParameter("page_size", int, description="At most 200."),
        ],
        responses={200: PermitsPageSerializer},
    )
    def get(self, request: Request) -> Response:
        """The permits, the newest first, a page at a time.

        To find a person's, POST to /permits/search/: a number in an address would stand in logs.
        """
        query = ListQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return _page(request, _filtered(query.validated_data), self)

    @extend_schema(
        operation_id="issue_permit",
        parameters=[IDEMPOTENCY_KEY],
        request=IssueSerializer,
        responses={201: IssuedSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Issue a permit for somebody. 422 `does_not_fit_kind` where the kind asks for more."""
        given = IssueSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            declared = services.declare(
                given.declaration(),
                now=timezone.now(),
                kind=given.validated_data["kind"],
                valid_from=given.validated_data["valid_from"],
                valid_until=given.validated_data["valid_until"],
                zones=given.validated_data["zones"],
                issuer=user_of(request),
            )
        except services.DoesNotFitKind as refusal:
            raise _unmet(refusal.unmet) from None
        issued = {**WholePermitSerializer(_whole(declared.permit)).data, "link": declared.link}
        return Response(issued, status.HTTP_201_CREATED)


class PermitSearchView(ScopedView):
    """A person's permits."""

    scope = Scope.PERMITS_READ

    @extend_schema(
        operation_id="search_permits",
        request=PersonSerializer,
        responses={200: PermitSerializer(many=True)},
    )
    def post(self, request: Request) -> Response:
        """The permits that a person holds or travels on, the newest first, at most a hundred."""
        given = PersonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = selectors.permits_of_person(given.validated_data["personal_number"])
        rows = found.prefetch_related("companions", "zones")[:MOST_OF_A_PERSON]
        return Response(PermitSerializer(rows, many=True).data)


class PermitView(ScopedView):
    """One permit."""

    scope = Scope.PERMITS_READ

    @extend_schema(operation_id="read_permit", responses={200: WholePermitSerializer})
    def get(self, request: Request, serial: str) -> Response:
        """A permit by its serial, in any spelling. 404 `no_such_permit`."""
        return Response(WholePermitSerializer(_permit(serial)).data)


class RevokeView(ScopedView):
    """The end of a permit."""

    scope = Scope.PERMITS_WRITE

    @extend_schema(
        operation_id="revoke_permit",
        parameters=[IDEMPOTENCY_KEY],
        request=RevokeSerializer,
        responses={200: WholePermitSerializer},
    )
    @idempotent
    def post(self, request: Request, serial: str) -> Response:
        """Revoke an approved permit, from the next scan on.

        404 `no_such_permit`; 409 `not_allowed_now` where it is not approved.
        """
        permit = _permit(serial)
        given = RevokeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            services.revoke(
                permit.pk,
                issuer=user_of(request),
                now=timezone.now(),
                note=given.validated_data["note"],
            )
        except services.NotAllowedNow:
            raise Problem("not_allowed_now", status.HTTP_409_CONFLICT) from None
        return Response(WholePermitSerializer(_whole(permit)).data)


def _rows() -> QuerySet[Permit]:
    return Permit.objects.select_related("holder", "kind").prefetch_related("companions", "zones")


def _whole(permit: Permit) -> Permit:
    return _rows().get(pk=permit.pk)


def _permit(serial: str) -> Permit:
    try:
        return _rows().get(number=serials.parse_serial(serial))
    except (serials.BadSerial, Permit.DoesNotExist):
        raise Problem("no_such_permit", status.HTTP_404_NOT_FOUND) from None


def _filtered(query: dict[str, Any]) -> QuerySet[Permit]:
    columns = {
        "state": "state",
        "kind": "kind__number",
        "plate": "plate",
        "declared_from": "declared_at__gte",
        "declared_until": "declared_at__lt",
    }
    if "plate" in query:
        query = {**query, "plate": normalise_plate(query["plate"])}
    return _rows().filter(**{columns[name]: value for name, value in query.items()})


def _page(request: Request, rows: QuerySet[Permit], view: ScopedView) -> Response:
    paginator = NewestFirst()
    page = paginator.paginate_queryset(rows, request, view=view)
    return paginator.get_paginated_response(PermitSerializer(page, many=True).data)


def _unmet(unmet: Any) -> Problem:
    errors = [(_field(one), one.demand.value, _words(one)) for one in unmet]
    return Problem("does_not_fit_kind", status.HTTP_422_UNPROCESSABLE_ENTITY, errors=errors)


def _field(one: Unmet) -> str:
    return one.field if one.companion is None else f"companions/{one.companion}/{one.field}"


def _words(one: Unmet) -> str:
    return str(labels.DEMANDS[one.demand]) % {"limit": one.limit}
