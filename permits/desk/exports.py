"""The tables of the desk, to take away: what its pages show, and no more of a person."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permits import labels
from permits.desk import queue
from permits.desk.queue import Filters
from permits.exports import Column, Export, Format, Table, Value, in_chunks
from permits.models import WatchlistEntry


def applications_export(filters: Filters, *, now: datetime) -> Export:
    """The queue of these filters, or what was found."""
    columns = [
        Column(_("Serial"), width=14),
        Column(_("Full name"), width=22),
        Column(_("Kind"), width=22),
        Column(_("From"), width=20),
        Column(_("To"), width=20),
        Column(_("Plate"), width=12),
        Column(_("Declared"), Format.MOMENT, 18),
        Column(_("State"), width=14),
        Column(_("Watchlist"), width=14),
    ]
    rows = _applications(filters, now)
    table = Table(_("Applications"), columns, rows, queue.count(filters, now=now))
    return Export("applications", _("Applications"), [table], _notes(filters))


def _applications(filters: Filters, now: datetime) -> Iterator[Sequence[Value]]:
    for page in queue.pages(filters, now=now):
        for permit in page.permits:
            hits = page.hits.get(permit.id, ())
            yield [
                *(permit.serial, permit.holder.full_name, str(permit.kind)),
                *(permit.origin, permit.destination, permit.plate, permit.declared_at),
                str(permit.get_state_display()),
                ", ".join(str(labels.HITS[hit]) for hit in hits),
            ]


def _notes(filters: Filters) -> list[str]:
    """Which they are. What was searched for is not said: it may be a number."""
    if filters.search:
        return [_("Found, in every state.")]
    said = [str(labels.STATES[filters.state])]
    days = [
        day.isoformat() if day else "…" for day in (filters.declared_from, filters.declared_until)
    ]
    if days != ["…", "…"]:
        said.append(" – ".join(days))
    if filters.with_hits:
        said.append(_("With watchlist hits only"))
    return said


def watchlist_export(entries: QuerySet[WatchlistEntry]) -> Export:
    """The entries that the page lists, on all its pages."""
    columns = [
        Column(_("Number"), width=14),
        Column(_("Plate"), width=12),
        Column(_("Level"), width=14),
        Column(_("Note"), width=26),
        Column(_("Source"), width=16),
        Column(_("Counts from"), Format.MOMENT, 18),
        Column(_("Counts until"), Format.MOMENT, 18),
    ]
    table = Table(_("Watchlist"), columns, _entries(entries), entries.count())
    return Export("watchlist", _("Watchlist"), [table])


def _entries(entries: QuerySet[WatchlistEntry]) -> Iterator[Sequence[Value]]:
    for entry in in_chunks(entries):
        yield [
            entry.masked_number if entry.number_tail else "",
            *(entry.plate, str(entry.get_level_display()), entry.note, entry.source),
            *(entry.active_from, entry.active_until),
        ]
