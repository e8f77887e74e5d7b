"""What supervisors tell the lanes: the one writer of instructions and confirmations.

Whether a lane is closed is kept nowhere else. It is what the latest standing instruction to close
or open says: so a lane is open again when the time of its closing is over, though nobody does
anything, and a lane that joins a closed checkpoint is closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from permits.verdict import Direction
from scans import hints
from scans.instruction_reach import NOWHERE, Target, for_lane, target_of
from scans.models import Confirmation, Instruction, InstructionKind
from scans.prepared import PreparedQuery
from scans.presence import online

Kind = InstructionKind

# The channel group of all lanes' pages. A hint names the lane or the checkpoint, so that the others
# need not look.
LANES = "instructions"
# Of each a later one takes the place of an earlier one.
STATES = (frozenset({Kind.CLOSE.value, Kind.OPEN.value}), frozenset({Kind.DIRECTION.value}))


_not_withdrawn = PreparedQuery(
    lambda lane: (
        Instruction.objects.filter(for_lane(lane), withdrawn_at=None)
        .order_by()
        .values_list("id", "ends_at")
    )
)


class FormReused(Exception):
    """Something else was given under the same instruction_id."""


class BadInstruction(Exception):
    """Nothing was given. `code`: text_missing, direction_missing, in_the_past, or what is so
    already: direction_already, closed_already, open_already.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoSuchInstruction(Exception):
    """None that stands for this lane."""


@dataclass(frozen=True, slots=True)
class NewInstruction:
    """What a supervisor wants the lanes to know. `direction` is "" but for Kind.DIRECTION."""

    instruction_id: UUID
    kind: InstructionKind
    target: Target
    text: str = ""
    direction: str = ""
    ends_at: datetime | None = None


@transaction.atomic
def give(new: NewInstruction, *, made_by: int, now: datetime) -> Instruction:
    """Let it stand, and withdraw what it replaces. Given twice, it is given once.

    Raises BadInstruction, FormReused.
    """
    if not Instruction.objects.filter(instruction_id=new.instruction_id).exists():
        _require_sense(new, now=now)
    given, is_new = Instruction.objects.get_or_create(
        instruction_id=new.instruction_id,
        defaults={
            "kind": new.kind,
            "text": new.text,
            "direction": new.direction,
            "scope": new.target.scope,
            "lane_id": new.target.lane_id,
            "checkpoint_id": new.target.checkpoint_id,
            "made_by_id": made_by,
            "made_at": now,
            "ends_at": new.ends_at,
        },
    )
    if not is_new:
        if (given.made_by_id, _said_by(given)) != (made_by, _said_in(new)):
            raise FormReused
        return given
    given.districts.set(new.target.district_ids - NOWHERE)
    _replaced_by(new, now=now).exclude(pk=given.pk).update(
        withdrawn_at=now, withdrawn_by_id=made_by
    )
    _hint(new.target)
    return given


def _said_in(new: NewInstruction) -> tuple[object, ...]:
    return (new.kind, new.text, new.direction, new.target, new.ends_at)


def _said_by(given: Instruction) -> tuple[object, ...]:
    return (given.kind, given.text, given.direction, target_of(given), given.ends_at)


def _replaced_by(new: NewInstruction, *, now: datetime) -> QuerySet[Instruction]:
    """Those that could never count again: of the same state, for nobody whom the new one is not."""
    kinds = next((state for state in STATES if new.kind in state), frozenset())
    covered = Instruction.objects.filter(new.target.covered).values("pk")
    return standing(now=now).filter(kind__in=kinds, pk__in=covered)


@transaction.atomic
def withdraw(instruction: Instruction, *, by: int, now: datetime) -> bool:
    """Let it no longer stand. False where it had ended already."""
    changed = standing(now=now).filter(pk=instruction.pk)
    if not changed.update(withdrawn_at=now, withdrawn_by_id=by):
        return False
    _hint(target_of(instruction))
    return True


