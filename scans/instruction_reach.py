"""For whom an instruction is, whose business it is, and who has not confirmed it yet."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from scans.models import Confirmation, Instruction, InstructionScope, Lane, Shift
from scans.oversight import Oversight
from scans.prepared import Slot
from scans.presence import online

Scope = InstructionScope
# Without the last of its districts an instruction is for nobody, and not for everybody.
NOWHERE = frozenset({0})


@dataclass(frozen=True, slots=True)
class Target:
    """For whom an instruction is to be: one of the three is filled in, or none for everybody."""

    lane_id: int | None = None
    checkpoint_id: int | None = None
    district_ids: frozenset[int] = frozenset()

    @property
    def scope(self) -> InstructionScope:
        """Which it is."""
        if self.lane_id is not None:
            return Scope.LANE
        if self.checkpoint_id is not None:
            return Scope.CHECKPOINT
        return Scope.DISTRICTS if self.district_ids else Scope.ALL

    @property
    def lanes(self) -> QuerySet[Lane]:
        """The lanes that it means now."""
        return Lane.objects.filter(
            {
                Scope.LANE: Q(id=self.lane_id),
                Scope.CHECKPOINT: Q(checkpoint=self.checkpoint_id),
                Scope.DISTRICTS: Q(checkpoint__district__in=self.district_ids),
                Scope.ALL: Q(),
            }[self.scope]
        )

    @property
    def covered(self) -> Q:
        """The instructions that are for nobody outside it, now and later."""
        if self.scope is Scope.LANE:
            return Q(lane=self.lane_id)
        if self.scope is Scope.CHECKPOINT:
            return Q(lane__checkpoint=self.checkpoint_id) | Q(checkpoint=self.checkpoint_id)
        if self.scope is Scope.ALL:
            return Q()
        districts = self.district_ids
        beyond = _districts().exclude(district__in=districts).values("instruction")
        return (
            Q(lane__checkpoint__district__in=districts)
            | Q(checkpoint__district__in=districts)
            | (Q(scope=Scope.DISTRICTS) & ~Q(pk__in=beyond))
        )


def target_of(instruction: Instruction) -> Target:
    """For whom a given one is."""
    if instruction.scope == Scope.DISTRICTS:
        ids = frozenset(district.pk for district in instruction.districts.all())
        return Target(district_ids=ids or NOWHERE)
    return Target(instruction.lane_id, instruction.checkpoint_id)


def for_lane(lane: int | Slot) -> Q:
    """The instructions that are for a lane, as its district is now."""
    how = "__any_of" if isinstance(lane, Slot) else ""
    at = Lane.objects.filter(**{f"id{how}": lane}).values("checkpoint")
    within = {f"district__checkpoints__lanes__id{how}": lane}
    districts = _districts().filter(**within).values("instruction")
    own = Q(**{f"lane{how}": lane})
    return Q(scope=Scope.ALL) | own | Q(checkpoint__in=at) | Q(pk__in=districts)


def touching(oversight: Oversight) -> Q:
    """The instructions that some lane of theirs hears."""
    ids = oversight.checkpoint_ids
    if ids is None:
        return Q()
    districts = _districts().filter(district__checkpoints__in=ids).values("instruction")
    lanes = Q(lane__checkpoint__in=ids) | Q(checkpoint__in=ids)
    return Q(scope=Scope.ALL) | lanes | Q(pk__in=districts)


def is_theirs(instruction: Instruction, oversight: Oversight) -> bool:
    """Whether all whom it is for are theirs: then they may withdraw it."""
    if instruction.scope == Scope.ALL:
        return oversight.is_everything
    at = target_of(instruction).lanes.values_list("checkpoint_id", flat=True)
    return all(oversight.sees(checkpoint_id) for checkpoint_id in set(at))


def confirmed_at(instruction: Instruction, oversight: Oversight) -> QuerySet[Confirmation]:
    """Who has confirmed it at a lane of theirs, the latest first."""
    rows = oversight.of(instruction.confirmations.all(), "lane__checkpoint_id")
    return rows.select_related("lane__checkpoint", "officer").order_by("-confirmed_at")


def not_confirmed_at(
    instruction: Instruction, oversight: Oversight, *, now: datetime
) -> QuerySet[Shift]:
    """The shifts online at their lanes whose officer has not confirmed it, the longest first."""
    confirmed = Confirmation.objects.filter(
        instruction=instruction, lane=OuterRef("lane"), officer=OuterRef("officer")
    )
    shifts = online(now=now).filter(~Exists(confirmed), lane__in=target_of(instruction).lanes)
    theirs = oversight.of(shifts, "lane__checkpoint_id")
    return theirs.select_related("lane__checkpoint", "officer").order_by("started_at")


def _districts() -> QuerySet:  # type: ignore[type-arg]
    """Which instruction is for which district."""
    return Instruction.districts.through._default_manager.all()
