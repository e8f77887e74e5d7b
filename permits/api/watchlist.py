"""The watchlist: list, add, change, end."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from permits import services
from permits.api.access import user_of
from permits.api.base import NewestFirst, ScopedView
from permits.api.idempotency import idempotent
from permits.api.permits import IDEMPOTENCY_KEY
from permits.api.problems import Problem
from permits.api.serializers import (
    EntriesPageSerializer,
    EntryChangeSerializer,
    EntryInSerializer,
    EntrySerializer,
)
from permits.models import WatchlistEntry
from permits.scopes import Scope
from permits.verdict import WatchlistLevel


class WatchlistView(ScopedView):
    """All entries."""

    scopes = {"GET": Scope.WATCHLIST_READ, "POST": Scope.WATCHLIST_WRITE}
    scope = Scope.WATCHLIST_READ

    @extend_schema(
        operation_id="list_watchlist",
        parameters=[
            OpenApiParameter("cursor", str, description="From `next` or `previous`."),
            OpenApiParameter("page_size", int, description="At most 200."),
        ],
        responses={200: EntriesPageSerializer},
    )
    def get(self, request: Request) -> Response:
        """The entries, the newest first, a page at a time, those that have ended too."""
        paginator = NewestFirst()
        page = paginator.paginate_queryset(WatchlistEntry.objects.all(), request, view=self)
        return paginator.get_paginated_response(EntrySerializer(page, many=True).data)

    @extend_schema(
        operation_id="add_watchlist_entry",
        parameters=[IDEMPOTENCY_KEY],
        request=EntryInSerializer,
        responses={201: EntrySerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Look for a person, a vehicle, or both. It counts from the next scan on."""
        given = EntryInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        fields = {**given.validated_data, "level": WatchlistLevel(given.validated_data["level"])}
        fields["active_from"] = fields["active_from"] or now
        if fields["active_until"] and fields["active_until"] <= fields["active_from"]:
            raise _ends_too_early()
        entry = services.add_watchlist_entry(**fields, by=user_of(request), now=now)
        return Response(EntrySerializer(entry).data, status.HTTP_201_CREATED)


class EntryView(ScopedView):
    """One entry."""

    scope = Scope.WATCHLIST_WRITE

    @extend_schema(
        operation_id="change_watchlist_entry",
        parameters=[IDEMPOTENCY_KEY],
        request=EntryChangeSerializer,
        responses={200: EntrySerializer},
    )
    @idempotent
    def patch(self, request: Request, entry_id: int) -> Response:
        """Change level, end, note or source; what is not given stays. 404 `no_such_entry`."""
        entry = _entry(entry_id)
        given = EntryChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = {
            "active_until": entry.active_until,
            "note": entry.note,
            "source": entry.source,
            **given.validated_data,
            "level": WatchlistLevel(given.validated_data.get("level", entry.level)),
        }
        if fields["active_until"] and fields["active_until"] <= entry.active_from:
            raise _ends_too_early()
        services.change_watchlist_entry(entry, **fields, by=user_of(request), now=timezone.now())
        return Response(EntrySerializer(entry).data)


class EndEntryView(ScopedView):
    """The end of an entry."""

    scope = Scope.WATCHLIST_WRITE

    @extend_schema(
        operation_id="end_watchlist_entry", request=None, responses={200: EntrySerializer}
    )
    def post(self, request: Request, entry_id: int) -> Response:
        """It counts no longer, from the next scan on. 404 `no_such_entry`."""
        entry = _entry(entry_id)
        services.end_watchlist_entry(entry, by=user_of(request), now=timezone.now())
        return Response(EntrySerializer(entry).data)


def _entry(entry_id: int) -> WatchlistEntry:
    found = WatchlistEntry.objects.filter(pk=entry_id).first()
    if found is None:
        raise Problem("no_such_entry", status.HTTP_404_NOT_FOUND)
    return found


def _ends_too_early() -> Problem:
    fault = ("active_until", "ends_before_it_begins", "The end lies before the beginning.")
    return Problem("invalid", status.HTTP_400_BAD_REQUEST, errors=[fault])
