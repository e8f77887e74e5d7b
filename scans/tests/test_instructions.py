"""What stands for whom: scope, end, what replaces what, and which lanes are closed."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from permits.roles import Role
from scans import instruction_reach as reach
from scans import instructions
from scans.instruction_reach import NOWHERE, Target
from scans.instructions import BadInstruction, FormReused, NewInstruction, NoSuchInstruction
from scans.models import (
    Checkpoint,
    Confirmation,
    District,
    Instruction,
    InstructionKind,
    Lane,
    Supervision,
)
from scans.oversight import EVERYTHING, Oversight, districts_of
from scans.tests.conftest import NOW
from scans.tests.instructing import give, work_at

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def north(river_lane: Lane) -> District:
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    return north


def stands_for(lane: Lane) -> list[Instruction]:
    return instructions.standing_for(lane.pk, now=NOW)


def test_each_scope_is_for_its_own_lanes_alone(
    supervisor: User, river_lane: Lane, hill_lane: Lane, north: District
) -> None:
    beside = Lane.objects.create(checkpoint=river_lane.checkpoint, name="Làn 2")
    one = give(supervisor, Target(lane_id=river_lane.pk), now=NOW)
    here = give(supervisor, Target(checkpoint_id=river_lane.checkpoint_id), now=NOW)
    district = give(supervisor, Target(district_ids=frozenset({north.pk})), now=NOW)
    everybody = give(supervisor, Target(), now=NOW)
    assert [one.scope, here.scope] == ["lane", "checkpoint"]
    assert [district.scope, everybody.scope] == ["districts", "all"]
    assert stands_for(river_lane) == [everybody, district, here, one]
    assert stands_for(beside) == [everybody, district, here]
    assert stands_for(hill_lane) == [everybody]


def test_a_checkpoint_that_joins_a_district_later_is_told(
    supervisor: User, hill_lane: Lane, north: District
) -> None:
    told = give(supervisor, Target(district_ids=frozenset({north.pk})), now=NOW)
    assert stands_for(hill_lane) == []
    Checkpoint.objects.filter(pk=hill_lane.checkpoint_id).update(district=north)
    assert stands_for(hill_lane) == [told]


def test_without_the_last_district_it_is_for_nobody(supervisor: User, hill_lane: Lane) -> None:
    gone = District.objects.create(name="Phía Nam")
    told = give(supervisor, Target(district_ids=frozenset({gone.pk})), now=NOW)
    gone.delete()
    told.refresh_from_db()
    assert stands_for(hill_lane) == []
    assert not reach.target_of(told).lanes.exists()
    assert give(supervisor, Target(district_ids=NOWHERE), now=NOW).scope == "districts"
    assert stands_for(hill_lane) == []


def test_it_stands_until_its_end_and_not_at_it(supervisor: User, river_lane: Lane) -> None:
    told = give(supervisor, Target(), now=NOW, ends_at=NOW + MINUTE)
    just_before = NOW + MINUTE - timedelta(microseconds=1)
    assert instructions.standing_for(river_lane.pk, now=just_before) == [told]
    assert instructions.standing_for(river_lane.pk, now=NOW + MINUTE) == []


def test_a_withdrawn_one_is_withdrawn_once(supervisor: User, river_lane: Lane) -> None:
    told = give(supervisor, Target(), now=NOW)
    assert instructions.withdraw(told, by=supervisor.pk, now=NOW)
    assert not instructions.withdraw(told, by=supervisor.pk, now=NOW + MINUTE)
    told.refresh_from_db()
    assert (told.withdrawn_at, told.withdrawn_by) == (NOW, supervisor)
    assert stands_for(river_lane) == []


def closed() -> set[int]:
    return set(instructions.closed_lanes(now=NOW))


def test_the_latest_to_close_or_open_decides(
    supervisor: User, river_lane: Lane, hill_lane: Lane
) -> None:
    one, other = river_lane.pk, hill_lane.pk
    assert closed() == set()
    give(supervisor, Target(), now=NOW, kind="close")
    assert closed() == {one, other}
    assert instructions.is_closed(stands_for(river_lane))
    give(supervisor, Target(lane_id=one), now=NOW, kind="open")
    assert closed() == {other}
    assert not instructions.is_closed(stands_for(river_lane))
    give(supervisor, Target(lane_id=one), now=NOW, kind="message")
    assert not instructions.is_closed(stands_for(river_lane))
    assert instructions.is_closed(stands_for(hill_lane))
    give(supervisor, Target(), now=NOW, kind="open")
    assert closed() == set()


def test_a_lane_is_open_again_when_the_time_of_its_closing_is_over(
    supervisor: User, river_lane: Lane
) -> None:
    target = Target(lane_id=river_lane.pk)
    give(supervisor, target, now=NOW, kind="close", ends_at=NOW + MINUTE)
    assert closed() == {river_lane.pk}
    assert instructions.closed_lanes(now=NOW + MINUTE) == frozenset()


def test_what_can_never_count_again_is_withdrawn(
    supervisor: User, river_lane: Lane, hill_lane: Lane, north: District
) -> None:
    """The wider one stays: it still counts for the others. So does what is of another kind."""
    message = give(supervisor, Target(lane_id=river_lane.pk), now=NOW)
    everywhere = give(supervisor, Target(), now=NOW, kind="close")
    lane = give(supervisor, Target(lane_id=river_lane.pk), now=NOW, kind="open")
    assert stands_for(river_lane) == [lane, everywhere, message]
    at = Target(checkpoint_id=river_lane.checkpoint_id)
    here = give(supervisor, at, now=NOW, kind="close")
    assert stands_for(river_lane) == [here, everywhere, message]
    district = give(supervisor, Target(district_ids=frozenset({north.pk})), now=NOW, kind="open")
    assert stands_for(river_lane) == [district, everywhere, message]
    again = give(supervisor, Target(), now=NOW, kind="close")
    assert stands_for(river_lane) == [again, message]
    assert stands_for(hill_lane) == [again]


def test_a_form_sent_twice_gives_once_and_another_in_it_is_refused(supervisor: User) -> None:
    one = NewInstruction(uuid4(), InstructionKind.CLOSE, Target())
    Lane.objects.create(
        checkpoint=Checkpoint.objects.create(name="Trạm", latitude=21, longitude=105), name="1"
    )
    first = instructions.give(one, made_by=supervisor.pk, now=NOW)
    assert instructions.give(one, made_by=supervisor.pk, now=NOW + MINUTE) == first
    other = NewInstruction(one.instruction_id, InstructionKind.CLOSE, Target(), text="Khác")
    with pytest.raises(FormReused):
        instructions.give(other, made_by=supervisor.pk, now=NOW)
    assert Instruction.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": ""}, "text_missing"),
        ({"kind": "direction"}, "direction_missing"),
        ({"kind": "direction", "direction": "up"}, "direction_missing"),
        ({"ends_at": NOW}, "in_the_past"),
        ({"kind": "open"}, "open_already"),
        ({"kind": "direction", "direction": "in"}, "direction_already"),
    ],
)
def test_what_makes_no_sense_is_refused(
    supervisor: User, officer: User, river_lane: Lane, given: dict[str, str], code: str
) -> None:
    work_at(river_lane.pk, officer, now=NOW)
    with pytest.raises(BadInstruction) as refused:
        give(supervisor, Target(lane_id=river_lane.pk), now=NOW, **given)
    assert refused.value.code == code
    assert not Instruction.objects.exists()


def test_a_closed_lane_is_not_closed_again_but_the_whole_checkpoint_is(
    supervisor: User, river_lane: Lane
) -> None:
    Lane.objects.create(checkpoint=river_lane.checkpoint, name="Làn 2")
    target = Target(lane_id=river_lane.pk)
    give(supervisor, target, now=NOW, kind="close")
    with pytest.raises(BadInstruction) as refused:
        give(supervisor, target, now=NOW, kind="close")
    assert refused.value.code == "closed_already"
    give(supervisor, Target(checkpoint_id=river_lane.checkpoint_id), now=NOW, kind="close")


def test_the_other_direction_and_that_of_an_empty_lane_may_be_told(
    supervisor: User, officer: User, river_lane: Lane, hill_lane: Lane
) -> None:
    work_at(river_lane.pk, officer, now=NOW)
    for lane, direction in ((river_lane, "out"), (hill_lane, "in")):
        told = give(
            supervisor, Target(lane_id=lane.pk), now=NOW, kind="direction", direction=direction
        )
        assert told.direction == direction


def test_who_is_online_and_has_not_confirmed_is_known(
    supervisor: User,
    officer: User,
    river_lane: Lane,
    hill_lane: Lane,
    make_user: Callable[..., User],
) -> None:
    other = make_user(Role.OFFICER, username="other")
    shift = work_at(river_lane.pk, officer, now=NOW)
    work_at(hill_lane.pk, other, now=NOW)
    gone = work_at(hill_lane.pk, officer, now=NOW)
    gone.left_at = NOW
    gone.save()
    told = give(supervisor, Target(), now=NOW)

    def waiting(oversight: Oversight = EVERYTHING) -> list[str]:
        rows = reach.not_confirmed_at(told, oversight, now=NOW)
        return [row.officer.username for row in rows]

    assert sorted(waiting()) == sorted([officer.username, "other"])
    instructions.confirm(
        told.pk, lane_id=river_lane.pk, officer_id=officer.pk, shift_id=shift.pk, now=NOW
    )
    assert waiting() == ["other"]
    river = Oversight(frozenset({river_lane.checkpoint_id}))
    assert waiting(river) == []
    assert [one.officer for one in reach.confirmed_at(told, river)] == [officer]
    hills = Oversight(frozenset({hill_lane.checkpoint_id}))
    assert not reach.confirmed_at(told, hills).exists()


def test_confirmed_twice_is_kept_once_with_its_first_time(
    supervisor: User, officer: User, river_lane: Lane, hill_lane: Lane
) -> None:
    shift = work_at(river_lane.pk, officer, now=NOW)
    told = give(supervisor, Target(lane_id=river_lane.pk), now=NOW)
    for moment in (NOW, NOW + MINUTE):
        instructions.confirm(
            told.pk, lane_id=river_lane.pk, officer_id=officer.pk, shift_id=shift.pk, now=moment
        )
    confirmation = Confirmation.objects.get()
    assert (confirmation.confirmed_at, confirmation.shift) == (NOW, shift)
    with pytest.raises(NoSuchInstruction):
        instructions.confirm(
            told.pk, lane_id=hill_lane.pk, officer_id=officer.pk, shift_id=shift.pk, now=NOW
        )


def test_whose_it_is_to_withdraw(
    supervisor: User, river_lane: Lane, hill_lane: Lane, north: District
) -> None:
    river = Oversight(frozenset({river_lane.checkpoint_id}))
    for target, is_theirs in (
        (Target(lane_id=river_lane.pk), True),
        (Target(checkpoint_id=river_lane.checkpoint_id), True),
        (Target(district_ids=frozenset({north.pk})), True),
        (Target(lane_id=hill_lane.pk), False),
        (Target(), False),
    ):
        told = give(supervisor, target, now=NOW)
        assert reach.is_theirs(told, river) is is_theirs
        assert reach.is_theirs(told, EVERYTHING)
        is_seen = Instruction.objects.filter(reach.touching(river), pk=told.pk).exists()
        assert is_seen is (told.lane_id != hill_lane.pk)


def test_a_supervisor_s_districts(supervisor: User, north: District) -> None:
    assert districts_of(supervisor) is None
    row = Supervision.objects.create(supervisor=supervisor)
    assert districts_of(supervisor) == frozenset()
    row.districts.add(north)
    assert districts_of(supervisor) == frozenset({north.pk})
