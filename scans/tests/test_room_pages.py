"""The pages of the supervisors' room: whose checkpoints stand in them, and who is on shift."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from scans.models import Checkpoint, District, Lane, Shift, Supervision

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisors(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    return client


@pytest.fixture
def of_river(river_lane: Lane, supervisor: User) -> None:
    """The supervisor sees the checkpoint by the river alone."""
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    Supervision.objects.create(supervisor=supervisor).districts.add(north)


def part(text: str, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', text)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("address", ["/dashboard/", "/dashboard/wall/"])
def test_the_room_has_every_checkpoint_with_its_lanes(
    supervisors: Client, river_lane: Lane, hill_lane: Lane, address: str
) -> None:
    places = part(supervisors.get(address).content.decode(), "places")
    assert [place["name"] for place in places] == ["Cầu Mẫu", "Đèo Mẫu"]
    assert places[0]["lanes"] == [{"id": river_lane.pk, "name": "Làn 1"}]
    assert places[0]["address"] == f"/checkpoints/{river_lane.checkpoint_id}/"


def test_a_district_s_room_has_the_district_s_alone(
    supervisors: Client, of_river: None, river_lane: Lane, hill_lane: Lane
) -> None:
    text = supervisors.get("/dashboard/").content.decode()
    assert [place["name"] for place in part(text, "places")] == ["Cầu Mẫu"]
    assert "Đèo Mẫu" not in text
    for address in (f"/checkpoints/{hill_lane.checkpoint_id}/", f"/lanes/{hill_lane.pk}/"):
        assert supervisors.get(address).status_code == 404
    for address in (f"/checkpoints/{river_lane.checkpoint_id}/", f"/lanes/{river_lane.pk}/"):
        assert supervisors.get(address).status_code == 200


def test_a_checkpoint_s_page_says_who_is_on_shift(
    supervisors: Client, river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    now = timezone.now()
    officer.last_name, officer.first_name = "Mẫu", "Cán bộ"
    officer.save()
    for lane, ended in ((river_lane, None), (river_lane, now), (hill_lane, None)):
        Shift.objects.create(
            lane=lane, officer=officer, direction="in", started_at=now, last_seen_at=now,
            ended_at=ended,
        )  # fmt: skip
    text = supervisors.get(f"/checkpoints/{river_lane.checkpoint_id}/").content.decode()
    assert text.count(officer.get_full_name()) == 1
    assert part(text, "looked-at") == {"checkpoint": river_lane.checkpoint_id}
    text = supervisors.get(f"/lanes/{hill_lane.pk}/").content.decode()
    assert part(text, "looked-at") == {
        "checkpoint": hill_lane.checkpoint_id,
        "lane": hill_lane.pk,
    }


def test_a_checkpoint_that_never_was_is_not_found(supervisors: Client) -> None:
    assert supervisors.get("/checkpoints/999999/").status_code == 404
    assert supervisors.get("/lanes/999999/").status_code == 404


def test_a_wall_s_login_goes_on(supervisors: Client, settings: Settings) -> None:
    supervisors.session.set_expiry(5)
    answer = supervisors.post("/dashboard/wall/stay/")
    assert answer.json()["release"]
    assert supervisors.session.get_expiry_age() > settings.SESSION_COOKIE_AGE - 60
    assert supervisors.get("/dashboard/wall/stay/").status_code == 405
