"""What a page is told is written once for all, and nothing is lost to one that comes later."""

import json
from datetime import UTC, datetime

from scans.live.board import Counted, Surroundings
from scans.live.news import Seat, news_for
from scans.live.room import LiveRoom
from scans.oversight import EVERYTHING
from scans.protocol import LaneNow

NOW = int(datetime(2021, 9, 6, 7, 30, tzinfo=UTC).timestamp() * 1000)
RIVER, HILLS = 1, 2


def a_room() -> LiveRoom:
    live = LiveRoom()
    live.board.surround(
        Surroundings(lanes={id_: (LaneNow(id_, "online"),) for id_ in (RIVER, HILLS)})
    )
    live.board.advance(NOW)
    return live


def a_seat(live: LiveRoom) -> Seat:
    seat = Seat(EVERYTHING, lane_id=None, arrived=0, had=frozenset())
    news_for(seat, live)
    return seat


def checkpoints_in(text: str) -> set[int]:
    [board] = [message for message in json.loads(text) if message["type"] == "board"]
    return {row[0] for row in board["rows"]}


def test_two_pages_that_are_as_far_get_one_text() -> None:
    live = a_room()
    one, other = a_seat(live), a_seat(live)
    live.board.count([Counted(RIVER, NOW, "allow", 20)])
    live.board.advance(NOW)
    text = news_for(one, live)
    assert checkpoints_in(text) == {RIVER}
    assert news_for(other, live) is text
    assert news_for(one, live) == "", "it has it now"


def test_a_page_that_is_written_to_between_two_steps_of_a_board_gets_both() -> None:
    live = a_room()
    early, late = a_seat(live), a_seat(live)
    live.board.count([Counted(RIVER, NOW, "allow", 20), Counted(HILLS, NOW, "allow", 20)])
    assert live.board.advance(NOW, most=1), "there is more to bring up"
    first = checkpoints_in(news_for(early, live))
    live.board.advance(NOW, most=1)
    assert checkpoints_in(news_for(late, live)) == {RIVER, HILLS}
    assert checkpoints_in(news_for(early, live)) == {RIVER, HILLS} - first
