"""Rows to evidence, for a whole batch of checks in a fixed number of queries."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from permits import keys, payloads
from permits.models import Permit, WatchlistEntry
from permits.payloads import CitizenCard, Forged, Payload, Serial, TravelCode
from permits.verdict import (
    Direction,
    Evidence,
    Outcome,
    Passage,
    PermitFacts,
    PermitState,
    Place,
    WatchlistLevel,
)
from scans.models import Scan
from scans.times import days_between, utc_day

# A citizen card finds the person's permits that are not long past; the rest would only be noise.
CARD_LOOKS_BACK = timedelta(days=7)
# A permit's last passage is looked for today and yesterday: by car no place is farther than a day.
PASSAGE_LOOKS_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LaneContext:
    """Where a payload is held up, and to whom."""

    lane_id: int
    place: Place
    direction: Direction
    officer_id: int
    checkpoint_name: str
    lane_name: str


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A payload to check.

    `may_be_replay`: a client made the scan_id and may send it twice. `parsed` is what the payload
    is, where that was found out ahead: a signature costs more than the rest of a check's thinking.
    """

    payload: str
    scan_id: UUID
    captured_at: datetime
    lane: LaneContext
    source: str
    may_be_replay: bool = False
    parsed: Payload | None = None


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
    hours_from: object
    hours_until: object
    kind_vi: str
    kind_en: str
    full_name: str
    personal_number: str
    birth_date: date
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
)


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


