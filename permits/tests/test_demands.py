"""What a kind asks for, on both sides of each edge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from permits.demands import Declared, Demand, Demands, Unmet, unmet

START = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)
HOURS = timedelta(hours=72)
SECOND = timedelta(seconds=1)
DECLARED = Declared(
    valid_from=START,
    valid_until=START + HOURS,
    has_vehicle=False,
    has_documents=False,
    doses=[0],
    numbers=["000190012345"],
)
COUPLE = replace(DECLARED, doses=[2, 1], numbers=["000190012345", "000090054321"])


@pytest.mark.parametrize(
    ("demands", "declared", "expected"),
    [
        ({}, DECLARED, []),
        ({"is_offered": False}, DECLARED, [Unmet(Demand.NOT_OFFERED, "kind")]),
        ({"needs_vehicle": True}, DECLARED, [Unmet(Demand.VEHICLE_MISSING, "plate")]),
        ({"needs_vehicle": True}, replace(DECLARED, has_vehicle=True), []),
        ({"needs_documents": True}, DECLARED, [Unmet(Demand.DOCUMENTS_MISSING, "documents")]),
        ({"needs_documents": True}, replace(DECLARED, has_documents=True), []),
        ({"doses_needed": 1}, DECLARED, [Unmet(Demand.TOO_FEW_DOSES, "doses", None, 1)]),
        ({"doses_needed": 1}, replace(DECLARED, doses=[1]), []),
        ({"doses_needed": 1, "most_companions": 1}, COUPLE, []),
        (
            {"doses_needed": 2, "most_companions": 1},
            COUPLE,
            [Unmet(Demand.TOO_FEW_DOSES, "doses", 0, 2)],
        ),
        ({}, COUPLE, [Unmet(Demand.TOO_MANY_COMPANIONS, "companions", None, 0)]),
        ({"most_companions": 1}, COUPLE, []),
        ({}, replace(DECLARED, valid_until=START + SECOND), []),
        (
            {},
            replace(DECLARED, valid_until=START),
            [Unmet(Demand.ENDS_BEFORE_IT_BEGINS, "valid_until")],
        ),
        (
            {},
            replace(DECLARED, valid_until=START + HOURS + SECOND),
            [Unmet(Demand.TOO_LONG, "valid_until", None, 72)],
        ),
        ({"valid_hours": 73}, replace(DECLARED, valid_until=START + HOURS + SECOND), []),
    ],
)
def test_what_is_not_met_is_named_with_its_field(
    demands: dict[str, object], declared: Declared, expected: list[Unmet]
) -> None:
    assert unmet(Demands(**demands), declared) == expected  # type: ignore[arg-type]


def test_nobody_travels_along_with_themselves() -> None:
    twice = replace(COUPLE, numbers=["000190012345", "000190012345"])
    thrice = replace(COUPLE, doses=[0] * 3, numbers=["1", "2", "2"])
    assert unmet(Demands(most_companions=1), twice) == [
        Unmet(Demand.SAME_PERSON_TWICE, "personal_number", 0)
    ]
    assert unmet(Demands(most_companions=2), thrice) == [
        Unmet(Demand.SAME_PERSON_TWICE, "personal_number", 1)
    ]


def test_all_that_is_not_met_is_told_at_once() -> None:
    demands = Demands(needs_vehicle=True, needs_documents=True, doses_needed=1, is_offered=False)
    assert [one.demand for one in unmet(demands, DECLARED)] == [
        Demand.NOT_OFFERED,
        Demand.VEHICLE_MISSING,
        Demand.DOCUMENTS_MISSING,
        Demand.TOO_FEW_DOSES,
    ]