@transaction.atomic
def confirm(
    instruction_id: int, *, lane_id: int, officer_id: int, shift_id: int, now: datetime
) -> None:
    """The officer has read it. Said again, it stays as it was. Raises NoSuchInstruction."""
    if not standing(now=now).filter(for_lane(lane_id), pk=instruction_id).exists():
        raise NoSuchInstruction(instruction_id)
    Confirmation.objects.get_or_create(
        instruction_id=instruction_id,
        officer_id=officer_id,
        lane_id=lane_id,
        defaults={"shift_id": shift_id, "confirmed_at": now},
    )


def standing(*, now: datetime) -> QuerySet[Instruction]:
    """All that stand, the newest first."""
    not_over = Q(ends_at=None) | Q(ends_at__gt=now)
    return Instruction.objects.filter(not_over, withdrawn_at=None)


def standing_for(lane_id: int, *, now: datetime) -> list[Instruction]:
    """Those that stand for a lane, the newest first.

    Each lane asks every few seconds, and hardly ever is there one.
    """
    found = _not_withdrawn.rows([lane_id])
    ids = [key for key, ends_at in found if ends_at is None or ends_at > now]
    rows = Instruction.objects.filter(pk__in=ids).select_related("made_by")
    return list(rows) if ids else []


def confirmed_by(officer_id: int, *, lane_id: int, of: Iterable[Instruction]) -> frozenset[int]:
    """Which of them an officer has confirmed at a lane. Asks nothing where there is none."""
    ids = [instruction.pk for instruction in of]
    rows = Confirmation.objects.filter(instruction__in=ids, officer=officer_id, lane=lane_id)
    return frozenset(rows.values_list("instruction_id", flat=True)) if ids else frozenset()


def is_closed(of_lane: Iterable[Instruction]) -> bool:
    """Whether a lane is closed, by those that stand for it, the newest first."""
    kinds = (instruction.kind for instruction in of_lane)
    return next((kind for kind in kinds if kind in STATES[0]), Kind.OPEN) == Kind.CLOSE


def closed_lanes(*, now: datetime) -> frozenset[int]:
    """The ids of all lanes that are closed."""
    closed: set[int] = set()
    states = standing(now=now).filter(kind__in=STATES[0]).prefetch_related("districts")
    for instruction in states.reverse():
        lanes = target_of(instruction).lanes.values_list("id", flat=True)
        change = closed.update if instruction.kind == Kind.CLOSE else closed.difference_update
        change(lanes)
    return frozenset(closed)


def _require_sense(new: NewInstruction, *, now: datetime) -> None:
    if new.kind == Kind.MESSAGE and not new.text:
        raise BadInstruction("text_missing")
    if new.kind == Kind.DIRECTION and new.direction not in list(Direction):
        raise BadInstruction("direction_missing")
    if new.ends_at is not None and new.ends_at <= now:
        raise BadInstruction("in_the_past")
    if new.kind == Kind.DIRECTION:
        _require_another_direction(new, now=now)
    elif new.kind != Kind.MESSAGE:
        _require_another_state(new, now=now)


def _require_another_direction(new: NewInstruction, *, now: datetime) -> None:
    """A lane has the direction of those who work at it; one that nobody works at has none."""
    at_work = online(now=now).filter(lane__in=new.target.lanes)
    if set(at_work.values_list("direction", flat=True)) == {new.direction}:
        raise BadInstruction("direction_already")


def _require_another_state(new: NewInstruction, *, now: datetime) -> None:
    lanes = set(new.target.lanes.values_list("id", flat=True))
    closed = lanes & closed_lanes(now=now)
    if new.kind == Kind.CLOSE and lanes and closed == lanes:
        raise BadInstruction("closed_already")
    if new.kind == Kind.OPEN and not closed:
        raise BadInstruction("open_already")


def _hint(target: Target) -> None:
    """Tell the lanes, once this is committed. One that does not hear finds out by itself."""
    hint = {
        "type": "instructions.changed",
        "lane": target.lane_id,
        "checkpoint": target.checkpoint_id,
    }
    transaction.on_commit(lambda: hints.tell_from_thread(LANES, hint))