@dataclass
class Gathered:
    """All that the database says about a batch, ready to be asked for each check."""

    parsed: list[Payload]
    recorded: dict[UUID, ScanRow] = field(default_factory=dict)
    by_number: dict[int, PermitRow] = field(default_factory=dict)
    by_card: dict[str, list[PermitRow]] = field(default_factory=lambda: defaultdict(list))
    last_passages: dict[int, Passage] = field(default_factory=dict)
    allowed: dict[int, list[Passage]] = field(default_factory=lambda: defaultdict(list))
    wanted_numbers: dict[str, list[WatchlistLevel]] = field(
        default_factory=lambda: defaultdict(list)
    )
    wanted_plates: dict[str, list[WatchlistLevel]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def permits_of(self, payload: Payload) -> list[PermitRow]:
        """The permits that a payload stands for: at most one, but for a citizen card."""
        if isinstance(payload, CitizenCard):
            return self.by_card.get(payload.personal_number, [])
        number = _permit_number(payload)
        row = self.by_number.get(number) if number is not None else None
        return [row] if row else []

    def hits(self, payload: Payload, permit: PermitRow | None) -> tuple[WatchlistLevel, ...]:
        """The watchlist's levels for the person and the vehicle, each once, the gravest first."""
        number, plate = "", ""
        if permit:
            number, plate = permit.personal_number, permit.plate
        elif isinstance(payload, CitizenCard):
            number = payload.personal_number
        found = {*self.wanted_numbers.get(number, ()), *self.wanted_plates.get(plate, ())}
        return tuple(level for level in WatchlistLevel if level in found)

    def evidence(
        self, request: CheckRequest, payload: Payload, permit: PermitRow | None
    ) -> Evidence:
        """The evidence for one check, were it to rest on this permit."""
        return Evidence(
            payload_kind=payload.kind,
            place=request.lane.place,
            direction=request.lane.direction,
            now=timezone.localtime(request.captured_at),
            signature_ok=not isinstance(payload, Forged),
            permit=_facts(permit) if permit else None,
            watchlist=self.hits(payload, permit),
            last_passage=self.last_passages.get(permit.id) if permit else None,
            first_allowed=self._first_allowed(request, permit),
        )

    def note_passage(self, permit: PermitRow, request: CheckRequest, outcome: Outcome) -> None:
        """Let the later checks of this batch see this one, which is not in the database yet."""
        passage = Passage(request.lane.place, request.lane.direction, request.captured_at)
        last = self.last_passages.get(permit.id)
        if last is None or passage.at >= last.at:  # a device may send a check late
            self.last_passages[permit.id] = passage
        if outcome is Outcome.ALLOW:
            self.allowed[permit.id].append(passage)

    def _first_allowed(self, request: CheckRequest, permit: PermitRow | None) -> Passage | None:
        if permit is None or not permit.one_trip:
            return None
        passages = [p for p in self.allowed[permit.id] if p.direction is request.lane.direction]
        return min(passages, key=lambda passage: passage.at, default=None)


def parse(payload: str) -> Payload:
    """What a payload is, by this site's keys."""
    return payloads.parse(payload, keys.load().verifying)


def gather(
    requests: Sequence[CheckRequest], *, now: datetime, look_for_replays: bool = True
) -> Gathered:
    """Look up everything for a batch: at most six queries, however many checks there are."""
    found = Gathered(parsed=[request.parsed or parse(request.payload) for request in requests])
    if look_for_replays:
        found.recorded = _recorded([r.scan_id for r in requests if r.may_be_replay])
    _add_permits(found, now)
    permits = [*found.by_number.values(), *(p for rows in found.by_card.values() for p in rows)]
    if permits:
        found.last_passages = _last_passages([p.last_scan_id for p in permits if p.last_scan_id])
        found.allowed = _allowed_passages([p for p in permits if p.one_trip], now)
    _add_watchlist(found, permits, now)
    return found


def payload_digest(payload: str) -> bytes:
    """What is kept of a payload."""
    return hashlib.sha256(payload.encode(errors="replace")).digest()


def _permit_number(payload: Payload) -> int | None:
    if isinstance(payload, TravelCode):
        return payload.token.number
    return payload.number if isinstance(payload, Serial) else None


def _facts(permit: PermitRow) -> PermitFacts:
    return PermitFacts(
        state=PermitState(permit.state),
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        one_trip=permit.one_trip,
        hours_from=permit.hours_from,  # type: ignore[arg-type]
        hours_until=permit.hours_until,  # type: ignore[arg-type]
    )


def _recorded(scan_ids: list[UUID]) -> dict[UUID, ScanRow]:
    if not scan_ids:
        return {}
    rows = Scan.objects.filter(scan_id__in=scan_ids).values_list(*ScanRow._fields)
    return {row[0]: ScanRow._make(row) for row in rows}


def _add_permits(found: Gathered, now: datetime) -> None:
    numbers = {n for payload in found.parsed if (n := _permit_number(payload)) is not None}
    cards = {p.personal_number for p in found.parsed if isinstance(p, CitizenCard)}
    if numbers:
        for row in _permit_rows(Q(number__in=numbers), now):
            found.by_number[row.number] = row
    if cards:
        recent = Q(holder__personal_number__in=cards, valid_until__gt=now - CARD_LOOKS_BACK)
        for row in _permit_rows(recent, now):
            found.by_card[row.personal_number].append(row)


def _permit_rows(condition: Q, now: datetime) -> Iterable[PermitRow]:
    today, yesterday = (_last_scan_of(now - ago) for ago in (timedelta(0), PASSAGE_LOOKS_BACK))
    rows = (
        Permit.objects.filter(condition)
        .annotate(last_scan_id=Coalesce(today, yesterday))
        .values_list(*PERMIT_FIELDS, "last_scan_id")
    )
    return map(PermitRow._make, rows)


def _last_scan_of(moment: datetime) -> Subquery:
    """The id of a permit's last scan of one day: the index has it under the day."""
    scans = Scan.objects.filter(captured_day=utc_day(moment), permit=OuterRef("pk"))
    return Subquery(scans.order_by("-captured_at").values("id")[:1])


def _last_passages(scan_ids: list[int]) -> dict[int, Passage]:
    if not scan_ids:
        return {}
    return dict(_passages(Q(id__in=scan_ids)))


def _allowed_passages(permits: list[PermitRow], now: datetime) -> dict[int, list[Passage]]:
    """The allowed scans of one-trip permits. None can be older than its permit's validity."""
    passages: dict[int, list[Passage]] = defaultdict(list)
    if permits:
        days = days_between(min(permit.valid_from for permit in permits), now)
        allowed = Q(
            captured_day__in=days,
            permit_id__in=[permit.id for permit in permits],
            outcome=Outcome.ALLOW.value,
        )
        for permit_id, passage in _passages(allowed):
            passages[permit_id].append(passage)
    return passages


def _passages(condition: Q) -> Iterable[tuple[int, Passage]]:
    rows = Scan.objects.filter(condition).values_list(
        "permit_id",
        "checkpoint_id",
        "checkpoint__latitude",
        "checkpoint__longitude",
        "direction",
        "captured_at",
    )
    for permit_id, checkpoint_id, latitude, longitude, direction, at in rows:
        if permit_id is not None:
            place = Place(checkpoint_id, latitude, longitude)
            yield permit_id, Passage(place, Direction(direction), at)


def _add_watchlist(found: Gathered, permits: list[PermitRow], now: datetime) -> None:
    numbers = {permit.personal_number for permit in permits}
    numbers |= {p.personal_number for p in found.parsed if isinstance(p, CitizenCard)}
    plates = {permit.plate for permit in permits if permit.plate}
    if not numbers and not plates:
        return
    rows = WatchlistEntry.objects.filter(
        Q(personal_number__in=numbers) | Q(plate__in=plates),
        Q(active_until__isnull=True) | Q(active_until__gt=now),
        active_from__lte=now,
    ).values_list("personal_number", "plate", "level")
    for number, plate, level in rows:
        if number in numbers:
            found.wanted_numbers[number].append(WatchlistLevel(level))
        if plate in plates:
            found.wanted_plates[plate].append(WatchlistLevel(level))
