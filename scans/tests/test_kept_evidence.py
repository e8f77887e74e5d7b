"""What is kept of a verdict's basis: read again whole, small, and without a word about anybody."""

import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.models import Permit
from permits.payloads import PersonalNumber
from permits.tests.properties import whatever_it_takes
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
    WatchlistLevel,
    decide,
)
from scans import kept_digests
from scans.check import check_batch
from scans.evidence import CheckRequest, LaneContext, subject_digest
from scans.kept_evidence import Besides, ScanSays, pack, unpack
from scans.models import Scan
from scans.scan_ids import new_scan_id
from scans.tests.checks import CARD, NUMBER, check_one
from scans.tests.conftest import NOW

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 hypothesis adds the zone
    max_value=datetime(2039, 12, 31),  # noqa: DTZ001
    timezones=st.just(ZONE),
)
places = st.builds(
    Place,
    checkpoint_id=st.integers(1, 9),
    latitude=st.floats(8, 24),
    longitude=st.floats(102, 110),
)
passages = st.builds(Passage, place=places, direction=st.sampled_from(Direction), at=moments)
hours = st.none() | st.times()
permits = st.builds(
    PermitFacts,
    state=st.sampled_from(PermitState),
    valid_from=moments,
    valid_until=moments,
    one_trip=st.booleans(),
    hours_from=hours,
    hours_until=hours,
    weekdays=st.integers(1, EVERY_DAY),
    zones=st.frozensets(st.integers(1, 9)),
    direction=st.none() | st.sampled_from(Direction),
    doses=st.integers(0, 4),
    doses_needed=st.integers(0, 4),
)
levels = st.frozensets(st.sampled_from(WatchlistLevel)).map(
    lambda found: tuple(level for level in WatchlistLevel if level in found)
)
evidence_of_any_scan = st.builds(
    Evidence,
    payload_kind=st.sampled_from(PayloadKind),
    place=places,
    direction=st.sampled_from(Direction),
    now=moments,
    signature_ok=st.booleans(),
    permit=st.none() | permits,
    holder_fits=st.booleans(),
    plate_fits=st.booleans(),
    place_zones=st.frozensets(st.integers(1, 9)),
    watchlist=levels,
    last_passage=st.none() | passages,
    first_allowed=st.none() | passages,
    bundle_age=st.none() | st.integers(0, 200_000).map(lambda n: timedelta(seconds=n)),
)
policies = st.builds(
    Policy,
    outcomes=st.fixed_dictionaries({reason: st.sampled_from(Outcome) for reason in Reason}),
    watchlist=st.fixed_dictionaries({hit: st.sampled_from(Outcome) for hit in WatchlistLevel}),
    same_passage=st.integers(0, 1440).map(lambda n: timedelta(minutes=n)),
    fastest_kmh=st.integers(20, 1000).map(float),
    nearest_measured_km=st.integers(0, 500).map(float),
    oldest_bundle=st.integers(1, 720).map(lambda n: timedelta(hours=n)),
)
besides_any_scan = st.builds(
    Besides,
    kind_id=st.none() | st.integers(1, 99),
    key_id=st.sampled_from(["", "0a1b2c3d"]),
    plate_typed=st.booleans(),
)


@whatever_it_takes
@given(evidence_of_any_scan, policies, besides_any_scan)
def test_what_was_packed_is_read_again_and_decides_the_same(
    evidence: Evidence, policy: Policy, besides: Besides
) -> None:
    verdict = decide(evidence, policy)
    kept = json.loads(json.dumps(pack(evidence, policy, verdict, besides)))
    scan = ScanSays(
        evidence.payload_kind, evidence.place.checkpoint_id, evidence.direction, evidence.now
    )
    basis = unpack(kept, scan)
    assert basis.evidence == evidence
    assert basis.besides == besides
    assert decide(basis.evidence, basis.policy) == verdict
    applied = {reason: policy.outcomes[reason] for reason in verdict.reasons}
    assert {reason: basis.policy.outcomes[reason] for reason in verdict.reasons} == applied


