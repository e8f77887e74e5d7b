"""How many scans there were, and how fast: counted again by tallies.py, never changed by hand.

Numbers alone, of nobody: so they may be kept for long after the scans have gone. What is counted by
reason and kind is kept apart from hours, or a year of hours would be more rows than scans.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models import PermitKind
from scans.models.choices import DIRECTIONS, OUTCOMES
from scans.models.places import Checkpoint, Lane

# Capture to verdict: a scan is counted in the first column whose limit it does not exceed.
LATENCY_LIMITS_MS = (50, 100, 200, 500, 1000, 2000, 5000)
LATENCY_COLUMNS = (*(f"within_{limit}_ms" for limit in LATENCY_LIMITS_MS), "slower")


def _scans(name: Any) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(name, default=0)


class Tally(models.Model):
    """The scans of a span of time that begins at `start`, by direction and outcome."""

    start = models.DateTimeField(_("from"))
    direction = models.CharField(_("direction"), max_length=3, choices=DIRECTIONS)
    outcome = models.CharField(_("outcome"), max_length=6, choices=OUTCOMES)
    n = _scans(_("scans"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} {self.direction} {self.outcome}: {self.n}"


class TimedTally(Tally):
    """And how many of them took how long."""

    within_50_ms = _scans(_("within 50 ms"))
    within_100_ms = _scans(_("within 100 ms"))
    within_200_ms = _scans(_("within 200 ms"))
    within_500_ms = _scans(_("within 500 ms"))
    within_1000_ms = _scans(_("within 1 s"))
    within_2000_ms = _scans(_("within 2 s"))
    within_5000_ms = _scans(_("within 5 s"))
    slower = _scans(_("slower"))

    class Meta:
        abstract = True


class SiteTally(models.Model):
    """Of one checkpoint; or of the whole site, where it is null: a city's month in few rows.

    The site's rows are written with those of the checkpoints, in one transaction, so a key that
    holds for the checkpoints' rows guards them too.
    """

    checkpoint = models.ForeignKey(
        Checkpoint, models.CASCADE, null=True, db_index=False, verbose_name=_("checkpoint")
    )

    class Meta:
        abstract = True


class CauseTally(models.Model):
    """And by headline reason, and by the kind of permit, null where there was none."""

    reason = models.CharField(_("headline reason"), max_length=24, blank=True)
    # A kind that was removed stays counted.
    kind = models.ForeignKey(
        PermitKind,
        models.DO_NOTHING,
        null=True,
        db_index=False,
        db_constraint=False,
        verbose_name=_("permit kind"),
    )

    class Meta:
        abstract = True


class MinuteTally(TimedTally):
    """A lane's minute: for today's curve and for the live board."""

    checkpoint = models.ForeignKey(
        Checkpoint, models.CASCADE, db_index=False, verbose_name=_("checkpoint")
    )
    lane = models.ForeignKey(Lane, models.CASCADE, db_index=False, verbose_name=_("lane"))

    class Meta:
        verbose_name = _("minute's tally")
        verbose_name_plural = _("tallies of minutes")
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "start", "lane", "direction", "outcome"],
                name="minute_tallied_once",
            )
        ]
        indexes = [models.Index(fields=["start"], name="minute_tally_start")]


class SliceTally(TimedTally, SiteTally, CauseTally):
    """Ten minutes, in full: what hours and days are made of."""

    class Meta:
        verbose_name = _("tally of ten minutes")
        verbose_name_plural = _("tallies of ten minutes")
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "start", "direction", "outcome", "reason", "kind"],
                name="slice_tallied_once",
            )
        ]
        indexes = [models.Index(fields=["start"], name="slice_tally_start")]


class HourTally(TimedTally, SiteTally):
    """An hour."""

    class Meta:
        verbose_name = _("hour's tally")
        verbose_name_plural = _("tallies of hours")
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "start", "direction", "outcome"], name="hour_tallied_once"
            )
        ]
        indexes = [models.Index(fields=["start"], name="hour_tally_start")]


class DayTally(TimedTally, SiteTally):
    """A day, from midnight to midnight in the site's time zone."""

    class Meta:
        verbose_name = _("day's tally")
        verbose_name_plural = _("tallies of days")
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "start", "direction", "outcome"], name="day_tallied_once"
            )
        ]
        indexes = [models.Index(fields=["start"], name="day_tally_start")]


class DayCauseTally(Tally, SiteTally, CauseTally):
    """A day, by reason and kind."""

    class Meta:
        verbose_name = _("day's tally by reason")
        verbose_name_plural = _("tallies of days by reason")
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "start", "direction", "outcome", "reason", "kind"],
                name="day_cause_tallied_once",
            )
        ]
        indexes = [models.Index(fields=["start"], name="day_cause_tally_start")]


class TallyMark(models.Model):
    """Up to when a span's scans are in its tallies. What came after is read from the scans."""

    span = models.CharField(_("span"), max_length=6, primary_key=True)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("mark of the tallies")
        verbose_name_plural = _("marks of the tallies")

    def __str__(self) -> str:
        return f"{self.span}: {self.until:%Y-%m-%d %H:%M}"
