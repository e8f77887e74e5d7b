"""Who passed the same lane shortly before and after somebody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from permits.models import Companion, Permit
from scans.models import Lane, Scan
from scans.models.scans import LATE_MS
from scans.tracing.days import recorded_between
from scans.tracing.rows import moment, permits_of
from scans.tracing.whom import Whom, own

ONE_PASSING = timedelta(minutes=10)  # a car shows several codes, and is looked at twice
RECORDED_WITHIN = timedelta(milliseconds=LATE_MS)
MOST_PASSINGS = 100
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Passing:
    """The person's scans at a lane that belong together, in the order of time."""

    scans: Sequence[Scan]

    @property
    def lane(self) -> Lane:
        """Where it was."""
        return self.scans[0].lane

    @property
    def began_at(self) -> datetime:
        """The first of the scans."""
        return self.scans[0].captured_at

    @property
    def ended_at(self) -> datetime:
        """The last of the scans."""
        return self.scans[-1].captured_at


@dataclass(frozen=True)
class Contact:
    """Somebody who was there: their scan that is nearest in time, and how far apart.

    `apart` is negative before the passing, nothing in the midst of it. `along` are the names of
    those on the permit besides its holder.
    """

    scan: Scan
    apart: timedelta
    permit: Permit | None
    along: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """Whole minutes between, begun ones counted."""
        return -(-abs(self.apart) // MINUTE)

    @property
    def is_before(self) -> bool:
        """Whether they came first."""
        return self.apart < timedelta()


@dataclass(frozen=True)
class Near:
    """One passing and everybody who was near. `unknown` codes named nobody."""

    passing: Passing
    contacts: Sequence[Contact]
    unknown: int


def passings(scans: Sequence[Scan]) -> list[Passing]:
    """The person's scans, put together by lane and time; the latest passing first."""
    open_at: dict[int, list[Scan]] = {}
    found: list[list[Scan]] = []
    for scan in sorted(scans, key=lambda scan: scan.captured_at):
        group = open_at.get(scan.lane_id)
        if group is None or scan.captured_at - group[-1].captured_at > ONE_PASSING:
            group = open_at[scan.lane_id] = []
            found.append(group)
        group.append(scan)
    found.sort(key=lambda group: group[0].captured_at, reverse=True)
    return [Passing(group) for group in found]


def passing_of(scans: Sequence[Scan], scan: Scan) -> list[Passing]:
    """The one passing that a scan belongs to."""
    return [one for one in passings(scans) if scan.pk in {row.pk for row in one.scans}]


def near(passing: Passing, found: Whom, *, minutes: int) -> Near:
    """Everybody at the lane from so many minutes before to so many after, both ends included."""
    margin = minutes * MINUTE
    since, until = passing.began_at - margin, passing.ended_at + margin
    scans = [
        scan
        for some in (in_time(passing.lane, since, until), held_back(passing.lane, since, until))
        for scan in some.exclude(own(passing.scans, found)).defer("payload_digest", "evidence")
    ]
    nearest: dict[object, Scan] = {}
    for scan in sorted(scans, key=lambda scan: abs(_apart(scan, passing))):
        if who := _who(scan):
            nearest.setdefault(who, scan)
    named = sorted(nearest.values(), key=lambda scan: scan.captured_at)
    return Near(passing, _contacts(named, passing), sum(_who(scan) is None for scan in scans))


def in_time(lane: Lane, since: datetime, until: datetime) -> QuerySet[Scan]:
    """Those that were recorded at once, by the index of recorded_at and checkpoint."""
    recorded = recorded_between(since, until + RECORDED_WITHIN)
    held_up = Q(captured_at__gte=since, captured_at__lte=until, elapsed_ms__lt=LATE_MS)
    return Scan.objects.filter(recorded, held_up, checkpoint=lane.checkpoint_id, lane=lane.pk)


def held_back(lane: Lane, since: datetime, until: datetime) -> QuerySet[Scan]:
    """Those that a device without a network recorded later: by an index of them alone."""
    held_up = Q(captured_at__gte=since, captured_at__lte=until, elapsed_ms__gte=LATE_MS)
    return Scan.objects.filter(held_up, lane=lane.pk)


def _contacts(scans: Sequence[Scan], passing: Passing) -> list[Contact]:
    permits = permits_of(scans)
    along: dict[int, list[str]] = {}
    for permit_id, name in Companion.objects.filter(permit__in=permits).values_list(
        "permit_id", "full_name"
    ):
        along.setdefault(permit_id, []).append(name)
    return [
        Contact(
            scan,
            _apart(scan, passing),
            permits.get(scan.permit_id or 0),
            tuple(along.get(scan.permit_id or 0, ())),
        )
        for scan in scans
    ]


def _apart(scan: Scan, passing: Passing) -> timedelta:
    if scan.captured_at < passing.began_at:
        return scan.captured_at - passing.began_at
    return max(scan.captured_at - passing.ended_at, timedelta())


def _who(scan: Scan) -> object | None:
    """What says that two scans are of one person."""
    if scan.permit_id:
        return scan.permit_id
    digest = scan.subject_digest or scan.plate_digest
    return bytes(digest) if digest else None


def lines(all_near: Iterator[Near]) -> Iterator[list[str]]:
    """A table for a file: a line for each contact of each passing, its heading first."""
    yield [
        *(_("Passed at"), _("Checkpoint"), _("Lane"), _("Minutes apart"), _("Held up at")),
        *(_("Serial"), _("Permit holder"), _("Travelling along"), _("Last four digits")),
    ]
    for one in all_near:
        lane = one.passing.lane
        for contact in one.contacts:
            permit = contact.permit
            yield [
                moment(one.passing.began_at),
                *(lane.checkpoint.name, lane.name),
                str(-contact.minutes if contact.is_before else contact.minutes),
                moment(contact.scan.captured_at),
                permit.serial if permit else "",
                permit.holder.full_name if permit else "",
                "; ".join(contact.along),
                contact.scan.masked_number[-4:],
            ]
