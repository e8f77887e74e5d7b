"""Who is looked for. A change counts from the next scan on; who made it is kept."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from permits import personal_data
from permits.desk.records import ENTRY_ADDED, ENTRY_CHANGED, ENTRY_ENDED, record
from permits.models import WatchlistEntry
from permits.people import normalise_plate
from permits.verdict import WatchlistLevel


@transaction.atomic
def add_watchlist_entry(
    *,
    level: WatchlistLevel,
    active_from: datetime,
    personal_number: str = "",
    plate: str = "",
    active_until: datetime | None = None,
    note: str = "",
    source: str = "",
    by: User | None = None,
    now: datetime | None = None,
) -> WatchlistEntry:
    """Look for a person, a vehicle, or both. `by` and `now` say who does it, where a user does."""
    entry = WatchlistEntry.objects.create(
        level=level.value,
        number_digest=personal_data.digest(personal_number),
        number_sealed=personal_data.seal(personal_number) if personal_number else b"",
        number_tail=personal_number[-4:],
        plate=normalise_plate(plate),
        active_from=active_from,
        active_until=active_until,
        note=note,
        source=source,
    )
    if by and now:
        record(by, entry, ENTRY_ADDED, now=now)
    return entry


@transaction.atomic
def change_watchlist_entry(
    entry: WatchlistEntry,
    *,
    level: WatchlistLevel,
    active_until: datetime | None,
    note: str,
    source: str,
    by: User,
    now: datetime,
) -> None:
    """Change what is known, not whom it is about: that would be another entry."""
    entry.level, entry.active_until = level.value, active_until
    entry.note, entry.source = note, source
    entry.save(update_fields=["level", "active_until", "note", "source"])
    record(by, entry, ENTRY_CHANGED, now=now)


@transaction.atomic
def end_watchlist_entry(entry: WatchlistEntry, *, by: User, now: datetime) -> None:
    """It counts no longer. An entry that has ended already stays as it is."""
    if entry.active_until is None or entry.active_until > now:
        entry.active_until = now
        entry.save(update_fields=["active_until"])
        record(by, entry, ENTRY_ENDED, now=now)
