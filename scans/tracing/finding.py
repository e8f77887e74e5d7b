"""The scans that a query finds, within what the viewer sees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from scans.models import Scan
from scans.oversight import Oversight
from scans.tracing.days import kept_days, recorded_between
from scans.tracing.query import Query
from scans.tracing.whom import Whom, whom

MOST = 2_000  # on pages; an export of a search by place has them all
USUAL_RANGE = timedelta(hours=24)
LONGEST_RANGE = timedelta(days=31)  # without a person
NOT_SHOWN = ("payload_digest", "evidence")
NOBODY = Whom()


@dataclass(frozen=True)
class Found:
    """Scans, the latest first. `is_cut`: there are more, or more people so called."""

    scans: Sequence[Scan]
    whom: Whom
    is_cut: bool


def find(query: Query, oversight: Oversight, *, now: datetime) -> Found:
    """What is shown of a query: at most MOST scans."""
    if query.names_somebody:
        found = whom(query)
        scans = _of_somebody(query, found, oversight)
        return Found(scans[:MOST], found, found.is_cut or len(scans) > MOST)
    latest = list(_by_place(query, oversight, now)[: MOST + 1])
    return Found(latest[:MOST], Whom(), len(latest) > MOST)


def find_uncut(query: Query, oversight: Oversight, *, now: datetime) -> Found:
    """All scans of somebody, for an export. Cut are at most the people of one name."""
    found = whom(query)
    return Found(_of_somebody(query, found, oversight), found, found.is_cut)


def find_all(query: Query, oversight: Oversight, *, now: datetime) -> Iterator[Scan]:
    """All of them, for an export."""
    if query.names_somebody:
        yield from _of_somebody(query, whom(query), oversight)
        return
    yield from _by_place(query, oversight, now).iterator(chunk_size=500)


def with_usual_range(query: Query, *, now: datetime) -> Query:
    """Without a person, a day is looked at where nothing else is said. It is kept with the query,
    so that every page of the answer is about the same time.
    """
    if query.names_somebody:
        return query
    until = query.until or now
    return replace(query, since=query.since or until - USUAL_RANGE, until=until)


def _by_place(query: Query, oversight: Oversight, now: datetime) -> QuerySet[Scan]:
    asked = with_usual_range(query, now=now)
    until = asked.until or now
    recorded = recorded_between(asked.since or until - USUAL_RANGE, until)
    scans = Scan.objects.filter(recorded, _limits(query))
    return _with_places(oversight.of(scans)).order_by("-recorded_at")


def _of_somebody(query: Query, found: Whom, oversight: Oversight) -> list[Scan]:
    """Each way by an index of its own: over all at once no database would use them."""
    days = kept_days(query.since, query.until)
    ways: list[dict[str, Any]] = [
        {"permit__in": list(found.permits)},
        {"subject_digest__in": found.subjects},
        {"plate_digest__in": found.plates},
    ]
    held_up = _limits(query) & _held_up_between(query.since, query.until)
    scans: dict[int, Scan] = {}
    for way in ways:
        if not all(way.values()):
            continue
        theirs = oversight.of(Scan.objects.filter(held_up, captured_day__in=days, **way))
        scans |= {scan.pk: scan for scan in _with_places(theirs)}
    if found.scan and oversight.sees(found.scan.checkpoint_id):
        scans.setdefault(found.scan.pk, found.scan)
    return sorted(scans.values(), key=lambda scan: (scan.captured_at, scan.pk), reverse=True)


def _limits(query: Query) -> Q:
    limits = Q()
    if query.checkpoint is not None:
        limits &= Q(checkpoint=query.checkpoint)
    return limits & Q(outcome=query.outcome) if query.outcome else limits


def _held_up_between(since: datetime | None, until: datetime | None) -> Q:
    limits = Q()
    if since:
        limits &= Q(captured_at__gte=since)
    return limits & Q(captured_at__lte=until) if until else limits


def _with_places(scans: QuerySet[Scan]) -> QuerySet[Scan]:
    return scans.select_related("checkpoint", "lane", "officer").defer(*NOT_SHOWN)
