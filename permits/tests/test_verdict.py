"""The decision, case by case. The cases are JSON, so that any other implementation runs the same.

In cases/verdicts.json each reason has a case on both sides of its edge. What stands in a case's
`policy` is another than the default. A field that a case does not have is as Evidence has it.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.tests.properties import whatever_it_takes
from permits.verdict import (
    EARTH_RADIUS_KM,
    EVERY_DAY,
    ORDER,
    SEVERITY,
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
    distance_km,
)

SUITE = json.loads((Path(__file__).parent / "cases" / "verdicts.json").read_text("utf-8"))
POLICY = Policy()


# --- The cases ------------------------------------------------------------------------------------


def a_place(fields: dict[str, Any]) -> Place:
    return Place(**fields)


def a_passage(fields: dict[str, Any] | None) -> Passage | None:
    if fields is None:
        return None
    at = datetime.fromisoformat(fields["at"])
    return Passage(a_place(fields["place"]), Direction(fields["direction"]), at)


def a_permit(fields: dict[str, Any] | None) -> PermitFacts | None:
    if fields is None:
        return None
    return PermitFacts(
        state=PermitState(fields["state"]),
        valid_from=datetime.fromisoformat(fields["valid_from"]),
        valid_until=datetime.fromisoformat(fields["valid_until"]),
        one_trip=fields["one_trip"],
        hours_from=a_time(fields["hours_from"]),
        hours_until=a_time(fields["hours_until"]),
        weekdays=fields.get("weekdays", EVERY_DAY),
        zones=frozenset(fields.get("zones", ())),
        direction=Direction(fields["direction"]) if fields.get("direction") else None,
        doses=fields.get("doses", 0),
        doses_needed=fields.get("doses_needed", 0),
    )


def a_time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def a_time_span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def a_policy(fields: dict[str, Any]) -> Policy:
    outcomes = {Reason(code): Outcome(o) for code, o in fields.get("outcomes", {}).items()}
    levels = {WatchlistLevel(code): Outcome(o) for code, o in fields.get("watchlist", {}).items()}
    numbers: dict[str, Any] = {
        "fastest_kmh": fields.get("fastest_kmh"),
        "nearest_measured_km": fields.get("nearest_measured_km"),
        "same_passage": a_time_span(fields.get("same_passage_seconds")),
        "oldest_bundle": a_time_span(fields.get("oldest_bundle_seconds")),
    }
    return replace(
        POLICY,
        outcomes={**POLICY.outcomes, **outcomes},
        watchlist={**POLICY.watchlist, **levels},
        **{name: value for name, value in numbers.items() if value is not None},
    )


def evidence_of(fields: dict[str, Any]) -> Evidence:
    return Evidence(
        payload_kind=PayloadKind(fields["payload_kind"]),
        place=a_place(fields["place"]),
        direction=Direction(fields["direction"]),
        now=datetime.fromisoformat(fields["now"]),
        signature_ok=fields["signature_ok"],
        permit=a_permit(fields["permit"]),
        holder_fits=fields.get("holder_fits", True),
        plate_fits=fields.get("plate_fits", True),
        place_zones=frozenset(fields.get("place_zones", ())),
        bundle_age=a_time_span(fields.get("bundle_age_seconds")),
        watchlist=tuple(map(WatchlistLevel, fields["watchlist"])),
        last_passage=a_passage(fields["last_passage"]),
        first_allowed=a_passage(fields["first_allowed"]),
    )


@pytest.mark.parametrize(
    "case", [*SUITE["cases"], *SUITE["under_other_policies"]], ids=lambda case: case["name"]
)
def test_case(case: dict[str, Any]) -> None:
    verdict = decide(evidence_of(case["evidence"]), a_policy(case.get("policy", {})))

    assert {
        "outcome": verdict.outcome.value,
        "reasons": [reason.value for reason in verdict.reasons],
    } == case["verdict"]


def test_the_suite_is_about_the_default_policy() -> None:
    assert SUITE["policy"] == {
        "outcomes": {reason.value: outcome.value for reason, outcome in POLICY.outcomes.items()},
        "watchlist": {level.value: outcome.value for level, outcome in POLICY.watchlist.items()},
        "same_passage_seconds": POLICY.same_passage.total_seconds(),
        "fastest_kmh": POLICY.fastest_kmh,
        "nearest_measured_km": POLICY.nearest_measured_km,
        "earth_radius_km": EARTH_RADIUS_KM,
        "oldest_bundle_seconds": POLICY.oldest_bundle.total_seconds(),
    }


def test_every_reason_has_a_case() -> None:
    produced = {reason for case in SUITE["cases"] for reason in case["verdict"]["reasons"]}

    assert produced == {reason.value for reason in Reason}


def test_every_produced_reason_is_the_only_one_in_some_case() -> None:
    """So that a rule that is wrong shows by itself, not hidden behind another."""
    produced = {reason for case in SUITE["cases"] for reason in case["verdict"]["reasons"]}
    alone = {tuple(case["verdict"]["reasons"]) for case in SUITE["cases"]}

    assert {(reason,) for reason in produced} <= alone


def test_every_case_has_its_own_name() -> None:
    names = [case["name"] for case in [*SUITE["cases"], *SUITE["under_other_policies"]]]

    assert len(set(names)) == len(names)


# --- What holds for any evidence ------------------------------------------------------------------

MOMENTS = st.datetimes(
    min_value=datetime(2021, 9, 1),  # noqa: DTZ001 the strategy adds the zone
    max_value=datetime(2021, 9, 5),  # noqa: DTZ001
    timezones=st.just(UTC),
)
# Degrees beyond 90 too: an administrator may have exchanged latitude and longitude.
PLACES = st.builds(
    Place,
    checkpoint_id=st.integers(1, 3),
    latitude=st.floats(-360, 360),
    longitude=st.floats(-360, 360),
)
PASSAGES = st.builds(Passage, place=PLACES, direction=st.sampled_from(Direction), at=MOMENTS)
PERMITS = st.builds(
    PermitFacts,
    state=st.sampled_from(PermitState),
    valid_from=MOMENTS,
    valid_until=MOMENTS,
    one_trip=st.booleans(),
    hours_from=st.none() | st.times(),
    hours_until=st.none() | st.times(),
    weekdays=st.integers(1, EVERY_DAY),
    zones=st.frozensets(st.integers(1, 4)),
    direction=st.none() | st.sampled_from(Direction),
    doses=st.integers(0, 3),
    doses_needed=st.integers(0, 3),
)
EVIDENCE = st.builds(
    Evidence,
    payload_kind=st.sampled_from(PayloadKind),
    place=PLACES,
    direction=st.sampled_from(Direction),
    now=MOMENTS,
    signature_ok=st.booleans(),
    permit=st.none() | PERMITS,
    watchlist=st.lists(st.sampled_from(WatchlistLevel), unique=True).map(tuple),
    last_passage=st.none() | PASSAGES,
    first_allowed=st.none() | PASSAGES,
    holder_fits=st.booleans(),
    plate_fits=st.booleans(),
    place_zones=st.frozensets(st.integers(1, 4)),
    bundle_age=st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2)),
)
GOOD = PermitFacts(
    state=PermitState.APPROVED,
    valid_from=datetime(2021, 8, 1, tzinfo=UTC),
    valid_until=datetime(2021, 10, 1, tzinfo=UTC),
)
SHOWN = Evidence(
    payload_kind=PayloadKind.TOKEN,
    place=Place(1, 21.1, 105.8),
    direction=Direction.IN,
    now=datetime(2021, 9, 2, tzinfo=UTC),
    permit=GOOD,
)
POLICIES = st.builds(
    Policy,
    outcomes=st.fixed_dictionaries(
        {reason: st.sampled_from([Outcome.HOLD, Outcome.REFUSE]) for reason in Reason}
    ),
    watchlist=st.fixed_dictionaries(
        {level: st.sampled_from([Outcome.HOLD, Outcome.REFUSE]) for level in WatchlistLevel}
    ),
)


@given(EVIDENCE, POLICIES)
@whatever_it_takes
def test_any_evidence_gets_a_verdict_that_holds_together(
    evidence: Evidence, policy: Policy
) -> None:
    verdict = decide(evidence, policy)
    weights = [ORDER[reason] for reason in verdict.reasons]
    severities = [
        max(SEVERITY[policy.watchlist[level]] for level in evidence.watchlist)
        if reason is Reason.WATCHLISTED
        else SEVERITY[policy.outcomes[reason]]
        for reason in verdict.reasons
    ]

    assert (verdict.outcome is Outcome.ALLOW) == (verdict.reasons == ())
    assert weights == sorted(set(weights))
    assert SEVERITY[verdict.outcome] == max(severities, default=0)
    assert verdict.headline == (verdict.reasons[0] if verdict.reasons else None)


@given(EVIDENCE)
@whatever_it_takes
def test_a_code_that_does_not_verify_tells_nothing_of_a_permit(evidence: Evidence) -> None:
    told = set(decide(evidence, POLICY).reasons)

    if not evidence.signature_ok:
        assert told <= {
            Reason.WATCHLISTED,
            Reason.BAD_SIGNATURE,
            Reason.UNKNOWN_CODE,
            Reason.STALE_OFFLINE,
        }


@given(EVIDENCE)
@whatever_it_takes
def test_whoever_is_on_the_watchlist_is_never_waved_through(evidence: Evidence) -> None:
    verdict = decide(evidence, POLICY)

    assert (verdict.headline is Reason.WATCHLISTED) == bool(evidence.watchlist)


@given(EVIDENCE)
@whatever_it_takes
def test_only_what_was_shown_and_a_good_permit_lets_pass(evidence: Evidence) -> None:
    if decide(evidence, POLICY).outcome is Outcome.ALLOW:
        assert evidence.permit is not None
        assert evidence.permit.state is PermitState.APPROVED
        assert evidence.permit.valid_from <= evidence.now <= evidence.permit.valid_until


@given(
    st.integers(1, EVERY_DAY),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.times().map(lambda at: at.replace(microsecond=0)),
    MOMENTS,
)
@whatever_it_takes
def test_hours_and_days_are_those_of_a_calendar(
    weekdays: int, start: time, end: time, now: datetime
) -> None:
    """Beside a model that writes every span of the week's calendar down."""
    spans = []
    for back in (0, 1):
        day = now.date() - timedelta(days=back)
        opens = datetime.combine(day, start, UTC)
        closes = datetime.combine(day if start <= end else day + timedelta(days=1), end, UTC)
        if weekdays >> day.weekday() & 1:
            spans.append((opens, closes))
    at = now.replace(microsecond=0)
    permit = replace(GOOD, hours_from=start, hours_until=end, weekdays=weekdays)
    told = decide(replace(SHOWN, now=now, permit=permit), POLICY).reasons

    is_inside = any(opens <= at <= closes for opens, closes in spans)
    assert (Reason.OUTSIDE_HOURS in told) == (not is_inside)


# --- Distances ------------------------------------------------------------------------------------


def test_a_distance_is_known_to_a_metre() -> None:
    one_degree_of_a_meridian = distance_km(Place(1, 20.0, 105.0), Place(2, 21.0, 105.0))

    assert one_degree_of_a_meridian == pytest.approx(111.195, abs=0.001)


@given(PLACES, PLACES)
@whatever_it_takes
def test_a_distance_is_the_same_both_ways_and_never_beyond_the_far_side(a: Place, b: Place) -> None:
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), abs=1e-6)
    assert 0 <= distance_km(a, b) <= 20_016


def test_a_distance_is_found_where_rounding_falls_below_nothing() -> None:
    a = Place(1, 105.37649532826936, 321.8148908353511)
    b = Place(2, 74.62350467172965, 501.8148908353511)

    assert distance_km(a, b) == pytest.approx(0, abs=1e-4)
