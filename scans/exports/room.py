"""The board and the latest scans, as they are at the moment that they are taken away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from permits import labels
from permits.exports import Column, Export, Format, Table, Value
from permits.verdict import Direction, Outcome, Reason
from scans import lane_health, stats
from scans.attention_words import WORDS
from scans.exports import notes
from scans.live.attention import urgency
from scans.live.board import ONLINE, SILENT, Board
from scans.live.surroundings import SurroundingsReader
from scans.models import Checkpoint
from scans.oversight import Oversight
from scans.protocol import BoardRow, FeedRow
from scans.times import from_milliseconds, to_milliseconds


def board(oversight: Oversight, *, now: datetime) -> Export:
    """All checkpoints, those that need attention first."""
    places = {
        place.pk: place
        for place in oversight.of(Checkpoint.objects.select_related("district"), "id")
    }
    rows = [row for row in _board_now(now) if row.checkpoint_id in places]
    rows.sort(
        key=lambda row: (
            urgency(row.level, row.attention, row.last_minute),
            places[row.checkpoint_id].name,
        )
    )
    columns = [
        Column(_("Checkpoint"), width=20),
        Column(_("District"), width=14),
        Column(_("Needs attention"), width=22),
        Column(_("Lanes online"), Format.NUMBER),
        Column(_("Lanes silent"), Format.NUMBER),
        Column(_("Device troubles"), width=18),
        Column(_("Scans a minute"), Format.NUMBER),
        Column(_("Usual"), Format.NUMBER),
        *(
            Column(f"{labels.OUTCOMES[outcome]}, {_('last hour')}", Format.NUMBER)
            for outcome in Outcome
        ),
        Column(f"{_('Turned back today')}, {labels.DIRECTIONS[Direction.IN]}", Format.NUMBER),
        Column(f"{_('Turned back today')}, {labels.DIRECTIONS[Direction.OUT]}", Format.NUMBER),
        Column(_("Median time"), Format.MILLISECONDS),
        Column(_("95 of 100 scans"), Format.MILLISECONDS),
    ]
    table = Table(_("Checkpoints"), columns, _board_rows(rows, places), len(rows))
    return Export("board", _("Checkpoints now"), [table], notes.within(oversight))


def feed(oversight: Oversight, *, now: datetime, lane_id: int | None = None) -> Export:
    """The latest scans, the newest first: as many as the page holds."""
    rows = stats.feed_after(0, now=now, oversight=oversight, lane_id=lane_id)[::-1]
    columns = [
        Column(_("Recorded at"), Format.MOMENT, 18),
        Column(_("Held up at"), Format.MOMENT, 18),
        Column(_("Checkpoint"), width=24),
        Column(_("Lane")),
        Column(_("Direction"), width=8),
        Column(_("Verdict"), width=12),
        Column(_("Reason"), width=24),
        Column(_("Number")),
        Column(_("Time taken"), Format.MILLISECONDS),
    ]
    table = Table(_("Scans"), columns, map(_feed_row, rows), len(rows))
    said = [_("The latest %(n)s scans at most.") % {"n": stats.FEED_LENGTH}]
    return Export("scans", _("Latest scans"), [table], [*said, *notes.within(oversight)])


def _board_now(now: datetime) -> list[BoardRow]:
    """The board as a dashboard that opens now would get it."""
    live = Board()
    live.surround(SurroundingsReader().read(now))
    live.recount(stats.last_hour(now))
    live.advance(to_milliseconds(now))
    return live.rows_after(0)


def _board_rows(
    rows: Iterable[BoardRow], places: Mapping[int, Checkpoint]
) -> Iterator[Sequence[Value]]:
    for row in rows:
        place, states = places[row.checkpoint_id], [lane.state for lane in row.lanes]
        troubles = dict.fromkeys(code for lane in row.lanes for code in lane.troubles)
        yield [
            place.name,
            place.district.name if place.district else "",
            "; ".join(str(WORDS[code]) for code in row.attention),
            *(states.count(ONLINE), states.count(SILENT)),
            "; ".join(str(lane_health.WORDS[lane_health.Trouble(code)]) for code in troubles),
            *(row.last_minute, row.usual, row.allow, row.hold, row.refuse),
            *(row.turned_back_in, row.turned_back_out, row.median_ms, row.p95_ms),
        ]


def _feed_row(row: FeedRow) -> Sequence[Value]:
    reason = labels.REASONS.get(Reason(row.reason)) if row.reason in {*Reason} else row.reason
    return [
        *(from_milliseconds(row.recorded_at), from_milliseconds(row.captured_at)),
        *(row.checkpoint, row.lane, str(labels.DIRECTIONS[Direction(row.direction)])),
        *(str(labels.OUTCOMES[Outcome(row.outcome)]), str(reason or ""), row.number),
        row.elapsed_ms,
    ]
