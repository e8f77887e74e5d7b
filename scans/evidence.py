"""Rows to evidence: what the database says of a batch of checks, as the decision takes it."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from uuid import UUID

from django.utils import timezone

from permits import keys, people, personal_data, token
from permits.payloads import CitizenCard, Forged, Payload, Person, Plate, Serial, TravelCode
from permits.verdict import (
    Direction,
    Evidence,
    Outcome,
    Passage,
    PayloadKind,
    PermitFacts,
    PermitState,
    Place,
    Policy,
    WatchlistLevel,
)
from scans import kept_digests
from scans.kept_evidence import Besides
from scans.lookups import CompanionRow, PermitRow, ScanRow, TripKey

# A device may hold a check back while its network is away, but not for days.
OLDEST_CAPTURE = timedelta(hours=24)
KEY_NAMED_WITHIN = len(token.PREFIX) + token.KEY_ID_CHARACTERS


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
    """A payload to check. The same scan_id may come twice, and is recorded once.

    `plate` is that of the vehicle in front, where somebody has typed it, in letters and digits
    alone. `bundle_at` is from when the rows were that a device without a network decided on.
    """

    payload: str
    scan_id: UUID
    captured_at: datetime
    lane: LaneContext
    source: str
    plate: str = ""
    bundle_at: datetime | None = None


@dataclass
class Gathered:
    """All that the database says about a batch, ready to be asked for each check."""

    parsed: list[Payload]
    policy: Policy = field(default_factory=Policy)
    zone: tzinfo = field(default_factory=timezone.get_current_timezone)
    recorded: dict[UUID, ScanRow] = field(default_factory=dict)
    by_number: dict[int, PermitRow] = field(default_factory=dict)
    by_person: dict[str, list[PermitRow]] = field(default_factory=lambda: defaultdict(list))
    by_plate: dict[str, list[PermitRow]] = field(default_factory=lambda: defaultdict(list))
    companions: dict[int, list[CompanionRow]] = field(default_factory=lambda: defaultdict(list))
    permit_zones: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    checkpoint_zones: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    last_passages: dict[int, Passage] = field(default_factory=dict)
    trips: dict[TripKey, Passage] = field(default_factory=dict)
    new_trips: dict[TripKey, Passage] = field(default_factory=dict)
    wanted_numbers: dict[str, list[WatchlistLevel]] = field(
        default_factory=lambda: defaultdict(list)
    )
    wanted_plates: dict[str, list[WatchlistLevel]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def permits(self) -> list[PermitRow]:
        """All that the batch is about, each once."""
        found = {row.id: row for row in self.by_number.values()}
        for rows in (*self.by_person.values(), *self.by_plate.values()):
            found |= {row.id: row for row in rows}
        return list(found.values())

    def permits_of(self, payload: Payload) -> list[PermitRow]:
        """The permits that a payload stands for: at most one, but for a citizen card or a plate."""
        if isinstance(payload, Person):
            return self.by_person.get(digest_of(payload), [])
        if isinstance(payload, Plate):
            return self.by_plate.get(payload.plate, [])
        number = permit_number(payload)
        row = self.by_number.get(number) if number is not None else None
        return [row] if row else []

    def hits(
        self, request: CheckRequest, payload: Payload, permit: PermitRow | None
    ) -> tuple[WatchlistLevel, ...]:
        """The watchlist's levels for everyone and every vehicle, each once, the gravest first."""
        if not self.wanted_numbers and not self.wanted_plates:
            return ()
        plates = {request.plate}
        digests: set[str] = set()
        if permit:
            digests.update(self._digests_on(permit))
            plates.add(permit.plate)
        if isinstance(payload, Person):
            digests.update(personal_data.digests(payload.personal_number))
        if isinstance(payload, Plate):
            plates.add(payload.plate)
        found = {level for digest in digests for level in self.wanted_numbers.get(digest, ())}
        found |= {level for plate in plates for level in self.wanted_plates.get(plate, ())}
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
            permit=self._facts(permit) if permit else None,
            holder_fits=self._holder_fits(payload, permit) if permit else True,
            plate_fits=_plate_fits(request, permit) if permit else True,
            place_zones=frozenset(self.checkpoint_zones.get(request.lane.place.checkpoint_id, ())),
            watchlist=self.hits(request, payload, permit),
            last_passage=self.last_passages.get(permit.id) if permit else None,
            first_allowed=self._first_allowed(request, permit) if permit else None,
            bundle_age=request.captured_at - request.bundle_at if request.bundle_at else None,
        )

    def _facts(self, permit: PermitRow) -> PermitFacts:
        along = self.companions.get(permit.id, ())
        return PermitFacts(
            state=PermitState(permit.state),
            valid_from=permit.valid_from,
            valid_until=permit.valid_until,
            one_trip=permit.one_trip,
            hours_from=permit.hours_from,
            hours_until=permit.hours_until,
            weekdays=permit.weekdays,
            zones=frozenset(self.permit_zones.get(permit.id, ())),
            direction=Direction(permit.direction) if permit.direction else None,
            doses=min([permit.doses, *(companion.doses for companion in along)]),
            doses_needed=permit.doses_needed,
        )

    def _digests_on(self, permit: PermitRow) -> list[str]:
        """Of everyone who travels on a permit."""
        people_on_it = (permit, *self.companions.get(permit.id, ()))
        return [digest for person in people_on_it for digest in digests_kept(person)]

    def _holder_fits(self, payload: Payload, permit: PermitRow) -> bool:
        """Anybody can declare under anybody's number: the card must say the same of its person."""
        if not isinstance(payload, CitizenCard):
            return True
        own = personal_data.digests(payload.personal_number)
        if permit.number_digest in own:
            same_person = (payload.birth_date, payload.sex) == (permit.birth_date, permit.sex)
            return same_person and people.same_name(payload.full_name, permit.full_name)
        return any(
            people.same_name(payload.full_name, companion.full_name)
            for companion in self.companions.get(permit.id, ())
            if companion.number_digest in own
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


def payload_digest(payload: str) -> bytes:
    """What is kept of a payload: keyed, or whoever has the table could try out all numbers."""
    return hmac.digest(keys.load().digest_key, payload.encode(errors="replace"), "sha256")


def subject_digest(payload: Payload) -> bytes | None:
    """Who held up a card or typed a number, found again where no permit says who."""
    if isinstance(payload, Person):
        return kept_digests.of_number(payload.personal_number)
    return None


def plate_digest(request: CheckRequest, payload: Payload) -> bytes | None:
    """The vehicle in front, where its plate was typed."""
    plate = payload.plate if isinstance(payload, Plate) else request.plate
    return kept_digests.of_plate(plate) if plate else None


def besides(request: CheckRequest, payload: Payload, permit: PermitRow | None) -> Besides:
    """What is kept of a check, and was not decided on."""
    is_code = payload.kind is PayloadKind.TOKEN
    return Besides(
        kind_id=permit.kind_id if permit else None,
        key_id=_key_named(request.payload.strip()[:KEY_NAMED_WITHIN]) if is_code else "",
        plate_typed=bool(request.plate),
    )


@lru_cache(maxsize=64)
def _key_named(start: str) -> str:
    return token.key_named(start)


def permit_number(payload: Payload) -> int | None:
    if isinstance(payload, TravelCode):
        return payload.token.number
    return payload.number if isinstance(payload, Serial) else None


def digest_of(person: Person) -> str:
    """Under which the permits of a person are gathered, whichever key found them."""
    return personal_data.digest(person.personal_number)


def digests_kept(person: PermitRow | CompanionRow) -> Sequence[str]:
    return personal_data.digests_of_kept(person.number_digest, person.number_sealed)


def _plate_fits(request: CheckRequest, permit: PermitRow) -> bool:
    """A permit that names no vehicle is good in any."""
    return not request.plate or not permit.plate or request.plate == permit.plate
