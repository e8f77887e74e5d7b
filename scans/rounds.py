"""What is done again and again at the checkpoints."""

from datetime import datetime, timedelta

from permits import rounds
from scans.reports import subscriptions


@rounds.every(timedelta(minutes=1))
def hand_over_reports(now: datetime) -> None:
    """The day's report, to whoever has it by e-mail."""
    subscriptions.enqueue_due(now)
