"""What became of the cars, for supervisors: the day in counts, each act with its stills."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from permits import exports, labels
from permits.personal_data import CannotUnseal
from permits.verdict import Direction, Reason
from scans import passages as acts
from scans.exports.passages import exports_of
from scans.models import Act, LetThroughReason, Passage, Scan, Still
from scans.oversight import Oversight
from scans.reports import days
from scans.scan_ids import days_near
from scans.views.supervisors import for_supervisors

ON_A_PAGE = 50


@for_supervisors
def passages(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """Today's counts by checkpoint and direction, and the latest acts."""
    now = timezone.now()
    midnight, _end = days.bounds(days.day_of(now))
    theirs = oversight.of(Passage.objects.all())
    rows = theirs.select_related("checkpoint", "lane", "officer").order_by("-recorded_at")
    act = request.GET.get("act", "")
    act = act if act in Act.values else ""
    if act:
        rows = rows.filter(act=act)
    counts = _counts(theirs.filter(recorded_at__gte=midnight))
    if asked := exports.asked_for(request):
        return exports.answer(asked, exports_of(counts, rows, act, oversight), now=now)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    cars = {row.car_id for row in page.object_list}
    with_stills = set(Still.objects.filter(car_id__in=cars).values_list("car_id", flat=True))
    context = {
        "counts": counts,
        "acts": Act.choices,
        "act": act,
        "page": page,
        "with_stills": with_stills,
        "reasons": dict(LetThroughReason.choices),
    }
    return render(request, "scans/passages.html", context)


def _counts(passages: QuerySet[Passage]) -> list[dict[str, Any]]:
    """A row for each checkpoint and direction that had a car."""
    counted = (
        passages.filter(undone_at=None)
        .values_list("checkpoint__name", "direction", "act")
        .annotate(n=Count("pk"))
        .order_by("checkpoint__name", "direction")
    )
    rows: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(Act.values, 0))
    for checkpoint, direction, act, n in counted:
        rows[checkpoint, direction][act] = n
    return [
        {
            "checkpoint": checkpoint,
            "direction": labels.DIRECTIONS[Direction(direction)],
            "checked": sum(acts.values()),
            "passed": acts[Act.PASSED] + acts[Act.LET_THROUGH],
            "turned_back": acts[Act.TURNED_BACK],
            "health_desk": acts[Act.HEALTH_DESK],
        }
        for (checkpoint, direction), acts in rows.items()
    ]


@for_supervisors
def passage(request: HttpRequest, oversight: Oversight, passage_id: UUID) -> HttpResponse:
    """One act: who, when, why, on which scans, with its note and stills."""
    theirs = oversight.of(Passage.objects.all())
    row = get_object_or_404(
        theirs.select_related("checkpoint", "lane", "officer"), passage_id=passage_id
    )
    try:
        note = acts.note_of(row)
    except CannotUnseal:
        note = ""
    scan_ids = row.scans.values_list("scan_id", flat=True)
    scans = Scan.objects.filter(
        captured_day__in=days_near(row.acted_at), scan_id__in=list(scan_ids)
    ).order_by("recorded_at")
    context = {
        "passage": row,
        "reason": dict(LetThroughReason.choices).get(row.reason, ""),
        "note": note,
        "scans": [(scan, [_words(code) for code in scan.reasons]) for scan in scans],
        "stills": Still.objects.filter(car_id=row.car_id).order_by("taken_at"),
    }
    return render(request, "scans/passage.html", context)


def _words(code: str) -> str:
    return str(labels.REASONS[Reason(code)])
