"""One checkpoint, one lane: who is on shift there, and every scan of it, live."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from permits import exports, labels
from permits.verdict import Direction
from scans.charts import today_against_usual
from scans.exports.room import feed
from scans.models import Checkpoint, Lane, Shift
from scans.oversight import Oversight
from scans.presence import MISSED_FOR
from scans.spans import Span
from scans.views.charts import usual_drawn
from scans.views.room import room_context
from scans.views.supervisors import for_supervisors


@for_supervisors
def checkpoint_now(
    request: HttpRequest, oversight: Oversight, checkpoint_id: int
) -> HttpResponseBase:
    """A checkpoint with its lanes."""
    theirs = oversight.of(Checkpoint.objects.select_related("district"), "id")
    checkpoint = get_object_or_404(theirs, id=checkpoint_id)
    if asked := exports.asked_for(request):
        return _scans(asked, oversight.of_one(checkpoint.id), None)
    shifts = Shift.objects.filter(lane__checkpoint=checkpoint)
    context = {
        **_today(oversight, checkpoint.id, None),
        "checkpoint": checkpoint,
        "lanes": checkpoint.lanes.all(),
        "shifts": _on_shift(shifts),
        **room_context(oversight.of_one(checkpoint.id), checkpoint=checkpoint.id),
    }
    return render(request, "scans/room/checkpoint.html", context)


@for_supervisors
def lane_now(request: HttpRequest, oversight: Oversight, lane_id: int) -> HttpResponseBase:
    """A lane of a checkpoint."""
    theirs = oversight.of(Lane.objects.select_related("checkpoint__district"))
    lane = get_object_or_404(theirs, id=lane_id)
    if asked := exports.asked_for(request):
        return _scans(asked, oversight.of_one(lane.checkpoint_id), lane.id)
    context = {
        **_today(oversight, lane.checkpoint_id, lane.id),
        "checkpoint": lane.checkpoint,
        "lane": lane,
        "lanes": lane.checkpoint.lanes.all(),
        "shifts": _on_shift(Shift.objects.filter(lane=lane)),
        **room_context(
            oversight.of_one(lane.checkpoint_id), checkpoint=lane.checkpoint_id, lane=lane.id
        ),
    }
    return render(request, "scans/room/checkpoint.html", context)


def _scans(asked: exports.Asked, oversight: Oversight, lane_id: int | None) -> HttpResponseBase:
    now = timezone.now()
    tables = {"scans": lambda: feed(oversight, now=now, lane_id=lane_id)}
    return exports.answer(asked, tables, now=now)


def _today(oversight: Oversight, checkpoint_id: int, lane_id: int | None) -> dict[str, Any]:
    """Today's scans by the hour, as a table and to be drawn."""
    now = timezone.now()
    hours = today_against_usual(oversight, checkpoint_id, lane_id, now=now)
    drawn = usual_drawn(hours, Span.DAY.start_of(now))
    return {
        "usual_rows": list(zip(range(24), *hours, strict=True)),
        "drawn": {**drawn, "time_zone": timezone.get_default_timezone_name()},
    }


def _on_shift(shifts: QuerySet[Shift]) -> list[dict[str, Any]]:
    """Whose shift is not over, and whether their device is heard."""
    on_shift = shifts.filter(ended_at=None, last_seen_at__gt=timezone.now() - MISSED_FOR)
    return [
        {
            "lane": shift.lane,
            "officer": shift.officer.get_full_name() or shift.officer.get_username(),
            "direction": labels.DIRECTIONS[Direction(shift.direction)],
            "started_at": shift.started_at,
            "left_at": shift.left_at,
        }
        for shift in on_shift.select_related("lane", "officer").order_by("lane__name", "started_at")
    ]
