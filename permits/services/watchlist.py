"""Who is looked for. An entry counts from the next scan on."""

from datetime import datetime

from permits import personal_data
from permits.models import WatchlistEntry
from permits.people import normalise_plate
from permits.verdict import WatchlistLevel


def add_watchlist_entry(
    *,
    level: WatchlistLevel,
    active_from: datetime,
    personal_number: str = "",
    plate: str = "",
    active_until: datetime | None = None,
    note: str = "",
    source: str = "",
) -> WatchlistEntry:
    """Look for a person, a vehicle, or both."""
    return WatchlistEntry.objects.create(
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
