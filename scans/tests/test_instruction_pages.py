"""The supervisors' page of instructions: who tells whom, once, and what is said at which field."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits.forms.spelling import picker_time
from permits.roles import Role
from scans import instructions
from scans.instruction_reach import Target
from scans.models import Checkpoint, District, Instruction, Lane, Supervision
from scans.tests.instructing import give, work_at

pytestmark = pytest.mark.django_db
PAGE = "/instructions/"


@pytest.fixture
def north(river_lane: Lane) -> District:
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    return north


@pytest.fixture
def everything(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    return client


@pytest.fixture
def of_north(make_user: Callable[..., User], north: District) -> Client:
    user = make_user(Role.SUPERVISOR, username="north")
    Supervision.objects.create(supervisor=user).districts.add(north)
    client = Client()
    client.force_login(user, backend="permits.roles.RoleBackend")
    return client


def send(client: Client, **typed: str) -> Any:
    form = {"instruction_id": str(uuid4()), "kind": "message", "where": "all", "text": "Dừng"}
    return client.post(PAGE, {**form, "direction": "", "ends_at": "", **typed})


def errors(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = answer.context["form"].errors
    assert answer.status_code == 200
    return found


def test_what_is_sent_stands_and_is_shown(
    everything: Client, supervisor: User, river_lane: Lane
) -> None:
    until = timezone.now() + timedelta(hours=2)
    answer = send(
        everything, where=f"lane-{river_lane.pk}", text="  Dừng   hết ", ends_at=picker_time(until)
    )
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    told = Instruction.objects.get()
    assert (told.text, told.lane, told.made_by) == ("Dừng hết", river_lane, supervisor)
    assert told.ends_at == until.replace(second=0, microsecond=0)
    page = everything.get(PAGE)
    assert "Dừng hết" in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_a_form_that_is_sent_twice_gives_once(everything: Client, river_lane: Lane) -> None:
    same = str(uuid4())
    for _ in range(2):
        assert send(everything, instruction_id=same, kind="close", text="").status_code == 302
    assert Instruction.objects.count() == 1
    answer = send(everything, instruction_id=same, kind="close", text="Khác")
    assert "__all__" in errors(answer)
    fresh = answer.context["form"]["instruction_id"].value()
    assert fresh != same
    assert Instruction.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 301}, "text"),
        ({"kind": "direction"}, "direction"),
        ({"kind": "direction", "direction": "in"}, "direction"),
        ({"kind": "direction", "direction": "up"}, "direction"),
        ({"kind": "open"}, "where"),
        ({"kind": "shout"}, "kind"),
        ({"where": "lane-999999"}, "where"),
        ({"where": "lane-x"}, "where"),
        ({"where": ""}, "where"),
        ({"ends_at": "2021-01-01T10:00"}, "ends_at"),
        ({"ends_at": "tomorrow"}, "ends_at"),
        ({"instruction_id": "none"}, "instruction_id"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    everything: Client, river_lane: Lane, officer: User, typed: dict[str, str], field: str
) -> None:
    work_at(river_lane.pk, officer, now=timezone.now())
    answer = send(everything, **typed)
    assert list(errors(answer)) == [field]
    assert f'id="id_{field}_error"' in answer.content.decode() or field == "instruction_id"
    assert not Instruction.objects.exists()


def test_a_text_of_300_characters_is_taken(everything: Client, river_lane: Lane) -> None:
    assert send(everything, text="x" * 300).status_code == 302


def test_a_district_s_supervisor_tells_the_district_alone(
    of_north: Client, river_lane: Lane, hill_lane: Lane, north: District
) -> None:
    page = of_north.get(PAGE).content.decode()
    assert f"lane-{river_lane.pk}" in page
    assert f"lane-{hill_lane.pk}" not in page
    for where in (f"lane-{hill_lane.pk}", f"checkpoint-{hill_lane.checkpoint_id}"):
        assert list(errors(send(of_north, where=where))) == ["where"]
    assert send(of_north, where="all").status_code == 302
    told = Instruction.objects.get()
    assert (told.scope, list(told.districts.all())) == ("districts", [north])
    assert instructions.standing_for(hill_lane.pk, now=timezone.now()) == []


def test_a_supervisor_without_a_district_tells_nobody(
    client: Client, supervisor: User, river_lane: Lane
) -> None:
    Supervision.objects.create(supervisor=supervisor)
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    assert list(errors(send(client, where="all"))) == ["where"]
    assert not Instruction.objects.exists()


def test_one_withdraws_what_is_for_one_s_own_alone(
    of_north: Client, supervisor: User, river_lane: Lane, hill_lane: Lane
) -> None:
    now = timezone.now()
    own = give(supervisor, Target(lane_id=river_lane.pk), now=now)
    everybody = give(supervisor, Target(), now=now)
    other = give(supervisor, Target(lane_id=hill_lane.pk), now=now)
    for told, status, withdrawn in ((own, 302, True), (everybody, 302, False), (other, 404, False)):
        address = f"{PAGE}{told.pk}/withdraw/"
        assert of_north.get(address).status_code == 405
        assert of_north.post(address).status_code == status
        told.refresh_from_db()
        assert (told.withdrawn_at is not None) is withdrawn
    assert of_north.get(f"{PAGE}{other.pk}/state/").status_code == 404
    page = of_north.get(PAGE).content.decode()
    assert page.count('data-testid="standing"') == 1
    assert 'data-testid="withdraw"' not in page


def test_who_has_confirmed_and_who_has_not_is_said_of_one_s_own_lanes(
    of_north: Client,
    everything: Client,
    supervisor: User,
    officer: User,
    make_user: Callable[..., User],
    river_lane: Lane,
    hill_lane: Lane,
) -> None:
    now = timezone.now()
    other = make_user(Role.OFFICER, username="other")
    shift = work_at(river_lane.pk, officer, now=now - timedelta(hours=1))
    shift.last_seen_at = now
    shift.save()
    work_at(hill_lane.pk, other, now=now)
    told = give(supervisor, Target(), now=now)
    state = of_north.get(f"{PAGE}{told.pk}/state/").json()
    [waits] = state["waiting"]
    assert (state["stands"], state["confirmed"]) == (True, [])
    assert waits == {
        "lane": str(river_lane),
        "officer": officer.username,
        "at": int(now.timestamp() * 1000),
    }
    instructions.confirm(
        told.pk, lane_id=river_lane.pk, officer_id=officer.pk, shift_id=shift.pk, now=now
    )
    state = of_north.get(f"{PAGE}{told.pk}/state/").json()
    assert ([one["officer"] for one in state["confirmed"]], state["waiting"]) == (
        [officer.username],
        [],
    )
    state = everything.get(f"{PAGE}{told.pk}/state/").json()
    assert [one["officer"] for one in state["waiting"]] == ["other"]
    instructions.withdraw(told, by=supervisor.pk, now=now)
    state = everything.get(f"{PAGE}{told.pk}/state/").json()
    assert (state["stands"], state["waiting"]) == (False, [])


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("act", ["withdraw", "state"])
def test_one_instruction_is_for_supervisors(
    make_user: Callable[..., User], river_lane: Lane, role: Role | None, act: str
) -> None:
    told = give(make_user(Role.SUPERVISOR, username="giver"), Target(), now=timezone.now())
    client = Client()
    if role is not None:
        client.force_login(make_user(role), backend="permits.roles.RoleBackend")
    address = f"{PAGE}{told.pk}/{act}/"
    answer = client.get(address) if act == "state" else client.post(address)
    if role is Role.SUPERVISOR:
        assert answer.status_code == (200 if act == "state" else 302)
    else:
        assert answer.status_code == (302 if role is None else 403)
        told.refresh_from_db()
        assert told.withdrawn_at is None


def test_a_lane_can_be_chosen_by_the_address(everything: Client, river_lane: Lane) -> None:
    page = everything.get(PAGE, {"where": f"lane-{river_lane.pk}"}).content.decode()
    assert f'value="lane-{river_lane.pk}" selected' in page
