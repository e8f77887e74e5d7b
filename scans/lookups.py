"""The database questions behind the evidence: one query each, for a whole batch."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from permits.models import Companion, Holder, Permit, PolicyRow, WatchlistEntry
from permits.models.policy import DEFAULT, ONLY_ROW
from permits.policy import of_row
from permits.verdict import Direction, Passage, Place, Policy, WatchlistLevel
from scans import partitions
from scans.models import Checkpoint, Scan, TripUse
from scans.prepared import PreparedQuery
from scans.scan_ids import day_in, days_near
from scans.times import utc_day

# A citizen card or a plate finds permits that are not long past; the rest would only be noise.
PERSON_LOOKS_BACK = timedelta(days=7)
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
    direction: str
    doses: int
    one_trip: bool
    hours_from: time | None
    hours_until: time | None
    weekdays: int
    doses_needed: int
    kind_vi: str
    kind_en: str
    holder_id: int
    full_name: str
    number_digest: str
    number_sealed: bytes
    number_tail: str
    birth_date: date
    sex: str
    kind_id: int
    has_zones: bool
    has_companions: bool
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
    "direction",
    "doses",
    "kind__one_trip",
    "kind__hours_from",
    "kind__hours_until",
    "kind__weekdays",
    "kind__doses_needed",
    "kind__name_vi",
    "kind__name_en",
    "holder_id",
    "holder__full_name",
    "holder__number_digest",
    "holder__number_sealed",
    "holder__number_tail",
    "holder__birth_date",
    "holder__sex",
    "kind_id",
)


class CompanionRow(NamedTuple):
    """A person who travels on another's permit."""

    permit_id: int
    full_name: str
    number_digest: str
    number_sealed: bytes
    number_tail: str
    doses: int


# What a passage is made of, in a scan and in a trip's use; its time comes last.
PASSAGE_FIELDS = (
    "permit_id",
    "checkpoint_id",
    "checkpoint__latitude",
    "checkpoint__longitude",
    "direction",
)
TripKey = tuple[int, Direction]
PermitZone, CheckpointZone = Permit.zones.through, Checkpoint.zones.through


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


def permits_by_person(
    digests: Collection[str], plates: Collection[str], now: datetime
) -> Iterator[PermitRow]:
    """The permits that these people hold or travel on, or that name these vehicles.

    Those long past are left out. The people are looked for first: over three tables at once, no
    database would use its indexes.
    """
    holders = Holder.objects.filter(number_digest__in=digests).values_list("id", flat=True)
    along = Companion.objects.filter(number_digest__in=digests).values_list("permit_id", flat=True)
    found = Q(plate__in=plates)
    if digests:
        found |= Q(holder_id__in=list(holders)) | Q(id__in=list(along))
    recent = {"valid_until__gt": now - PERSON_LOOKS_BACK}
    return map(PermitRow._make, _permits(utc_day(now)).filter(found, **recent))


@lru_cache(maxsize=2)
def _permits_by_number(today: date) -> PreparedQuery:
    permits = _permits(today)
    return PreparedQuery(lambda numbers: permits.filter(number__any_of=numbers))


def _permits(today: date) -> QuerySet[Permit, tuple[Any, ...]]:
    """The index has a permit's last scan under its day, so each day is asked for by itself."""
    days = (today, today - PASSAGE_LOOKS_BACK)
    return Permit.objects.annotate(
        has_zones=Exists(PermitZone.objects.filter(permit=OuterRef("pk"))),
        has_companions=Exists(Companion.objects.filter(permit=OuterRef("pk")).order_by()),
        last_scan_id=Coalesce(*(_last_scan_of(day) for day in days)),
    ).values_list(*PERMIT_FIELDS, "has_zones", "has_companions", "last_scan_id")


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


_companions = PreparedQuery(
    lambda ids: Companion.objects.filter(permit_id__any_of=ids).values_list(*CompanionRow._fields)
)


def companions(permit_ids: list[int]) -> Iterator[CompanionRow]:
    """Who travels on these permits besides their holders."""
    if not permit_ids:
        return iter(())
    return map(CompanionRow._make, _companions.rows(permit_ids))


_permit_zones = PreparedQuery(
    lambda ids: PermitZone.objects.filter(permit_id__any_of=ids).values_list("permit_id", "zone_id")
)
_checkpoint_zones = PreparedQuery(
    lambda ids: CheckpointZone.objects.filter(checkpoint_id__any_of=ids).values_list(
        "checkpoint_id", "zone_id"
    )
)


def permit_zones(permit_ids: list[int]) -> list[tuple[Any, ...]]:
    """Pairs of a permit and a zone that it is valid in."""
    return list(_permit_zones.rows(permit_ids)) if permit_ids else []


def checkpoint_zones(checkpoint_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Pairs of a checkpoint and a zone that it belongs to."""
    return list(_checkpoint_zones.rows(list(checkpoint_ids)))


_watchlist = PreparedQuery(
    lambda numbers, plates: WatchlistEntry.objects.filter(
        Q(number_digest__any_of=numbers) | Q(plate__any_of=plates)
    ).values_list("number_digest", "plate", "level", "active_from", "active_until"),
    lists=2,
)


def watchlist_rows(
    digests: Collection[str], plates: Collection[str], now: datetime
) -> Iterator[tuple[str, str, WatchlistLevel]]:
    """Number's digest, plate and level of the entries that name one of these and count now."""
    rows = _watchlist.rows([*digests], [*plates])
    for number, plate, level, active_from, active_until in rows:
        if active_from <= now and (active_until is None or active_until > now):
            yield number, plate, WatchlistLevel(level)


_policy_columns = tuple(field.attname for field in PolicyRow._meta.concrete_fields)
_policy = PreparedQuery(
    lambda: PolicyRow.objects.filter(id=ONLY_ROW).values_list(*_policy_columns), lists=0
)


def policy() -> Policy:
    """What an administrator has set, read anew for each batch: it counts from the next scan on."""
    row = next(_policy.rows(), None)
    return of_row(PolicyRow(*row)) if row else DEFAULT
