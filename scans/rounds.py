"""What the checkpoints' workers do again and again."""

from datetime import datetime, timedelta

from permits.rounds import every
from scans import tallies


@every(timedelta(seconds=15))
def tally_scans(now: datetime) -> None:
    """Keep the charts' numbers near the present."""
    tallies.keep_up(now)
