"""PURE. The decision: evidence in, verdict out.

`decide` reads no clock and no database and never raises. What each reason leads to is in the
policy, what each reason means is in docs/rules.md, and the cases that pin both sides of every edge
are in permits/tests/cases/verdicts.json.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """What is to be done with the person who held the code up."""

    ALLOW = "allow"
    HOLD = "hold"  # an officer must look
    REFUSE = "refuse"


class Reason(StrEnum):
    """Why. The values are stable codes on the wire, and the order here is their weight."""

    WATCHLISTED = "watchlisted"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_PERMIT = "unknown_permit"
    NO_PERMIT = "no_permit"
    REVOKED = "revoked"
    REJECTED = "rejected"
    PENDING = "pending"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    HOLDER_MISMATCH = "holder_mismatch"
    PLATE_MISMATCH = "plate_mismatch"
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    ALREADY_USED = "already_used"
    VACCINATION_REQUIRED = "vaccination_required"
    WRONG_ZONE = "wrong_zone"
    WRONG_DIRECTION = "wrong_direction"
    OUTSIDE_HOURS = "outside_hours"
    STALE_OFFLINE = "stale_offline"


class PayloadKind(StrEnum):
    """What was held up."""

    TOKEN = "token"  # noqa: S105 not a password
    CITIZEN_CARD = "citizen_card"
    SERIAL = "serial"
    NUMBER = "number"
    PLATE = "plate"
    UNKNOWN = "unknown"


class PermitState(StrEnum):
    """Where a permit stands with the authority that issues it."""

    PENDING = "pending"
    ASKED = "asked"  # the issuer asked the holder for more
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"
    CANCELLED = "cancelled"  # by the holder


class WatchlistLevel(StrEnum):
    """Why a person or a vehicle is looked for."""

    F0 = "f0"  # infected
    F1 = "f1"  # close contact of an infected person
    QUARANTINE = "quarantine"
    WANTED = "wanted"


class Direction(StrEnum):
    """Seen from the area that the checkpoint guards."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a checkpoint stands, in degrees."""

    checkpoint_id: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Passage:
    """An earlier scan of the same permit."""

    place: Place
    direction: Direction
    at: datetime


EVERY_DAY = 0b1111111


