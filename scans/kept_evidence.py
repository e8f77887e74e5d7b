"""PURE. What a verdict was based on, as it is kept with its scan: packed small, and read again.

Nothing in it names anybody: neither a name nor a number, a plate or the payload. What the scan's
own columns say (payload, direction, checkpoint, when it was held up) is not kept twice, and what is
as it mostly is takes no room. What is read again decides as it did then, whatever has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from permits.verdict import (
    EVERY_DAY,
    Direction,
    Evidence,
    Outcome,
    Passage,
    PayloadKind,
    PermitFacts,
    PermitState,
    Place,
    Policy,
    Reason,
    Verdict,
    WatchlistLevel,
)

Packed = dict[str, Any]
SECOND = timedelta(seconds=1)


class Besides(NamedTuple):
    """What the decision did not look at, and a reader wants to know.

    `kind_id` is the permit's kind, `key_id` the signing key that a travel code names (hexadecimal),
    `plate_typed` whether the plate of the vehicle in front was known.
    """

    kind_id: int | None = None
    key_id: str = ""
    plate_typed: bool = False


@dataclass(frozen=True, slots=True)
class ScanSays:
    """What the scan's own columns say. `held_up_at` carries the zone in which hours count."""

    payload_kind: PayloadKind
    checkpoint_id: int
    direction: Direction
    held_up_at: datetime


@dataclass(frozen=True, slots=True)
class Basis:
    """What a verdict was based on. Of the policy's outcomes those are here that applied."""

    evidence: Evidence
    policy: Policy
    besides: Besides


def pack(evidence: Evidence, policy: Policy, verdict: Verdict, besides: Besides) -> Packed:
    """As JSON takes it, a code of an enumeration being a text. Times are seconds since 1970.

    Each check pays for it: what is seldom there costs a look and no more.
    """
    place = evidence.place
    packed: Packed = {"at": [place.latitude, place.longitude]}
    if evidence.permit is not None:
        packed["p"] = _pack_permit(evidence.permit)
    if evidence.last_passage or evidence.first_allowed or evidence.bundle_age is not None:
        packed |= _pack_past(evidence, policy)
    if evidence.place_zones:
        packed["z"] = sorted(evidence.place_zones)
    if verdict.reasons:
        packed |= _pack_faults(evidence, policy, verdict)
    if besides.kind_id is not None:
        packed["k"] = besides.kind_id
    if besides.key_id:
        packed["y"] = besides.key_id
    if besides.plate_typed:
        packed["t"] = 1
    return packed


def unpack(packed: Mapping[str, Any], scan: ScanSays) -> Basis:
    """What was packed, whole again."""
    latitude, longitude = packed["at"]
    evidence = Evidence(
        payload_kind=scan.payload_kind,
        place=Place(scan.checkpoint_id, latitude, longitude),
        direction=scan.direction,
        now=scan.held_up_at,
        signature_ok="s" not in packed,
        permit=_unpack_permit(packed["p"], scan.held_up_at.tzinfo) if "p" in packed else None,
        holder_fits="h" not in packed,
        plate_fits="v" not in packed,
        place_zones=frozenset(packed.get("z", ())),
        watchlist=tuple(WatchlistLevel(code) for code in packed.get("w", ())),
        last_passage=_unpack_passage(packed.get("l"), scan.held_up_at.tzinfo),
        first_allowed=_unpack_passage(packed.get("f"), scan.held_up_at.tzinfo),
        bundle_age=timedelta(seconds=packed["b"][0]) if "b" in packed else None,
    )
    besides = Besides(packed.get("k"), packed.get("y", ""), "t" in packed)
    return Basis(evidence, _unpack_policy(packed), besides)


def _pack_past(evidence: Evidence, policy: Policy) -> Packed:
    """What was before, each with the limits that it was held against."""
    packed: Packed = {}
    if evidence.last_passage:
        limits = [policy.fastest_kmh, policy.nearest_measured_km]
        packed["l"] = [*_pack_passage(evidence.last_passage), *limits]
    if evidence.first_allowed:
        same = policy.same_passage / SECOND
        packed["f"] = [*_pack_passage(evidence.first_allowed), same]
    if evidence.bundle_age is not None:
        packed["b"] = [evidence.bundle_age / SECOND, policy.oldest_bundle / SECOND]
    return packed


