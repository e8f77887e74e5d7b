"""The database questions behind the evidence: one query each, for a whole batch."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from permits.models import Permit, WatchlistEntry
from permits.verdict import Direction, Passage, Place, WatchlistLevel
from scans import partitions
from scans.models import Scan, TripUse
from scans.prepared import PreparedQuery
from scans.scan_ids import day_in, days_near
from scans.times import utc_day

# A citizen card finds the person's permits that are not long past; the rest would only be noise.
CARD_LOOKS_BACK = timedelta(days=7)
# A permit's last passage is looked for today and yesterday: by car no place is farther than a day.
PASSAGE_LOOKS_BACK = timedelta(days=1)


class PermitRow(NamedTuple):
    """A permit with its holder and kind, as the queries below select it."""

    id: int
    number: int
    state: str
    valid_from: datetime
    valid_until: datetime
    plate: str
    origin: str
    destination: str
    one_trip: bool
    hours_from: time | None
    hours_until: time | None
    kind_vi: str
    kind_en: str
    full_name: str
    personal_number: str
    birth_date: date
    sex: str
    last_scan_id: int | None


PERMIT_FIELDS = (
    "id",
    "number",
    "state",
    "valid_from",
    "valid_until",
    "plate",
    "origin",
    "destination",
    "kind__one_trip",
    "kind__hours_from",
    "kind__hours_until",
    "kind__name_vi",
    "kind__name_en",
    "holder__full_name",
    "holder__personal_number",
    "holder__birth_date",
    "holder__sex",
)


# What a passage is made of, in a scan and in a trip's use; its time comes last.
PASSAGE_FIELDS = (
    "permit_id",
    "checkpoint_id",
    "checkpoint__latitude",
    "checkpoint__longitude",
    "direction",
)
TripKey = tuple[int, Direction]


class ScanRow(NamedTuple):
    """A scan that was recorded before under the same scan_id."""

    scan_id: UUID
    lane_id: int
    payload_digest: bytes
    permit_id: int | None
    outcome: str
    reasons: list[str]
    hits: list[str]
    captured_at: datetime
    elapsed_ms: int


def recorded(scan_ids: list[UUID], now: datetime) -> dict[UUID, ScanRow]:
    """The scans that are recorded under these ids."""
    if not scan_ids:
        return {}
    days = {*days_near(now), *filter(None, map(day_in, scan_ids))}
    scans = Scan.objects.filter(captured_day__in=days, scan_id__in=scan_ids)
    rows = scans.values_list(*ScanRow._fields)
    return {row[0]: ScanRow._make(row) for row in rows}


def permits_by_number(numbers: Collection[int], now: datetime) -> Iterator[PermitRow]:
    """These permits, each with the id of its last scan."""
    if not numbers:
        return iter(())
    return map(PermitRow._make, _permits_by_number(utc_day(now)).rows(list(numbers)))


def permits_by_card(numbers: Collection[str], now: datetime) -> Iterator[PermitRow]:
    """The permits of the people with these personal numbers, but for those long past."""
    if not numbers:
        return iter(())
    recent = {"holder__personal_number__in": numbers, "valid_until__gt": now - CARD_LOOKS_BACK}
    return map(PermitRow._make, _permits_with_last_scan(utc_day(now)).filter(**recent))


@lru_cache(maxsize=2)
def _permits_by_number(today: date) -> PreparedQuery:
    permits = _permits_with_last_scan(today)
    return PreparedQuery(lambda numbers: permits.filter(number__any_of=numbers))


def _permits_with_last_scan(today: date) -> QuerySet[Permit, tuple[Any, ...]]:
    """The index has a permit's last scan under its day, so each day is asked for by itself."""
    days = (today, today - PASSAGE_LOOKS_BACK)
    last_scan = Coalesce(*(_last_scan_of(day) for day in days))
    return Permit.objects.annotate(last_scan_id=last_scan).values_list(
        *PERMIT_FIELDS, "last_scan_id"
    )


def _last_scan_of(day: date) -> Subquery:
    scans = Scan.objects.filter(captured_day=day, permit=OuterRef("pk"))
    return Subquery(scans.order_by("-captured_at").values("id")[:1])


def last_passages(scan_ids: list[int], now: datetime) -> dict[int, Passage]:
    """Passages of these scans, by permit."""
    if not scan_ids:
        return {}
    return {row[0]: _passage(row) for row in _last_passages(utc_day(now)).rows(scan_ids)}


@lru_cache(maxsize=2)
def _last_passages(today: date) -> PreparedQuery:
    scans = Scan.objects.filter(partitions.of([today, today - PASSAGE_LOOKS_BACK]))
    return PreparedQuery(
        lambda ids: scans.filter(id__any_of=ids).values_list(*PASSAGE_FIELDS, "captured_at")
    )


_trips = PreparedQuery(
    lambda ids: TripUse.objects.filter(permit_id__any_of=ids).values_list(
        *PASSAGE_FIELDS, "used_at"
    )
)


def trips(permit_ids: list[int]) -> dict[TripKey, Passage]:
    """The first use of one-trip permits, by permit and direction."""
    if not permit_ids:
        return {}
    return {(row[0], Direction(row[4])): _passage(row) for row in _trips.rows(permit_ids)}


def _passage(row: tuple[Any, ...]) -> Passage:
    _permit_id, checkpoint_id, latitude, longitude, direction, at = row
    return Passage(Place(checkpoint_id, latitude, longitude), Direction(direction), at)


_watchlist = PreparedQuery(
    lambda numbers, plates: WatchlistEntry.objects.filter(
        Q(personal_number__any_of=numbers) | Q(plate__any_of=plates)
    ).values_list("personal_number", "plate", "level", "active_from", "active_until"),
    lists=2,
)


def watchlist_rows(
    numbers: Collection[str], plates: Collection[str], now: datetime
) -> Iterator[tuple[str, str, WatchlistLevel]]:
    """Number, plate and level of the entries that name one of these and count now."""
    rows = _watchlist.rows([*numbers], [*plates])
    for number, plate, level, active_from, active_until in rows:
        if active_from <= now and (active_until is None or active_until > now):
            yield number, plate, WatchlistLevel(level)