@dataclass(frozen=True, slots=True)
class PermitFacts:
    """What the database says of a permit."""

    state: PermitState
    valid_from: datetime
    valid_until: datetime
    one_trip: bool = False
    hours_from: time | None = None
    hours_until: time | None = None
    weekdays: int = EVERY_DAY  # a bit each, Monday the lowest
    zones: frozenset[int] = frozenset()  # none: everywhere
    direction: Direction | None = None  # none: both
    doses: int = 0  # of the person on the permit who has the fewest
    doses_needed: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a decision may look at.

    `now` is when the code was held up; it carries the time zone in which hours of the day count.
    `last_passage` is the permit's latest scan anywhere; `first_allowed` its earliest allowed scan
    in this direction, looked up for one-trip kinds only. `holder_fits` is false where a citizen
    card was shown and says of its person what the permit does not, `plate_fits` where the vehicle
    in front is known and is not the permit's. `watchlist` has the hits on anyone and anything that
    travels on the permit. `bundle_age` is how old the rows were that a device without a network
    decided on.
    """

    payload_kind: PayloadKind
    place: Place
    direction: Direction
    now: datetime
    signature_ok: bool = True
    permit: PermitFacts | None = None
    holder_fits: bool = True
    plate_fits: bool = True
    place_zones: frozenset[int] = frozenset()
    watchlist: tuple[WatchlistLevel, ...] = ()
    last_passage: Passage | None = None
    first_allowed: Passage | None = None
    bundle_age: timedelta | None = None


REFUSE_BY_DEFAULT = frozenset(
    {
        Reason.BAD_SIGNATURE,
        Reason.UNKNOWN_PERMIT,
        Reason.NO_PERMIT,
        Reason.REVOKED,
        Reason.REJECTED,
        Reason.EXPIRED,
        Reason.NOT_YET_VALID,
        Reason.ALREADY_USED,
        Reason.WRONG_ZONE,
        Reason.WRONG_DIRECTION,
        Reason.OUTSIDE_HOURS,
    }
)


# What an administrator may set to `hold` or `refuse`. Who holds up a forged code or none of ours is
# never let pass by a setting, and watchlist levels have outcomes of their own.
EDITABLE_REASONS = frozenset(Reason) - {
    Reason.WATCHLISTED,
    Reason.BAD_SIGNATURE,
    Reason.UNKNOWN_CODE,
    Reason.UNKNOWN_PERMIT,
}


def _outcomes_by_default() -> dict[Reason, Outcome]:
    return {r: Outcome.REFUSE if r in REFUSE_BY_DEFAULT else Outcome.HOLD for r in Reason}


def _watchlist_by_default() -> dict[WatchlistLevel, Outcome]:
    return {
        WatchlistLevel.F0: Outcome.REFUSE,
        WatchlistLevel.F1: Outcome.REFUSE,
        WatchlistLevel.QUARANTINE: Outcome.REFUSE,
        # Turning a wanted person away would only warn them.
        WatchlistLevel.WANTED: Outcome.HOLD,
    }


@dataclass(frozen=True, slots=True)
class Policy:
    """What each reason leads to, and the numbers that the rules need."""

    outcomes: Mapping[Reason, Outcome] = field(default_factory=_outcomes_by_default)
    watchlist: Mapping[WatchlistLevel, Outcome] = field(default_factory=_watchlist_by_default)
    # One trip shown again here within this time is still the same passage, not a second trip.
    same_passage: timedelta = timedelta(minutes=15)
    fastest_kmh: float = 130.0
    # Neighbouring checkpoints are not measured: their coordinates are too rough.
    nearest_measured_km: float = 5.0
    oldest_bundle: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and its reasons, the weightiest first. `allow` has no reasons."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()

    @property
    def headline(self) -> Reason | None:
        """The reason to show large."""
        return self.reasons[0] if self.reasons else None


SEVERITY = {Outcome.ALLOW: 0, Outcome.HOLD: 1, Outcome.REFUSE: 2}
ORDER = {reason: weight for weight, reason in enumerate(Reason)}


def decide(evidence: Evidence, policy: Policy) -> Verdict:
    """Say what is to be done. Every reason that holds is named, not only the first."""
    found = {*_of_the_payload(evidence), *_of_the_permit(evidence, policy)}
    if evidence.bundle_age is not None and evidence.bundle_age > policy.oldest_bundle:
        found.add(Reason.STALE_OFFLINE)
    reasons = sorted(found, key=ORDER.__getitem__)
    outcomes = [_outcome_of(reason, evidence, policy) for reason in reasons]
    worst = max(outcomes, key=SEVERITY.__getitem__, default=Outcome.ALLOW)
    return Verdict(worst, tuple(reasons))


def _outcome_of(reason: Reason, evidence: Evidence, policy: Policy) -> Outcome:
    if reason is Reason.WATCHLISTED:
        return max((policy.watchlist[hit] for hit in evidence.watchlist), key=SEVERITY.__getitem__)
    return policy.outcomes[reason]


def _of_the_payload(evidence: Evidence) -> list[Reason]:
    reasons = [Reason.WATCHLISTED] if evidence.watchlist else []
    if evidence.payload_kind is PayloadKind.UNKNOWN:
        return [*reasons, Reason.UNKNOWN_CODE]
    if not evidence.signature_ok:
        return [*reasons, Reason.BAD_SIGNATURE]
    if evidence.permit is None:
        names_one = evidence.payload_kind in (PayloadKind.TOKEN, PayloadKind.SERIAL)
        return [*reasons, Reason.UNKNOWN_PERMIT if names_one else Reason.NO_PERMIT]
    return reasons


STATE_REASONS = {
    PermitState.PENDING: Reason.PENDING,
    PermitState.ASKED: Reason.PENDING,
    PermitState.REJECTED: Reason.REJECTED,
    PermitState.REVOKED: Reason.REVOKED,
    PermitState.CANCELLED: Reason.REVOKED,
}


def _of_the_permit(evidence: Evidence, policy: Policy) -> list[Reason]:
    permit = evidence.permit
    if permit is None or not evidence.signature_ok:
        return []
    holds = {
        Reason.HOLDER_MISMATCH: not evidence.holder_fits,
        Reason.PLATE_MISMATCH: not evidence.plate_fits,
        Reason.NOT_YET_VALID: evidence.now < permit.valid_from,
        Reason.EXPIRED: evidence.now > permit.valid_until,
        Reason.OUTSIDE_HOURS: _is_outside_hours(permit, evidence.now),
        Reason.WRONG_ZONE: bool(permit.zones) and not permit.zones & evidence.place_zones,
        Reason.WRONG_DIRECTION: permit.direction not in (None, evidence.direction),
        Reason.VACCINATION_REQUIRED: permit.doses < permit.doses_needed,
        Reason.ALREADY_USED: permit.one_trip and _is_second_trip(evidence, policy),
        Reason.IMPOSSIBLE_TRAVEL: _came_too_fast(evidence, policy),
    }
    reasons = [reason for reason, is_so in holds.items() if is_so]
    if permit.state in STATE_REASONS:
        reasons.append(STATE_REASONS[permit.state])
    return reasons


def _is_outside_hours(permit: PermitFacts, now: datetime) -> bool:
    """Hours include both ends to the second, and may run past midnight (22:00 to 05:00).

    The hours after midnight then belong to the day on which they began.
    """
    start, end = permit.hours_from, permit.hours_until
    day, at = now.weekday(), now.time().replace(microsecond=0)
    if start is None or end is None:
        return not permit.weekdays >> day & 1
    if start <= end:
        return not (start <= at <= end and permit.weekdays >> day & 1)
    if at <= end:
        return not permit.weekdays >> (day - 1) % 7 & 1
    return not (at >= start and permit.weekdays >> day & 1)


def _is_second_trip(evidence: Evidence, policy: Policy) -> bool:
    first = evidence.first_allowed
    if first is None:
        return False
    here = first.place.checkpoint_id == evidence.place.checkpoint_id
    return not (here and evidence.now - first.at <= policy.same_passage)


def _came_too_fast(evidence: Evidence, policy: Policy) -> bool:
    last = evidence.last_passage
    if last is None or last.place.checkpoint_id == evidence.place.checkpoint_id:
        return False
    distance = distance_km(last.place, evidence.place)
    hours = abs((evidence.now - last.at).total_seconds()) / 3600
    return distance > policy.nearest_measured_km and distance > policy.fastest_kmh * hours


EARTH_RADIUS_KM = 6371.0


def distance_km(a: Place, b: Place) -> float:
    """Along a great circle: never longer than the road, so never a false alarm for want of one."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    d_lat, d_lon = lat_b - lat_a, math.radians(b.longitude - a.longitude)
    h = math.sin(d_lat / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(d_lon / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(max(0.0, h))))
