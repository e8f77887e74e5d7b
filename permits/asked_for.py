"""What a kind of permit gives and asks for, in plain words: read before anything is filled in."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permits import steps
from permits.labels import hours_or_days
from permits.models import PermitKind
from permits.models.permits import EVERY_DAY


@dataclass(frozen=True)
class Asked:
    """One line: what it is about, and what is said of it."""

    about: str
    says: str


def asked_for(kind: PermitKind) -> list[Asked]:
    """In the order in which one wants to know. What is not limited is not mentioned."""
    return [*_gives(kind), *_asks(kind)]


def _gives(kind: PermitKind) -> Iterator[Asked]:
    if kind.needs_approval:
        yield Asked(_("You get it"), _("after an authority has looked at it and approved it"))
    else:
        yield Asked(_("You get it"), _("at once"))
    longest = hours_or_days(kind.valid_hours)
    if steps.lets_choose_validity(kind):
        yield Asked(_("Valid"), _("at most %(time)s, from when you choose") % {"time": longest})
    else:
        yield Asked(_("Valid"), _("%(time)s, from now on") % {"time": longest})
    yield from _limits(kind)


def _limits(kind: PermitKind) -> Iterator[Asked]:
    if kind.hours_from and kind.hours_until:
        hours = {
            "from": time_format(kind.hours_from, "H:i"),
            "until": time_format(kind.hours_until, "H:i"),
        }
        yield Asked(_("Hours of the day"), _("from %(from)s until %(until)s") % hours)
    if kind.weekdays != EVERY_DAY:
        days = [str(name) for day, name in WEEKDAYS.items() if kind.weekdays >> day & 1]
        yield Asked(_("Days"), ", ".join(days))
    zones = [str(zone) for zone in kind.zones.all()]
    if zones:
        yield Asked(_("Zones"), ", ".join(zones))
    if kind.one_trip:
        yield Asked(_("Trips"), _("one, there and back"))


def _asks(kind: PermitKind) -> Iterator[Asked]:
    if kind.most_companions:
        yield Asked(
            _("People who travel along"),
            ngettext("at most %(count)d", "at most %(count)d", kind.most_companions)
            % {"count": kind.most_companions},
        )
    if kind.needs_vehicle:
        yield Asked(_("Vehicle"), _("needed: have the plate ready"))
    if kind.doses_needed:
        doses = ngettext(
            "at least %(count)d dose, for each person",
            "at least %(count)d doses, for each person",
            kind.doses_needed,
        )
        yield Asked(_("Vaccination"), doses % {"count": kind.doses_needed})
    if kind.needs_documents:
        yield Asked(_("Documents"), _("needed: a PDF, or a photo of the paper"))
    elif steps.takes_documents(kind):
        yield Asked(_("Documents"), _("if you have any: a PDF, or a photo of the paper"))
