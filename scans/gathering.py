"""What a batch of checks needs of the database, looked up in a fixed number of queries."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from permits import keys, payloads, personal_data, token
from permits.keys import Keys
from permits.payloads import Payload, Person, Plate
from scans import lookups
from scans.evidence import CheckRequest, Gathered, digest_of, digests_kept, permit_number
from scans.lookups import CompanionRow, PermitRow
from scans.scan_ids import says_its_day

VERIFIED_CODES = 8192  # a kilobyte each


def gather(
    requests: Sequence[CheckRequest], *, now: datetime, look_for_replays: bool = True
) -> Gathered:
    """Look up everything for a batch: at most twelve queries, however many checks there are."""
    own = keys.load()
    found = Gathered(parsed=[_parse(request.payload, own) for request in requests])
    scan_ids = [request.scan_id for request in requests]
    if not look_for_replays:  # the database will say of all others that they are there already
        scan_ids = [scan_id for scan_id in scan_ids if not says_its_day(scan_id, now)]
    found.recorded = lookups.recorded(scan_ids, now)
    found.policy = lookups.policy()
    _add_permits(found, now)
    permits = found.permits()
    if permits:
        found.last_passages = lookups.last_passages(
            [p.last_scan_id for p in permits if p.last_scan_id], now
        )
        found.trips = lookups.trips([permit.id for permit in permits if permit.one_trip])
        _add_companions(found, permits)
        _add_zones(found, requests, permits)
    _add_watchlist(found, requests, permits, now)
    return found


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


def _add_permits(found: Gathered, now: datetime) -> None:
    numbers = {n for payload in found.parsed if (n := permit_number(payload)) is not None}
    for row in lookups.permits_by_number(numbers, now):
        found.by_number[row.number] = row
    persons = [payload for payload in found.parsed if isinstance(payload, Person)]
    plates = {payload.plate for payload in found.parsed if isinstance(payload, Plate)}
    if persons or plates:
        _add_permits_of_people(found, persons, plates, now)


def _add_permits_of_people(
    found: Gathered, persons: Sequence[Person], plates: set[str], now: datetime
) -> None:
    known_as = {
        digest: digest_of(person)
        for person in persons
        for digest in personal_data.digests(person.personal_number)
    }
    rows = list(lookups.permits_by_person(known_as, plates, now))
    along = lookups.companions([row.id for row in rows if row.has_companions])
    on_permit = [(one.permit_id, one.number_digest) for one in along]
    by_id = {row.id: row for row in rows}
    for permit_id, digest in [*((row.id, row.number_digest) for row in rows), *on_permit]:
        permits = found.by_person[known_as[digest]] if digest in known_as else None
        if permits is not None and by_id[permit_id] not in permits:
            permits.append(by_id[permit_id])
    for row in rows:
        if row.plate in plates:
            found.by_plate[row.plate].append(row)


def _add_companions(found: Gathered, permits: Sequence[PermitRow]) -> None:
    for companion in lookups.companions([p.id for p in permits if p.has_companions]):
        found.companions[companion.permit_id].append(companion)


def _add_zones(
    found: Gathered, requests: Sequence[CheckRequest], permits: Sequence[PermitRow]
) -> None:
    bounded = [permit.id for permit in permits if permit.has_zones]
    if not bounded:
        return
    for permit_id, zone_id in lookups.permit_zones(bounded):
        found.permit_zones[permit_id].add(zone_id)
    for checkpoint_id, zone_id in lookups.checkpoint_zones(
        {request.lane.place.checkpoint_id for request in requests}
    ):
        found.checkpoint_zones[checkpoint_id].add(zone_id)


def _add_watchlist(
    found: Gathered,
    requests: Sequence[CheckRequest],
    permits: Sequence[PermitRow],
    now: datetime,
) -> None:
    people_here: list[PermitRow | CompanionRow] = [*permits]
    people_here += [one for along in found.companions.values() for one in along]
    digests = {digest for person in people_here for digest in digests_kept(person)}
    plates = {permit.plate for permit in permits} | {request.plate for request in requests}
    for payload in found.parsed:
        if isinstance(payload, Person):
            digests.update(personal_data.digests(payload.personal_number))
        if isinstance(payload, Plate):
            plates.add(payload.plate)
    plates.discard("")
    if not digests and not plates:
        return
    for digest, plate, level in lookups.watchlist_rows(digests, plates, now):
        if digest in digests:
            found.wanted_numbers[digest].append(level)
        if plate in plates:
            found.wanted_plates[plate].append(level)
