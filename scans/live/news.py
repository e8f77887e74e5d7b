"""What a dashboard has not seen yet, as messages."""

from dataclasses import dataclass
from itertools import islice

from scans import protocol
from scans.alerts.reading import MOST_OPEN
from scans.live.room import LiveRoom
from scans.oversight import Oversight
from scans.protocol import AlertNow, Alerts, BoardMessage, Feed, FeedRow

# Nobody reads two hundred lines a second: of many that come at once the latest are shown.
MOST_IN_A_MESSAGE = 60


@dataclass
class Seat:
    """What a page looks at, and how far it is. `had` are scans that it has beyond `arrived`."""

    oversight: Oversight
    lane_id: int | None
    arrived: int
    had: frozenset[int]
    version: int = 0
    alerts: tuple[AlertNow, ...] | None = None
    on_their_way: int = 0

    def sees(self, row: FeedRow) -> bool:
        """Whether a scan is to be shown here, and is not yet."""
        if row.id in self.had or not self.oversight.sees(row.checkpoint_id):
            return False
        return self.lane_id is None or row.lane_id == self.lane_id


def news_for(seat: Seat, live: LiveRoom) -> str:
    """The text for a page, or nothing; from then on the page is as far as the room is.

    It is written once for all pages that are as far and see the same.
    """
    knows_alerts = seat.alerts is live.alerts
    has = (seat.version, seat.arrived, seat.had, knows_alerts)
    place = (seat.oversight, seat.lane_id, has, live.state)
    if place not in live.texts:
        messages = _messages(seat, live)
        live.texts[place] = protocol.encode(messages) if messages else ""
    text = live.texts[place]
    seat.version, seat.arrived, seat.alerts = live.board.version, live.arrived, live.alerts
    if seat.had:
        seat.had = frozenset(filter(live.mark().awaits, seat.had))
    return text


def _messages(seat: Seat, live: LiveRoom) -> list[protocol.ServerMessage]:
    """A board comes with whatever comes: its answer says that the page is as far."""
    scans = [row for row in live.rows_after(seat.arrived) if seat.sees(row)]
    board = _board(seat, live)
    messages: list[protocol.ServerMessage] = []
    if seat.alerts is not live.alerts:
        theirs = (one for one in live.alerts if seat.oversight.sees(one.checkpoint_id))
        messages.append(Alerts(tuple(islice(theirs, MOST_OPEN))))
    if scans:
        shown = scans[-MOST_IN_A_MESSAGE:]
        messages.append(Feed(tuple(shown), fresh=False, left_out=len(scans) - len(shown)))
    if messages or board.rows or board.fresh:
        messages.append(board)
    return messages


def _board(seat: Seat, live: LiveRoom) -> BoardMessage:
    """The rows that the page is owed; all of them where one has gone."""
    fresh = seat.version == 0 or live.board.lost_row_after(seat.version)
    rows = live.board.rows_after(0 if fresh else seat.version)
    theirs = tuple(row for row in rows if seat.oversight.sees(row.checkpoint_id))
    return BoardMessage(live.board.version, live.told_at, theirs, fresh)
