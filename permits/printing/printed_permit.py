"""What a printed permit says, and in which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from permits import labels
from permits.verdict import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPermit:
    """A permit as it goes on paper. Times have a zone; `code` is the travel code's text."""

    code: str
    serial: str
    full_name: str
    kind_name: str  # in the reader's language
    kind_name_vi: str
    valid_from: datetime
    valid_until: datetime
    origin: str
    destination: str
    plate: str = ""
    direction: str = ""  # "in", "out"; "": both
    hours: tuple[time, time] | None = None
    days: tuple[int, ...] = ()  # of the week, Monday 0; none: every day
    zones: tuple[str, ...] = ()  # none: everywhere
    one_trip: bool = False
    companions: tuple[str, ...] = ()  # their names

    def kind_names(self) -> list[str]:
        """The reader's first; the officer's, who reads Vietnamese, where it is another."""
        return list(dict.fromkeys([self.kind_name, self.kind_name_vi]))


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what stands beside it."""

    label: str
    value: str


def rows(permit: PrintedPermit, *, most_listed: int | None = None) -> list[Row]:
    """All that is said of a permit below its name, what is not set left out.

    Of zones and companions at most so many are listed (None: all), and it is said how many more
    there are.
    """
    return list(_rows(permit, most_listed))


def _rows(permit: PrintedPermit, most_listed: int | None) -> Iterator[Row]:
    yield Row(_("Valid from"), moment(permit.valid_from))
    yield Row(_("Valid until"), moment(permit.valid_until))
    yield Row(_("From"), permit.origin)
    yield Row(_("To"), permit.destination)
    if permit.plate:
        yield Row(_("Plate"), permit.plate)
    if permit.companions:
        yield Row(_("Companions"), _listed(permit.companions, ", ", most_listed))
    if permit.zones:
        yield Row(_("Zones"), _listed(permit.zones, "; ", most_listed))
    if permit.direction:
        yield Row(_("Direction"), str(labels.DIRECTIONS[Direction(permit.direction)]))
    if permit.hours:
        yield Row(_("Hours of the day"), " – ".join(f"{at:%H:%M}" for at in permit.hours))
    if permit.days:
        yield Row(_("Days"), ", ".join(str(WEEKDAYS[day]) for day in permit.days))
    if permit.one_trip:
        yield Row(_("Trips"), _("One"))


def moment(at: datetime) -> str:
    """A date with its time, as the reader writes it."""
    return format_date(timezone.localtime(at), pgettext("date format", "j F Y, H:i"))


def _listed(names: Sequence[str], separator: str, most: int | None) -> str:
    if most is None or len(names) <= most:
        return separator.join(names)
    left = len(names) - most
    more = ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left}
    return separator.join([*names[:most], more])
