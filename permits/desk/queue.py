"""The queue of applications: which of them, in what order, a page at a time.

No page counts a million rows: what waits is counted up to a bound, and what follows is found from
the last row shown, not by its number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from permits import personal_data
from permits.models import Companion, Permit, WatchlistEntry
from permits.people import is_personal_number, normalise_plate, plain_name
from permits.selectors import counts, digests_on
from permits.serials import BadSerial, parse_serial
from permits.verdict import PermitState, WatchlistLevel

PAGE = 50
MOST_COUNTED = 1000
WAITING = (PermitState.PENDING, PermitState.ASKED)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What an issuer looks for. A number or phone is here as its digest alone."""

    number: int | None = None
    digests: tuple[str, ...] = ()
    plate: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return self != Search()


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which applications. `after` is the last one of the page before: (declared_at, id)."""

    state: PermitState = PermitState.PENDING
    kind: int | None = None
    declared_from: date | None = None
    declared_until: date | None = None
    with_hits: bool = False
    search: Search = Search()
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True)
class Queue:
    """A page of applications, the watchlist's levels on each, and where the next page begins."""

    permits: Sequence[Permit]
    hits: dict[int, list[WatchlistLevel]]
    next: tuple[datetime, int] | None


def parse_search(text: str) -> Search:
    """What a typed text looks for: a serial, a personal number, a phone, a plate or a name."""
    typed = " ".join(text.split())
    try:
        return Search(number=parse_serial(typed))
    except BadSerial:
        pass
    digits = "".join(typed.replace("+84", "0").split()).replace(".", "").replace("-", "")
    if is_personal_number(digits) or (digits.isascii() and digits.isdigit() and len(digits) >= 9):
        return Search(digests=tuple(personal_data.digests(digits)))
    if any(c.isdigit() for c in typed):
        return Search(plate=normalise_plate(typed))
    return Search(name=plain_name(typed))


def page(filters: Filters, *, now: datetime) -> Queue:
    """A page of the queue. What waits stands in the order in which it came, other newest first."""
    oldest_first = filters.state in WAITING and not filters.search
    order = ("declared_at", "id") if oldest_first else ("-declared_at", "-id")
    found = _found(filters, now).select_related("holder", "kind").order_by(*order)
    if filters.after:
        found = found.filter(_beyond(*filters.after, forwards=oldest_first))
    rows = list(found.prefetch_related("companions")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    shown = rows[:PAGE]
    following = (last.declared_at, last.id) if last else None
    return Queue(shown, hits_of(shown, now=now), following)


def count(filters: Filters, *, now: datetime) -> int:
    """How many applications all pages have."""
    return _found(filters, now).order_by().count()


def pages(filters: Filters, *, now: datetime) -> Iterator[Queue]:
    """All pages, from the first one on: each is asked for when it is read."""
    following: tuple[datetime, int] | None = None
    while True:
        some = page(replace(filters, after=following), now=now)
        yield some
        following = some.next
        if following is None:
            return


def waiting(state: PermitState) -> int:
    """How many applications are in a state, at most MOST_COUNTED."""
    return Permit.objects.filter(state=state.value).order_by()[:MOST_COUNTED].count()


def next_waiting(after: Permit) -> Permit | None:
    """The application that came next after this one and still waits, else the oldest that does."""
    pending = Permit.objects.filter(state=PermitState.PENDING.value).order_by("declared_at", "id")
    later = pending.filter(_beyond(after.declared_at, after.id, forwards=True))
    return later.first() or pending.exclude(id=after.id).first()


def hits_of(permits: Sequence[Permit], *, now: datetime) -> dict[int, list[WatchlistLevel]]:
    """The levels that count now for anyone or anything on these permits, in one query."""
    known_as = {permit.id: set(digests_on(permit)) for permit in permits}
    wanted = {digest for digests in known_as.values() for digest in digests}
    plates = {permit.plate for permit in permits if permit.plate}
    entries = WatchlistEntry.objects.filter(
        Q(number_digest__in=wanted) | Q(plate__in=plates), counts(now)
    ).values_list("number_digest", "plate", "level")
    found: dict[int, set[str]] = {}
    for digest, plate, level in entries:
        for permit in permits:
            if digest in known_as[permit.id] or (plate and plate == permit.plate):
                found.setdefault(permit.id, set()).add(level)
    return {
        permit_id: [level for level in WatchlistLevel if level.value in levels]
        for permit_id, levels in found.items()
    }


def _found(filters: Filters, now: datetime) -> QuerySet[Permit]:
    """A search looks everywhere; without one, a state's applications as filtered."""
    found = Permit.objects.all()
    if filters.search:
        return _searched(found, filters.search)
    found = found.filter(state=filters.state.value)
    if filters.kind is not None:
        found = found.filter(kind__number=filters.kind)
    if filters.declared_from:
        found = found.filter(declared_at__gte=_midnight(filters.declared_from))
    if filters.declared_until:
        next_day = filters.declared_until + timedelta(days=1)
        found = found.filter(declared_at__lt=_midnight(next_day))
    return _with_hits(found, now) if filters.with_hits else found


def _searched(found: QuerySet[Permit], search: Search) -> QuerySet[Permit]:
    if search.number is not None:
        return found.filter(number=search.number)
    if search.digests:
        along = Companion.objects.filter(number_digest__in=search.digests).values("permit_id")
        return found.filter(
            Q(holder__number_digest__in=search.digests)
            | Q(holder__phone_digest__in=search.digests)
            | Q(id__in=along)
        )
    if search.plate:
        return found.filter(plate=search.plate)
    return found.filter(holder__search_name__contains=search.name)


def _with_hits(found: QuerySet[Permit], now: datetime) -> QuerySet[Permit]:
    entries = WatchlistEntry.objects.filter(counts(now))
    along = Companion.objects.filter(
        permit=OuterRef("pk"), number_digest__in=entries.values("number_digest")
    )
    return found.filter(
        Exists(entries.filter(number_digest=OuterRef("holder__number_digest")))
        | Exists(entries.exclude(plate="").filter(plate=OuterRef("plate")))
        | Exists(along.order_by())
    )


def _beyond(declared_at: datetime, permit_id: int, *, forwards: bool) -> Q:
    way = "gt" if forwards else "lt"
    return Q(**{f"declared_at__{way}": declared_at}) | Q(
        **{"declared_at": declared_at, f"id__{way}": permit_id}
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
