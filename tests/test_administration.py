"""What an administrator sets in the admin counts at the next scan."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits import selectors
from permits.models import Permit, PermitKind, PolicyRow, Zone
from permits.roles import Role
from permits.services import add_watchlist_entry
from permits.verdict import Direction, Policy, Reason, WatchlistLevel
from scans.check import Checked, check_batch
from scans.evidence import CheckRequest
from scans.models import Checkpoint, Lane
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context

pytestmark = pytest.mark.django_db
KIND = {
    "number": 1,
    "name_vi": "Tự khai báo đi lại",
    "name_en": "Self-declared domestic movement",
    "is_offered": "on",
    "is_public": "on",
    "valid_hours": 72,
    "weekdays": list(range(7)),
    "hours_from": "",
    "hours_until": "",
    "doses_needed": 0,
    "most_companions": 4,
}


@pytest.fixture
def admin(client: Client, make_user: Any) -> Client:
    client.force_login(make_user(Role.ADMINISTRATOR), backend="permits.roles.RoleBackend")
    return client


def told(permit: Permit, lane: Lane, officer: User) -> Checked:
    now = timezone.now()
    where = lane_context(lane.pk, Direction.IN, officer.pk)
    request = CheckRequest(selectors.travel_code(permit), new_scan_id(now), now, where, "camera")
    [answer] = check_batch([request])
    assert isinstance(answer, Checked)
    return answer


def save_kind(admin: Client, **changes: Any) -> Any:
    kind = PermitKind.objects.get(number=1)
    return admin.post(f"/admin/permits/permitkind/{kind.pk}/change/", {**KIND, **changes})


def test_a_kind_s_days_and_doses(
    admin: Client, permit: Permit, river_lane: Lane, officer: User
) -> None:
    assert told(permit, river_lane, officer).reasons == ()
    today = timezone.localtime().weekday()
    save_kind(admin, weekdays=[day for day in range(7) if day != today])
    assert told(permit, river_lane, officer).reasons == ("outside_hours",)
    save_kind(admin, doses_needed=1)
    assert told(permit, river_lane, officer).reasons == ("vaccination_required",)
    save_kind(admin)
    assert told(permit, river_lane, officer).reasons == ()


@pytest.mark.parametrize(
    "wrong", [{"weekdays": []}, {"hours_from": "05:00"}, {"valid_hours": -1}, {"number": ""}]
)
def test_a_kind_that_makes_no_sense_is_not_saved(admin: Client, wrong: dict[str, Any]) -> None:
    assert "errorlist" in save_kind(admin, **wrong).content.decode()
    assert PermitKind.objects.get(number=1).weekdays == 127


def test_a_zone_s_checkpoints(
    admin: Client, permit: Permit, river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    hills = Checkpoint.objects.get(lanes=hill_lane)
    sent = {"name_vi": "Vùng đỏ", "name_en": "Red zone", "checkpoints": [hills.pk]}
    admin.post("/admin/permits/zone/add/", sent)
    zone = Zone.objects.get()
    permit.zones.set([zone])
    assert told(permit, river_lane, officer).reasons == ("wrong_zone",)
    sent["checkpoints"] = [hills.pk, river_lane.checkpoint_id]
    admin.post(f"/admin/permits/zone/{zone.pk}/change/", sent)
    assert told(permit, river_lane, officer).reasons == ()


def policy(**changes: Any) -> dict[str, Any]:
    outcomes = {reason.value: outcome.value for reason, outcome in Policy().outcomes.items()}
    levels = {"f0": "refuse", "f1": "refuse", "quarantine": "refuse", "wanted": "hold"}
    numbers = {
        "fastest_kmh": 130,
        "nearest_measured_km": 5,
        "same_passage_minutes": 15,
        "oldest_bundle_hours": 12,
    }
    return {**outcomes, **levels, **numbers, **changes}


def test_the_policy_of_levels_and_reasons(
    admin: Client, permit: Permit, river_lane: Lane, officer: User
) -> None:
    add_watchlist_entry(
        level=WatchlistLevel.F1,
        active_from=timezone.now(),
        personal_number=permit.holder.personal_number,
    )
    address = "/admin/permits/policyrow/1/change/"
    assert told(permit, river_lane, officer).outcome == "refuse"
    admin.post(address, policy(f1="hold"))
    assert told(permit, river_lane, officer).outcome == "hold"
    assert PolicyRow.objects.get().outcomes == {}
    admin.post(address, policy(f1="allow", expired="hold"))
    assert told(permit, river_lane, officer).outcome == "allow"
    assert PolicyRow.objects.get().outcomes == {Reason.EXPIRED.value: "hold"}


@pytest.mark.parametrize(
    "wrong", [{"fastest_kmh": 0}, {"f1": "maybe"}, {"expired": "allow"}, {"oldest_bundle_hours": 0}]
)
def test_a_policy_that_makes_no_sense_is_not_saved(admin: Client, wrong: dict[str, Any]) -> None:
    page = admin.post("/admin/permits/policyrow/1/change/", policy(**wrong))
    assert "errorlist" in page.content.decode()


def test_there_is_one_policy(admin: Client) -> None:
    assert admin.get("/admin/permits/policyrow/add/").status_code == 403
    assert admin.post("/admin/permits/policyrow/1/delete/", {"post": "yes"}).status_code == 403
