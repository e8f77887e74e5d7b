"""What a worker does again and again for the checkpoints."""

from datetime import datetime, timedelta

from permits import rounds
from scans import look_ups, tallies
from scans.alert_rules import lanes, machines, rates
from scans.alert_rules import look_ups as look_up_rules
from scans.alerts import mailing
from scans.reports import subscriptions


@rounds.every(timedelta(seconds=10))
def look_for_silent_lanes(now: datetime) -> None:
    lanes.look_for_silent_lanes(now)


@rounds.every(timedelta(minutes=1))
def look_for_wrong_clocks(now: datetime) -> None:
    lanes.look_for_wrong_clocks(now)


@rounds.every(timedelta(minutes=1))
def look_at_look_ups(now: datetime) -> None:
    """Who looks for the same person again and again."""
    since = now - timedelta(days=1)
    look_up_rules.judge_look_ups(look_ups.repeated_look_ups(since), since=since, now=now)


@rounds.every(timedelta(minutes=1))
def look_at_refusals(now: datetime) -> None:
    rates.look_at_refusals(now)


@rounds.every(timedelta(minutes=1), on_each_machine=True)
def look_at_the_disk(now: datetime) -> None:
    machines.look_at_the_disk(now)


@rounds.every(timedelta(seconds=10), on_each_machine=True)
def look_at_the_database(now: datetime) -> None:
    machines.look_at_the_database(now)


@rounds.every(timedelta(seconds=10))
def tell_subscribers(now: datetime) -> None:
    mailing.tell_subscribers(now)


@rounds.every(timedelta(minutes=1))
def hand_over_reports(now: datetime) -> None:
    """The day's report, to whoever has it by e-mail."""
    subscriptions.enqueue_due(now)


@rounds.every(timedelta(seconds=15))
def tally_scans(now: datetime) -> None:
    """Keep the charts' numbers near the present."""
    tallies.keep_up(now)
