"""What an administrator sets, and what a permit says, at the next scan of a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from permits import secret_files, selectors, services
from permits.models import Permit, PermitKind, PolicyRow, Zone
from permits.resealing import reseal
from permits.services import CompanionDeclared
from permits.verdict import WatchlistLevel
from scans.evidence import LaneContext
from scans.models import Checkpoint
from scans.tests.checks import CARD, DAY, HOUR, NOW, NUMBER, Declare, check_one, request
from scans.tests.checks import check as check_all

pytestmark = pytest.mark.django_db


def told(permit: Permit, lane: LaneContext) -> tuple[str, ...]:
    return check_one(selectors.travel_code(permit), lane).reasons


# --- Zones ----------------------------------------------------------------------------------------


@pytest.fixture
def red() -> Zone:
    return Zone.objects.create(name_vi="Vùng đỏ", name_en="Red zone")


@pytest.fixture
def green() -> Zone:
    return Zone.objects.create(name_vi="Vùng xanh", name_en="Green zone")


def checkpoint_of(lane: LaneContext) -> Checkpoint:
    return Checkpoint.objects.get(id=lane.place.checkpoint_id)


def test_a_permit_of_a_zone_is_good_at_the_zone_s_checkpoints_alone(
    declare: Declare, river: LaneContext, hills: LaneContext, red: Zone, green: Zone
) -> None:
    checkpoint_of(river).zones.set([red, green])
    checkpoint_of(hills).zones.set([green])
    permit = declare()
    permit.zones.set([red])
    assert told(permit, river) == ()
    assert "wrong_zone" in told(permit, hills)


def test_a_checkpoint_that_leaves_a_zone_counts_at_the_next_scan(
    declare: Declare, river: LaneContext, red: Zone
) -> None:
    permit = declare()
    permit.zones.set([red])
    checkpoint_of(river).zones.set([red])
    assert told(permit, river) == ()
    checkpoint_of(river).zones.clear()
    assert told(permit, river) == ("wrong_zone",)


def test_a_kind_gives_its_zones_to_new_permits(
    declare: Declare, river: LaneContext, red: Zone
) -> None:
    kind = PermitKind.objects.get(number=services.SELF_DECLARED)
    before = declare()
    kind.zones.set([red])
    assert told(before, river) == ()
    assert told(declare(), river) == ("wrong_zone",)


# --- Directions, doses, kinds ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "expected"), [("", ()), ("in", ()), ("out", ("wrong_direction",))]
)
def test_a_permit_for_one_direction(
    declare: Declare, river: LaneContext, direction: str, expected: tuple[str, ...]
) -> None:
    assert told(declare(direction=direction), river) == expected


@pytest.mark.parametrize(
    ("holder", "companion", "expected"),
    [(2, 2, ()), (1, 2, ("vaccination_required",)), (2, 1, ("vaccination_required",))],
)
def test_doses_that_a_kind_needs_from_now_on_count_for_everyone_on_the_permit(
    declare: Declare, river: LaneContext, holder: int, companion: int, expected: tuple[str, ...]
) -> None:
    along = CompanionDeclared(
        full_name="Trần Văn Mẫu", personal_number="000090054321", doses=companion
    )
    permit = declare(doses=holder, companions=(along,))
    assert told(permit, river) == ()
    PermitKind.objects.update(doses_needed=2)
    assert told(permit, river) == expected


def test_a_day_taken_from_a_kind_counts_at_the_next_scan(
    declare: Declare, river: LaneContext
) -> None:
    permit = declare()
    tuesday = 1 << NOW.weekday()
    PermitKind.objects.update(weekdays=tuesday)
    assert told(permit, river) == ()
    PermitKind.objects.update(weekdays=0b1111111 - tuesday)
    assert told(permit, river) == ("outside_hours",)


# --- The policy -----------------------------------------------------------------------------------


def test_what_a_level_means_is_the_administrator_s_to_say(
    declare: Declare, river: LaneContext
) -> None:
    permit = declare()
    services.add_watchlist_entry(
        level=WatchlistLevel.F1, active_from=NOW - DAY, personal_number=NUMBER
    )
    outcomes = []
    for outcome in ("refuse", "hold", "allow"):
        PolicyRow.objects.update(f1=outcome)
        answer = check_one(selectors.travel_code(permit), river)
        assert answer.hits == ("f1",)
        outcomes.append(answer.outcome)
    assert outcomes == ["refuse", "hold", "allow"]


def test_what_a_reason_leads_to_is_the_administrator_s_to_say(
    declare: Declare, river: LaneContext
) -> None:
    permit = declare(start=NOW - 5 * DAY)
    assert check_one(selectors.travel_code(permit), river).outcome == "refuse"
    PolicyRow.objects.update(outcomes={"expired": "hold"})
    assert check_one(selectors.travel_code(permit), river).outcome == "hold"


@pytest.mark.parametrize(("kmh", "expected"), [(40, ("impossible_travel",)), (50, ())])
def test_how_fast_a_car_can_be_is_in_the_policy(
    declare: Declare,
    river: LaneContext,
    hills: LaneContext,
    kmh: int,
    expected: tuple[str, ...],
) -> None:
    PolicyRow.objects.update(fastest_kmh=kmh)
    permit = declare(start=NOW - 2 * HOUR)
    check_one(selectors.travel_code(permit), river, now=NOW - HOUR)
    assert told(permit, hills) == expected  # 47.3 km farther, an hour later


def test_without_a_policy_the_default_one_counts(declare: Declare, river: LaneContext) -> None:
    PolicyRow.objects.all().delete()
    assert told(declare(), river) == ()


@pytest.mark.parametrize(
    ("age", "expected"),
    [(timedelta(hours=12), ()), (timedelta(hours=12, seconds=1), ("stale_offline",))],
)
def test_a_device_that_decided_on_old_rows_is_told(
    declare: Declare, river: LaneContext, age: timedelta, expected: tuple[str, ...]
) -> None:
    sent = replace(request(selectors.travel_code(declare()), river), bundle_at=NOW - age)
    [answer] = check_all(sent)
    assert getattr(answer, "reasons", None) == expected


# --- While the keys of personal data are changed --------------------------------------------------


def test_a_number_is_found_before_during_and_after_a_change_of_keys(
    declare: Declare, river: LaneContext, settings: Settings
) -> None:
    [old] = settings.PERSONAL_DATA_KEYS
    new = secret_files.random_key()
    permit = declare()
    code = selectors.travel_code(permit)

    settings.PERSONAL_DATA_KEYS = [new, old]
    assert check_one(CARD, river).outcome == "allow"
    services.add_watchlist_entry(
        level=WatchlistLevel.WANTED, active_from=NOW - DAY, personal_number=NUMBER
    )
    # The entry is under the new key, the permit under the old one.
    assert check_one(code, river).reasons == ("watchlisted",)
    assert check_one(CARD, river).reasons == ("watchlisted",)

    assert reseal() == 1  # the holder; the entry is under the new key
    assert reseal() == 0
    settings.PERSONAL_DATA_KEYS = [new]
    assert check_one(code, river).reasons == ("watchlisted",)
    assert check_one(CARD, river).reasons == ("watchlisted",)
    assert Permit.objects.get().holder.personal_number == NUMBER
