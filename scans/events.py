"""What the dashboards are told: that there is something new. What it is, the database says."""

from scans import hints

DASHBOARDS = "dashboards"
SOMETHING_NEW = {"type": "something.new"}
# A dashboard reads no more often than this, so nobody needs to hear of every batch.
PAUSE_SECONDS = 0.1

_announcer = hints.Announcer(DASHBOARDS, SOMETHING_NEW, pause_seconds=PAUSE_SECONDS)


def publish() -> None:
    """Wake the dashboards, soon. It may be lost: their next totals make up for it."""
    _announcer.announce()


def publish_from_thread() -> None:
    """The same, from a view that is not async."""
    hints.tell_from_thread(DASHBOARDS, SOMETHING_NEW)