def test_an_ordinary_scan_takes_little_room() -> None:
    permit = PermitFacts(PermitState.APPROVED, NOW, NOW + timedelta(hours=72))
    evidence = Evidence(PayloadKind.TOKEN, Place(1, 21.1, 105.8), Direction.IN, NOW, permit=permit)
    kept = pack(evidence, Policy(), decide(evidence, Policy()), Besides(1, "0a1b2c3d"))
    assert kept == {
        "at": [21.1, 105.8],
        "p": {"s": "approved", "t": [1631606400.0, 1631865600.0]},
        "k": 1,
        "y": "0a1b2c3d",
    }


@pytest.mark.django_db
def test_a_scan_keeps_it_and_nothing_that_names_anybody(
    permit: Permit, code: str, river: LaneContext
) -> None:
    now = permit.valid_from + timedelta(hours=2)
    request = CheckRequest(code, new_scan_id(now), now, river, "camera", plate="99B99999")
    check_batch([request], clock=lambda: now)
    scan = Scan.objects.get()
    assert scan.evidence is not None
    assert (scan.evidence["p"]["s"], scan.evidence["v"], scan.evidence["t"]) == ("approved", 0, 1)
    assert scan.evidence["o"] == {"plate_mismatch": "hold"}
    assert scan.evidence["k"] == permit.kind_id
    assert len(scan.evidence["y"]) == 8
    text = json.dumps(scan.evidence, ensure_ascii=False)
    for word in (permit.holder.full_name, NUMBER, NUMBER[-4:], "99B99999", permit.plate, code):
        assert word not in text
    assert bytes(scan.plate_digest or b"") == kept_digests.of_plate("99B99999")
    assert scan.subject_digest is None


@pytest.mark.django_db
@pytest.mark.parametrize("payload", [CARD, NUMBER])
def test_who_has_no_permit_is_found_again_by_a_digest(payload: str, river: LaneContext) -> None:
    assert check_one(payload, river).reasons == ("no_permit",)
    scan = Scan.objects.get()
    assert bytes(scan.subject_digest or b"") == kept_digests.of_number(NUMBER)
    assert scan.plate_digest is None


@pytest.mark.django_db
def test_with_a_permit_the_permit_says_who(permit: Permit, river: LaneContext) -> None:
    check_one(NUMBER, river, now=permit.valid_from + timedelta(hours=2))
    scan = Scan.objects.get()
    assert (scan.permit_id, scan.subject_digest) == (permit.pk, None)


@pytest.mark.django_db
def test_a_plate_that_was_held_up_is_found_again(river: LaneContext) -> None:
    check_one("99C-123.45", river)
    assert bytes(Scan.objects.get().plate_digest or b"") == kept_digests.of_plate("99C12345")


@pytest.mark.django_db
def test_a_digest_is_keyed_and_says_of_what() -> None:
    assert kept_digests.of_number(NUMBER) != kept_digests.of_plate(NUMBER)
    assert len(kept_digests.of_number(NUMBER)) == 8
    assert subject_digest(PersonalNumber(NUMBER)) == kept_digests.of_number(NUMBER)


def test_hours_come_back_to_the_microsecond() -> None:
    permit = PermitFacts(
        PermitState.APPROVED, NOW, NOW, hours_from=time(6, 30), hours_until=time(22, 0, 0, 1)
    )
    evidence = Evidence(PayloadKind.TOKEN, Place(1, 0.0, 0.0), Direction.OUT, NOW, permit=permit)
    kept = pack(evidence, Policy(), decide(evidence, Policy()), Besides())
    scan = ScanSays(PayloadKind.TOKEN, 1, Direction.OUT, NOW)
    assert unpack(kept, scan).evidence == replace(evidence)
