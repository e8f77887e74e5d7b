"""A district's supervisor sees the district's, and nothing besides."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits.roles import Role
from scans.models import Act, Checkpoint, District, Lane, Passage, Still, Supervision
from scans.oversight import EVERYTHING, Oversight, oversight_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(river_lane: Lane) -> District:
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    return north


@pytest.fixture
def of_north(supervisor: User, north: District) -> User:
    Supervision.objects.create(supervisor=supervisor).districts.add(north)
    return supervisor


@pytest.fixture
def pages(client: Client, of_north: User) -> Client:
    client.force_login(of_north, backend="permits.roles.RoleBackend")
    return client


def a_passage(lane: Lane, officer: User, now: datetime) -> Passage:
    return Passage.objects.create(
        passage_id=uuid4(), car_id=uuid4(), checkpoint=lane.checkpoint, lane=lane, direction="in",
        officer=officer, outcome="hold", act=Act.TURNED_BACK, acted_at=now, recorded_at=now,
    )  # fmt: skip


def test_without_a_supervision_a_supervisor_sees_everything(supervisor: User) -> None:
    assert oversight_of(supervisor) == EVERYTHING


def test_with_one_the_district_s_checkpoints_alone(
    of_north: User, river_lane: Lane, hill_lane: Lane
) -> None:
    oversight = oversight_of(of_north)
    assert oversight.sees(river_lane.checkpoint_id)
    assert not oversight.sees(hill_lane.checkpoint_id)
    assert not oversight.sees(None)
    assert list(oversight.of(Lane.objects.all())) == [river_lane]


def test_who_loses_the_last_district_does_not_gain_the_rest(
    of_north: User, north: District
) -> None:
    of_north.supervision.districts.clear()
    assert oversight_of(of_north) == Oversight(frozenset())


def test_an_administrator_sees_everything(make_user: Callable[..., User], north: District) -> None:
    user = make_user(Role.SUPERVISOR, Role.ADMINISTRATOR)
    Supervision.objects.create(supervisor=user).districts.add(north)
    assert oversight_of(user) == EVERYTHING


def test_the_passages_of_another_district_are_not_shown(
    pages: Client, river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    now = timezone.now()
    theirs, others = a_passage(river_lane, officer, now), a_passage(hill_lane, officer, now)
    listed = pages.get("/passages/").content.decode()
    assert river_lane.checkpoint.name in listed
    assert hill_lane.checkpoint.name not in listed
    assert pages.get(f"/passages/{theirs.passage_id}/").status_code == 200
    assert pages.get(f"/passages/{others.passage_id}/").status_code == 404


def test_nor_are_its_stills(pages: Client, hill_lane: Lane, officer: User) -> None:
    now = timezone.now()
    still = Still.objects.create(
        still_id=uuid4(), car_id=uuid4(), lane=hill_lane, officer=officer,
        picture_sealed=b"", taken_at=now, recorded_at=now,
    )  # fmt: skip
    assert pages.get(f"/stills/{still.still_id}/").status_code == 404
