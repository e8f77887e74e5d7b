"""The board: what has changed since a version, and that it comes to the same as a fresh one."""

from hypothesis import given
from hypothesis import strategies as st

from permits.tests.properties import whatever_it_takes
from scans.live.board import MISSED_AFTER_MS, Board, Counted, Surroundings
from scans.live.counts import HOUR_MS, MINUTE_MS, PIECE_MS
from scans.protocol import AlertNow, BoardRow, LaneNow

NOW = 1_631_606_400_000
RIVER, HILLS = 1, 2
LANES = {RIVER: (LaneNow(11, "online"),), HILLS: (LaneNow(21, "off"),)}


def a_board(**around: object) -> Board:
    board = Board()
    board.surround(Surroundings(**{"lanes": LANES, **around}))  # type: ignore[arg-type]
    board.advance(NOW)
    return board


def rows(board: Board, version: int = 0) -> dict[int, BoardRow]:
    return {row.checkpoint_id: row for row in board.rows_after(version)}


def test_it_begins_with_every_checkpoint() -> None:
    board = a_board(usual={RIVER: 2.25}, turned_back={HILLS: (3, 1)})
    river, hills = rows(board).values()
    assert (river.last_minute, river.usual, river.median_ms) == (0, 2.2, None)
    assert (hills.turned_back_in, hills.turned_back_out, hills.usual) == (3, 1, None)


def test_a_page_is_owed_what_changed_after_its_version() -> None:
    board = a_board()
    board.count([Counted(RIVER, NOW, "allow", 20)])
    board.advance(NOW)
    assert set(rows(board, 1)) == {RIVER}
    assert set(rows(board, 2)) == set()
    assert set(rows(board, 0)) == {RIVER, HILLS}
    board.advance(NOW)
    assert board.version == 2, "nothing has changed"


def test_scans_leave_the_minute_and_the_hour_by_themselves() -> None:
    board = a_board()
    board.count([Counted(RIVER, NOW, "hold", 20, n=3)])
    board.advance(NOW)
    row = rows(board)[RIVER]
    assert (row.last_minute, row.hold, row.p95_ms) == (3, 3, 20)
    board.advance(NOW + MINUTE_MS + PIECE_MS)
    row = rows(board)[RIVER]
    assert (row.last_minute, row.hold) == (0, 3)
    board.advance(NOW + HOUR_MS + PIECE_MS)
    row = rows(board)[RIVER]
    assert (row.hold, row.p95_ms) == (0, None)


def an_alert(severity: str, checkpoint_id: int | None, *, acknowledged: bool = False) -> AlertNow:
    return AlertNow(
        1, "lane_silent", severity, "", checkpoint_id, "", "", None, "", 1, NOW, NOW, acknowledged
    )


def test_the_gravest_alert_that_is_news_is_the_checkpoint_s() -> None:
    alerts = (
        an_alert("critical", RIVER, acknowledged=True),
        an_alert("critical", None),
        an_alert("high", RIVER),
        an_alert("low", RIVER),
    )
    board = a_board(alerts=alerts)
    assert rows(board)[RIVER].attention == ("high_alert",)
    assert rows(board)[HILLS].attention == ()


def test_a_checkpoint_that_is_gone_is_said_to_be() -> None:
    board = a_board()
    version = board.version
    board.surround(Surroundings(lanes={RIVER: LANES[RIVER]}))
    board.advance(NOW)
    assert set(rows(board)) == {RIVER}
    assert board.lost_row_after(version)
    assert not board.lost_row_after(board.version)


def test_a_page_that_is_loaded_anew_is_no_silent_lane() -> None:
    lanes = {RIVER: (LaneNow(11, "silent", NOW),)}
    board = a_board(lanes=lanes)
    board.advance(NOW + MISSED_AFTER_MS - 1)
    assert rows(board)[RIVER].attention == ()
    board.advance(NOW + MISSED_AFTER_MS)
    assert rows(board)[RIVER].attention == ("lane_silent",)
    assert rows(board)[RIVER].level == 2


SCANS = st.lists(
    st.builds(
        Counted,
        st.sampled_from([RIVER, HILLS]),
        st.integers(NOW - HOUR_MS, NOW),
        st.sampled_from(["allow", "hold", "refuse"]),
        st.integers(0, 3000),
    ),
    max_size=8,
)


@given(st.lists(SCANS, max_size=6))
@whatever_it_takes
def test_one_version_after_the_other_makes_the_same_as_the_last(
    batches: list[list[Counted]],
) -> None:
    board, version = a_board(), 0
    shown: dict[int, BoardRow] = {}
    for batch in batches:
        shown |= rows(board, version)
        version = board.version
        board.count(batch)
        while board.advance(NOW, most=1):  # a page may be told in the midst of it
            shown |= rows(board, version)
            version = board.version
    shown |= rows(board, version)
    fresh = a_board()
    fresh.recount([one for batch in batches for one in batch])
    fresh.advance(NOW)
    assert shown == rows(board) == rows(fresh)
