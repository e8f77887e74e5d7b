"""Rows to evidence, for a whole batch of checks in a fixed number of queries."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from uuid import UUID

from django.utils import timezone

from permits import keys, payloads, people, token
from permits.keys import Keys
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
from scans import lookups
from scans.lookups import PermitRow, ScanRow, TripKey
from scans.scan_ids import says_its_day

# A device may hold a check back while its network is away, but not for days.
OLDEST_CAPTURE = timedelta(hours=24)
VERIFIED_CODES = 8192  # a kilobyte each


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
    """A payload to check. The same scan_id may come twice, and is recorded once."""

    payload: str
    scan_id: UUID
    captured_at: datetime
    lane: LaneContext
    source: str


@dataclass
class Gathered:
    """All that the database says about a batch, ready to be asked for each check."""

    parsed: list[Payload]
    zone: tzinfo = field(default_factory=timezone.get_current_timezone)
    recorded: dict[UUID, ScanRow] = field(default_factory=dict)
    by_number: dict[int, PermitRow] = field(default_factory=dict)
    by_card: dict[str, list[PermitRow]] = field(default_factory=lambda: defaultdict(list))
    last_passages: dict[int, Passage] = field(default_factory=dict)
    trips: dict[TripKey, Passage] = field(default_factory=dict)
    new_trips: dict[TripKey, Passage] = field(default_factory=dict)
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
            now=request.captured_at.astimezone(self.zone),
            signature_ok=not isinstance(payload, Forged),
            permit=_facts(permit) if permit else None,
            holder_fits=_holder_fits(payload, permit) if permit else True,
            watchlist=self.hits(payload, permit),
            last_passage=self.last_passages.get(permit.id) if permit else None,
            first_allowed=self._first_allowed(request, permit) if permit else None,
        )

    def note_passage(self, permit: PermitRow, request: CheckRequest, outcome: Outcome) -> None:
        """Let the later checks of this batch see this one, which is not in the database yet."""
        passage = Passage(request.lane.place, request.lane.direction, request.captured_at)
        last = self.last_passages.get(permit.id)
        if last is None or passage.at >= last.at:  # a device may send a check late
            self.last_passages[permit.id] = passage
        if (
            permit.one_trip
            and outcome is Outcome.ALLOW
            and not self._first_allowed(request, permit)
        ):
            self.new_trips[permit.id, request.lane.direction] = passage

    def _first_allowed(self, request: CheckRequest, permit: PermitRow) -> Passage | None:
        trip = (permit.id, request.lane.direction)
        return self.trips.get(trip) or self.new_trips.get(trip)


def gather(
    requests: Sequence[CheckRequest], *, now: datetime, look_for_replays: bool = True
) -> Gathered:
    """Look up everything for a batch: at most six queries, however many checks there are."""
    own = keys.load()
    found = Gathered(parsed=[_parse(request.payload, own) for request in requests])
    scan_ids = [request.scan_id for request in requests]
    if not look_for_replays:  # the database will say of all others that they are there already
        scan_ids = [scan_id for scan_id in scan_ids if not says_its_day(scan_id, now)]
    found.recorded = lookups.recorded(scan_ids, now)
    _add_permits(found, now)
    permits = [*found.by_number.values(), *(p for rows in found.by_card.values() for p in rows)]
    if permits:
        found.last_passages = lookups.last_passages(
            [p.last_scan_id for p in permits if p.last_scan_id], now
        )
        found.trips = lookups.trips([permit.id for permit in permits if permit.one_trip])
    _add_watchlist(found, permits, now)
    return found


def payload_digest(payload: str) -> bytes:
    """What is kept of a payload: keyed, or whoever has the table could try out all numbers."""
    return hmac.digest(keys.load().digest_key, payload.encode(errors="replace"), "sha256")


def _parse(text: str, own: Keys) -> Payload:
    if text.startswith(token.PREFIX):
        return _parse_code(text, own)
    return payloads.parse(text, own.verifying)


@lru_cache(maxsize=VERIFIED_CODES)
def _parse_code(text: str, own: Keys) -> Payload:
    """A signature holds as long as its key does: whether it is good is found out once.

    Nothing that may change is kept here. Whether the permit was revoked, or its holder is looked
    for, is read from the database for every check, in every process.
    """
    return payloads.parse(text, own.verifying)


def _permit_number(payload: Payload) -> int | None:
    if isinstance(payload, TravelCode):
        return payload.token.number
    return payload.number if isinstance(payload, Serial) else None


def _holder_fits(payload: Payload, permit: PermitRow) -> bool:
    """Anybody can declare under anybody's number: the card must say the same of its person."""
    if not isinstance(payload, CitizenCard):
        return True
    same_person = (payload.birth_date, payload.sex) == (permit.birth_date, permit.sex)
    return same_person and people.same_name(payload.full_name, permit.full_name)


def _facts(permit: PermitRow) -> PermitFacts:
    return PermitFacts(
        state=PermitState(permit.state),
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        one_trip=permit.one_trip,
        hours_from=permit.hours_from,
        hours_until=permit.hours_until,
    )


def _add_permits(found: Gathered, now: datetime) -> None:
    numbers = {n for payload in found.parsed if (n := _permit_number(payload)) is not None}
    cards = {p.personal_number for p in found.parsed if isinstance(p, CitizenCard)}
    for row in lookups.permits_by_number(numbers, now):
        found.by_number[row.number] = row
    for row in lookups.permits_by_card(cards, now):
        found.by_card[row.personal_number].append(row)


def _add_watchlist(found: Gathered, permits: list[PermitRow], now: datetime) -> None:
    numbers = {permit.personal_number for permit in permits}
    numbers |= {p.personal_number for p in found.parsed if isinstance(p, CitizenCard)}
    plates = {permit.plate for permit in permits if permit.plate}
    if not numbers and not plates:
        return
    for number, plate, level in lookups.watchlist_rows(numbers, plates, now):
        if number in numbers:
            found.wanted_numbers[number].append(level)
        if plate in plates:
            found.wanted_plates[plate].append(level)
