"""PURE. All checkpoints as the dashboards show them, and what of it has changed since when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from permits.verdict import Outcome
from scans.live.attention import Facts, level_of, what_is_the_matter
from scans.live.counts import MINUTE_MS, PIECE_MS, LastHour
from scans.protocol import AlertNow, BoardRow, LaneNow

FIVE_MINUTES_MS = 5 * MINUTE_MS
# A page that is loaded anew is away for a moment, and nobody need look.
MISSED_AFTER_MS = 30_000
ONLINE, SILENT, OFF = "online", "silent", "off"


@dataclass(frozen=True, slots=True)
class Counted:
    """So many scans of a checkpoint with the same outcome and time, recorded in one moment."""

    checkpoint_id: int
    recorded_at: int
    outcome: str
    elapsed_ms: int
    n: int = 1


@dataclass(frozen=True)
class Surroundings:
    """What is known of the checkpoints besides their scans, each by the checkpoint's id."""

    lanes: Mapping[int, tuple[LaneNow, ...]] = field(default_factory=dict)
    turned_back: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    usual: Mapping[int, float] = field(default_factory=dict)
    alerts: tuple[AlertNow, ...] = ()

    @cached_property
    def worst_alert(self) -> Mapping[int | None, str]:
        """The severity of the gravest that is news, by checkpoint; they come the gravest first."""
        news = [one for one in reversed(self.alerts) if not one.acknowledged]
        return {one.checkpoint_id: one.severity for one in news}


class Board:
    """The rows, and with each the version in which it became what it is.

    A dashboard that has version 7 is owed the rows that changed after it: so one that fell behind
    is owed no more than one that has just come.
    """

    def __init__(self) -> None:
        self.version = 0
        self._hours: dict[int, LastHour] = defaultdict(LastHour)
        self._rows: dict[int, BoardRow] = {}
        self._changed_in: dict[int, int] = {}
        self._to_look_at: set[int] = set()
        self._around = Surroundings()
        self._piece = 0

    def count(self, scans: Iterable[Counted]) -> None:
        """Scans that were recorded."""
        for one in scans:
            self._hours[one.checkpoint_id].add(one.recorded_at, one.outcome, one.elapsed_ms, one.n)
            self._to_look_at.add(one.checkpoint_id)

    def recount(self, scans: Iterable[Counted]) -> None:
        """These are all scans of the last hour."""
        self._to_look_at |= set(self._hours)
        self._hours.clear()
        self.count(scans)

    def surround(self, around: Surroundings) -> None:
        """What else is known. A checkpoint is on the board when it has an entry in `lanes`."""
        if around != self._around:
            self._around = around
            self._to_look_at |= set(around.lanes) | set(self._rows)

    def advance(self, now: int, *, most: int | None = None) -> bool:
        """Bring the rows up to a moment, `most` of them at once; a change makes a new version.

        Returns whether there are more to bring up.
        """
        if now // PIECE_MS != self._piece:  # scans leave the minute and the hour by themselves
            self._piece = now // PIECE_MS
            self._to_look_at |= set(self._hours)
        looked_at = list(islice(self._to_look_at, most))
        self._to_look_at.difference_update(looked_at)
        changed = [id_ for id_ in looked_at if self._renew(id_, now)]
        if changed:
            self.version += 1
            self._changed_in |= dict.fromkeys(changed, self.version)
        return bool(self._to_look_at)

    def rows_after(self, version: int) -> list[BoardRow]:
        """The rows that have changed since; from 0 on all of them."""
        changed = self._changed_in.items()
        return [self._rows[id_] for id_, since in changed if since > version and id_ in self._rows]

    def lost_row_after(self, version: int) -> bool:
        """Whether a checkpoint has gone since: then only all rows say what there is."""
        return any(
            since > version and id_ not in self._rows for id_, since in self._changed_in.items()
        )

    def _renew(self, checkpoint_id: int, now: int) -> bool:
        hour = self._hours[checkpoint_id]
        hour.forget_old(now)
        before = self._rows.get(checkpoint_id)
        if checkpoint_id not in self._around.lanes:
            self._rows.pop(checkpoint_id, None)
            return before is not None
        row = self._rows[checkpoint_id] = self._row(checkpoint_id, hour, now)
        return row != before

    def _row(self, checkpoint_id: int, hour: LastHour, now: int) -> BoardRow:
        around = self._around
        lanes, usual = around.lanes[checkpoint_id], around.usual.get(checkpoint_id)
        turned_back_in, turned_back_out = around.turned_back.get(checkpoint_id, (0, 0))
        p95, last = hour.percentile(95), hour.last_scan_at()
        codes = what_is_the_matter(
            Facts(
                lanes_online=sum(lane.state == ONLINE for lane in lanes),
                lanes_silent=sum(_is_missed(lane, now) for lane in lanes),
                scans=hour.scans(),
                a_minute=hour.scans_within(FIVE_MINUTES_MS, now) / 5,
                usual=usual,
                since_last_scan_ms=None if last is None else now - last,
                p95_ms=p95,
                has_trouble=any(lane.troubles for lane in lanes),
                worst_alert=around.worst_alert.get(checkpoint_id, ""),
            )
        )
        return BoardRow(
            checkpoint_id=checkpoint_id,
            last_minute=hour.scans_within(MINUTE_MS, now),
            usual=None if usual is None else round(usual, 1),
            allow=hour.of(Outcome.ALLOW),
            hold=hour.of(Outcome.HOLD),
            refuse=hour.of(Outcome.REFUSE),
            turned_back_in=turned_back_in,
            turned_back_out=turned_back_out,
            median_ms=hour.percentile(50),
            p95_ms=p95,
            lanes=lanes,
            attention=codes,
            level=level_of(codes),
        )


def _is_missed(lane: LaneNow, now: int) -> bool:
    return lane.state == SILENT and (lane.since or 0) <= now - MISSED_AFTER_MS
