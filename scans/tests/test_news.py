"""What a page is told is written once for all, and nothing is lost to one that comes later."""

import json
from datetime import UTC, datetime

from scans.alerts.reading import MOST_OPEN
from scans.live.board import Counted, Surroundings
from scans.live.news import Seat, news_for
from scans.live.room import LiveRoom
from scans.oversight import EVERYTHING, Oversight
from scans.protocol import AlertNow, LaneNow

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


def an_alert(number: int, checkpoint_id: int) -> AlertNow:
    return AlertNow(
        number, "lane_silent", "high", "", checkpoint_id, "", "", None, "", 1, NOW, NOW, False
    )


def test_another_district_s_alerts_take_no_place_from_theirs() -> None:
    live = a_room()
    live.alerts = (*(an_alert(n, HILLS) for n in range(MOST_OPEN)), an_alert(MOST_OPEN, RIVER))
    seat = Seat(Oversight(frozenset({RIVER})), lane_id=None, arrived=0, had=frozenset())
    [alerts] = [one for one in json.loads(news_for(seat, live)) if one["type"] == "alerts"]
    assert [one["id"] for one in alerts["alerts"]] == [MOST_OPEN]
    [everybody] = [one for one in json.loads(news_of_all(live)) if one["type"] == "alerts"]
    assert len(everybody["alerts"]) == MOST_OPEN


def news_of_all(live: LiveRoom) -> str:
    return news_for(Seat(EVERYTHING, lane_id=None, arrived=0, had=frozenset()), live)