def _pack_faults(evidence: Evidence, policy: Policy, verdict: Verdict) -> Packed:
    """Without a reason there are none: each of them is one."""
    packed: Packed = {"o": {one.value: policy.outcomes[one].value for one in verdict.reasons}}
    if evidence.watchlist:
        packed["w"] = {hit.value: policy.watchlist[hit].value for hit in evidence.watchlist}
    is_well = {
        "s": evidence.signature_ok,
        "h": evidence.holder_fits,
        "v": evidence.plate_fits,
    }
    return packed | {key: 0 for key, well in is_well.items() if not well}


def _pack_permit(permit: PermitFacts) -> Packed:
    packed: Packed = {
        "s": permit.state,
        "t": [permit.valid_from.timestamp(), permit.valid_until.timestamp()],
    }
    if permit.one_trip:
        packed["o"] = 1
    if permit.hours_from is not None or permit.hours_until is not None:
        packed["h"] = [_hour(permit.hours_from), _hour(permit.hours_until)]
    if permit.weekdays != EVERY_DAY:
        packed["w"] = permit.weekdays
    if permit.zones:
        packed["z"] = sorted(permit.zones)
    if permit.direction:
        packed["d"] = permit.direction
    if permit.doses or permit.doses_needed:
        packed["v"] = [permit.doses, permit.doses_needed]
    return packed


def _unpack_permit(packed: Mapping[str, Any], zone: tzinfo | None) -> PermitFacts:
    hours_from, hours_until = packed.get("h", (None, None))
    doses, doses_needed = packed.get("v", (0, 0))
    valid_from, valid_until = packed["t"]
    return PermitFacts(
        state=PermitState(packed["s"]),
        valid_from=_unpack_moment(valid_from, zone),
        valid_until=_unpack_moment(valid_until, zone),
        one_trip="o" in packed,
        hours_from=time.fromisoformat(hours_from) if hours_from else None,
        hours_until=time.fromisoformat(hours_until) if hours_until else None,
        weekdays=packed.get("w", EVERY_DAY),
        zones=frozenset(packed.get("z", ())),
        direction=Direction(packed["d"]) if "d" in packed else None,
        doses=doses,
        doses_needed=doses_needed,
    )


def _unpack_policy(packed: Mapping[str, Any]) -> Policy:
    usual = Policy()
    applied = {Reason(code): Outcome(outcome) for code, outcome in packed.get("o", {}).items()}
    hits = {WatchlistLevel(code): Outcome(outcome) for code, outcome in packed.get("w", {}).items()}
    fastest, nearest = packed.get("l", (usual.fastest_kmh, usual.nearest_measured_km))[-2:]
    same = packed["f"][-1] if "f" in packed else usual.same_passage / SECOND
    oldest = packed["b"][1] if "b" in packed else usual.oldest_bundle / SECOND
    return Policy(
        outcomes={**usual.outcomes, **applied},
        watchlist={**usual.watchlist, **hits},
        same_passage=timedelta(seconds=same),
        fastest_kmh=fastest,
        nearest_measured_km=nearest,
        oldest_bundle=timedelta(seconds=oldest),
    )


def _pack_passage(passage: Passage) -> list[Any]:
    place, at = passage.place, passage.at.timestamp()
    return [place.checkpoint_id, place.latitude, place.longitude, passage.direction, at]


def _unpack_passage(packed: Sequence[Any] | None, zone: tzinfo | None) -> Passage | None:
    if packed is None:
        return None
    checkpoint_id, latitude, longitude, direction, at = packed[:5]
    place = Place(checkpoint_id, latitude, longitude)
    return Passage(place, Direction(direction), _unpack_moment(at, zone))


def _unpack_moment(seconds: float, zone: tzinfo | None) -> datetime:
    """To the microsecond: a float tells them apart for centuries."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone)


def _hour(hour: time | None) -> str | None:
    return hour.isoformat() if hour else None
