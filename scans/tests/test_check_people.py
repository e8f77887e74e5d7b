"""Whoever and whatever travels on a permit counts, by whatever it is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from permits import selectors, services
from permits.models import Permit
from permits.services import CompanionDeclared
from permits.verdict import WatchlistLevel
from scans.evidence import LaneContext
from scans.tests.checks import CARD, DAY, HOUR, NOW, NUMBER, Declare, check_one, request
from scans.tests.checks import check as check_all

pytestmark = pytest.mark.django_db

ALONG = CompanionDeclared(full_name="Trần Văn Mẫu", personal_number="000090054321")
CARD_OF_COMPANION = "000090054321||{}|02031990|Nam|phường Mẫu|01012020"


@pytest.fixture
def family(declare: Declare) -> Permit:
    """A permit of two, without a vehicle."""
    return declare(companions=(ALONG,), plate="")


def watch(level: WatchlistLevel = WatchlistLevel.F1, **whom: Any) -> None:
    services.add_watchlist_entry(level=level, active_from=NOW - DAY, **whom)


def test_a_companion_on_the_watchlist_stops_the_car(family: Permit, river: LaneContext) -> None:
    code = selectors.travel_code(family)
    assert check_one(code, river, at=NOW - HOUR / 2).outcome == "allow"
    watch(personal_number="000090054321")
    answer = check_one(code, river)
    assert (answer.outcome, answer.reasons, answer.hits) == ("refuse", ("watchlisted",), ("f1",))


def test_somebody_else_on_the_watchlist_stops_nobody(family: Permit, river: LaneContext) -> None:
    watch(personal_number="000090054322")
    assert check_one(selectors.travel_code(family), river).outcome == "allow"


def test_holder_companion_and_vehicle_are_all_named_the_gravest_first(
    declare: Declare, river: LaneContext
) -> None:
    permit = declare(companions=(ALONG,))
    watch(WatchlistLevel.WANTED, plate="99A12345")
    watch(WatchlistLevel.QUARANTINE, personal_number=NUMBER)
    watch(WatchlistLevel.F0, personal_number="000090054321")
    answer = check_one(selectors.travel_code(permit), river)
    assert answer.hits == ("f0", "quarantine", "wanted")


def test_the_officer_sees_who_travels_along(family: Permit, river: LaneContext) -> None:
    subject = check_one(selectors.travel_code(family), river).subject
    assert subject is not None
    assert [(one.full_name, one.number_tail) for one in subject.companions] == [
        ("Trần Văn Mẫu", "4321")
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Trần Văn Mẫu", ()),
        ("TRẦN VĂN MẪU", ()),
        ("Trần Văn Khác", ("holder_mismatch",)),
    ],
)
def test_a_companion_s_card_finds_the_permit_on_which_they_travel(
    family: Permit, river: LaneContext, name: str, expected: tuple[str, ...]
) -> None:
    answer = check_one(CARD_OF_COMPANION.format(name), river)
    assert answer.reasons == expected
    assert answer.subject is not None
    assert answer.subject.permit is not None
    assert answer.subject.permit.id == family.pk


def test_a_card_that_is_on_no_permit_finds_none(family: Permit, river: LaneContext) -> None:
    assert check_one("000090054322||Trần Văn Mẫu|02031990|Nam|x|01012020", river).reasons == (
        "no_permit",
    )


# --- Vehicles -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["99A12345", "99a-123.45", " 99A 123 45 ", "99-A1 2345"])
def test_a_plate_in_any_spelling_finds_the_vehicle_s_permit(
    declare: Declare, river: LaneContext, typed: str
) -> None:
    permit = declare()
    answer = check_one(typed, river)
    assert (answer.payload_kind, answer.outcome) == ("plate", "allow")
    assert answer.subject is not None
    assert answer.subject.permit is not None
    assert answer.subject.permit.id == permit.pk


def test_a_plate_without_a_permit_is_told_so(declare: Declare, river: LaneContext) -> None:
    declare()
    answer = check_one("99A-123.46", river)
    assert (answer.payload_kind, answer.reasons) == ("plate", ("no_permit",))


def test_a_plate_on_the_watchlist_counts_with_a_permit_and_without(
    declare: Declare, river: LaneContext
) -> None:
    watch(WatchlistLevel.WANTED, plate="99A-999.99")
    assert check_one("99a99999", river).reasons == ("watchlisted", "no_permit")
    declare(plate="99A-999.99")
    assert check_one("99a99999", river).reasons == ("watchlisted",)


def test_a_plate_of_long_ago_finds_nothing(declare: Declare, river: LaneContext) -> None:
    declare(start=NOW - 11 * DAY)  # valid for three days, and seven more are looked back
    assert check_one("99A-123.45", river).reasons == ("no_permit",)


def test_a_plate_of_days_ago_says_expired(declare: Declare, river: LaneContext) -> None:
    declare(start=NOW - 9 * DAY)
    assert check_one("99A-123.45", river).reasons == ("expired",)


@pytest.mark.parametrize(
    ("in_front", "expected"),
    [("", ()), ("99A12345", ()), ("99A12346", ("plate_mismatch",))],
)
def test_the_vehicle_in_front_is_compared_with_the_permit_s(
    declare: Declare, river: LaneContext, in_front: str, expected: tuple[str, ...]
) -> None:
    code = selectors.travel_code(declare())
    assert of_vehicle(code, river, in_front) == expected


def test_a_permit_without_a_vehicle_is_good_in_any(family: Permit, river: LaneContext) -> None:
    assert of_vehicle(selectors.travel_code(family), river, "99A12346") == ()


def test_the_vehicle_in_front_may_be_looked_for(family: Permit, river: LaneContext) -> None:
    watch(WatchlistLevel.WANTED, plate="99A12346")
    assert of_vehicle(selectors.travel_code(family), river, "99A12346") == ("watchlisted",)


def of_vehicle(payload: str, lane: LaneContext, plate: str) -> tuple[str, ...]:
    [answer] = check_all(replace(request(payload, lane), plate=plate))
    return getattr(answer, "reasons", ())


# --- Several permits of one person ----------------------------------------------------------------


def test_of_several_the_one_that_fits_here_and_now_counts_and_says_so(
    declare: Declare, river: LaneContext
) -> None:
    declare(direction="out")
    fits = declare(direction="in")
    declare(start=NOW - 4 * DAY)
    subject = check_one(CARD, river).subject
    assert subject is not None
    assert subject.permit is not None
    assert (subject.permit.id, subject.of_permits) == (fits.pk, 3)


def test_held_and_travelled_on_are_both_a_person_s_permits(
    declare: Declare, river: LaneContext
) -> None:
    declare(companions=(ALONG,))
    declare(full_name="Trần Văn Mẫu", personal_number="000090054321", sex="male", direction="out")
    answer = check_one(CARD_OF_COMPANION.format("Trần Văn Mẫu"), river)
    assert answer.outcome == "allow"
    assert answer.subject is not None
    assert answer.subject.of_permits == 2


@pytest.mark.parametrize("payload_of", [selectors.travel_code, lambda permit: permit.serial])
def test_a_code_names_one_permit(
    declare: Declare, river: LaneContext, payload_of: Callable[[Permit], str]
) -> None:
    declare()
    subject = check_one(payload_of(declare()), river).subject
    assert subject is not None
    assert subject.of_permits == 1
