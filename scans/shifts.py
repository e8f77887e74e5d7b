"""An officer takes a lane, stays there, and goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from permits.verdict import Direction, Place
from scans import passages
from scans.evidence import LaneContext
from scans.models import Lane, Shift
from scans.protocol import CarCounts

# A page that comes back within this time, after a lost network or a reload, goes on with its shift.
RESUME_WITHIN = timedelta(minutes=10)


class NoSuchLane(Exception):
    """The lane was deleted, or never was."""


@dataclass(frozen=True, slots=True)
class OpenShift:
    """A shift, where it stands, and how far it is."""

    shift_id: int
    lane: LaneContext
    officer_name: str
    started_at: datetime
    counts: CarCounts


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
        ended_at=None,
    ).first()
    if shift is None:
        shift = Shift(
            lane_id=lane_id, direction=direction.value, officer_id=officer_id, started_at=now
        )
    shift.last_seen_at, shift.left_at = now, None
    shift.save()
    counts = passages.counts_of(shift.id)
    return OpenShift(shift.id, lane, name_of(shift.officer), shift.started_at, counts)


def name_of(user: User) -> str:
    """What somebody is called on the pages."""
    return user.get_full_name() or user.get_username()


def stay(shift_id: int, *, now: datetime) -> None:
    """The shift's socket is still open."""
    Shift.objects.filter(id=shift_id).update(last_seen_at=now, left_at=None)


def leave(shift_id: int, *, now: datetime) -> None:
    """The shift's socket has closed: the lane is not online until a reconnect."""
    Shift.objects.filter(id=shift_id).update(last_seen_at=now, left_at=now)


def end(shift_id: int, *, now: datetime) -> CarCounts:
    """The officer says that the shift is over. Returns its counts. Said again, it stays so."""
    _end(Shift.objects.filter(id=shift_id), now)
    return passages.counts_of(shift_id)


def end_of(officer_id: int, *, shift_id: int, now: datetime) -> None:
    """The officer hands over: this shift is over, if it is theirs."""
    _end(Shift.objects.filter(id=shift_id, officer_id=officer_id), now)


def _end(shifts: QuerySet[Shift], now: datetime) -> None:
    shifts.filter(ended_at=None).update(ended_at=now, last_seen_at=now)
