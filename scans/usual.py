"""What is usual at an hour: the mean of the same hour of days before."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from scans import replica
from scans.models import HourTally
from scans.spans import Span, midnight
from scans.tally_reading import Wanted, counts

DAYS = 28
# So many of the last four days of the same name make a usual of their own: a Sunday is no Monday.
ENOUGH_OF_A_WEEKDAY = 3
Hours = list[float | None]


@replica.may_answer
def usual_by_hour(day: date, wanted: Wanted, *, now: datetime) -> Hours:
    """The scans usual in each hour of a day, from midnight on; None where nothing is known.

    The range of `wanted` does not count, its viewer, checkpoint and direction do. A day without any
    scan is none: the site was not in use.
    """
    since, until = midnight(day - timedelta(days=DAYS)), midnight(day)
    before = Wanted(wanted.oversight, since, until, wanted.checkpoint_id, None, wanted.direction)
    by_day: dict[date, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (start,), [n] in counts(before, Span.HOUR, (), now=now).items():
        local = _local(start)
        by_day[local.date()][local.hour] += n
    days = like(day, by_day)
    return [
        sum(by_day[one][hour] for one in days) / len(days) if days else None for hour in range(24)
    ]


def like(day: date, days: Collection[date]) -> list[date]:
    """The days to compare a day with: of the same name where there are enough, or else all."""
    same = [one for one in days if one.weekday() == day.weekday()]
    return same if len(same) >= ENOUGH_OF_A_WEEKDAY else list(days)


@replica.may_answer
def usual_per_minute(now: datetime) -> dict[int, float]:
    """Each checkpoint's usual scans a minute at this hour of the day.

    One that has no scan at this hour on any of the days is not in it. Costs a read of 28 hours of
    all checkpoints: it changes with the hour, so keep it as long.
    """
    start = Span.HOUR.start_of(now)
    starts = {_local(start - timedelta(days=ago)).date(): ago for ago in range(1, DAYS + 1)}
    used = _days_in_use(start)
    days = like(_local(start).date(), [day for day in starts if day in used])
    hours = [start - timedelta(days=starts[day]) for day in days]
    summed = (
        HourTally.objects.filter(start__in=hours, checkpoint__isnull=False)
        .values("checkpoint")
        .annotate(sum_n=Sum("n"))
        .values_list("checkpoint", "sum_n")
    )
    minutes = len(days) * 60
    return {checkpoint: n / minutes for checkpoint, n in summed if checkpoint is not None}


def _days_in_use(start: datetime) -> set[date]:
    """The days before that have a scan anywhere."""
    rows = HourTally.objects.filter(
        checkpoint=None, start__gte=start - timedelta(days=DAYS + 1), start__lt=start
    )
    return {_local(one).date() for one in rows.values_list("start", flat=True).distinct()}


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())
