"""An officer takes a lane, stays there, and goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from permits.verdict import Direction, Place
from scans.evidence import LaneContext
from scans.models import Lane, Shift

# A page that comes back within this time, after a lost network or a reload, goes on with its shift.
RESUME_WITHIN = timedelta(minutes=10)


class NoSuchLane(Exception):
    """The lane was deleted, or never was."""


@dataclass(frozen=True, slots=True)
class OpenShift:
    """A shift, and where it stands."""

    shift_id: int
    lane: LaneContext


def lane_context(lane_id: int, direction: Direction, officer_id: int) -> LaneContext:
    """Where a lane is, for its checks. Raises NoSuchLane."""
    lane = Lane.objects.select_related("checkpoint").filter(id=lane_id).first()
    if lane is None:
        raise NoSuchLane(lane_id)
    at = lane.checkpoint
    return LaneContext(
        lane_id=lane.id,
        place=Place(at.id, at.latitude, at.longitude),
        direction=direction,
        officer_id=officer_id,
        checkpoint_name=at.name,
        lane_name=lane.name,
    )


@transaction.atomic
def open_shift(lane_id: int, direction: Direction, *, officer_id: int, now: datetime) -> OpenShift:
    """Start a shift, or go on with the one that a reconnect interrupted. Raises NoSuchLane."""
    lane = lane_context(lane_id, direction, officer_id)
    shift = Shift.objects.filter(
        lane_id=lane_id,
        direction=direction.value,
        officer_id=officer_id,
        last_seen_at__gt=now - RESUME_WITHIN,
    ).first()
    if shift is None:
        shift = Shift(
            lane_id=lane_id, direction=direction.value, officer_id=officer_id, started_at=now
        )
    shift.last_seen_at, shift.left_at = now, None
    shift.save()
    return OpenShift(shift.id, lane)


def stay(shift_id: int, *, now: datetime) -> None:
    """The shift's socket is still open."""
    Shift.objects.filter(id=shift_id).update(last_seen_at=now, left_at=None)


def leave(shift_id: int, *, now: datetime) -> None:
    """The shift's socket has closed: the lane is not online until a reconnect."""
    Shift.objects.filter(id=shift_id).update(last_seen_at=now, left_at=now)
