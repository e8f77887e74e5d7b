"""PURE. The last hour of one checkpoint, counted as scans come, in pieces of ten seconds."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from permits.verdict import Outcome

PIECE_MS = 10_000
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
# Times are counted by their two leading digits: to tell 640 ms from 646 would serve nobody.
EXACT_MS = 100


def rounded(milliseconds: int) -> int:
    """A time as it is counted: to two digits."""
    step = 1
    while milliseconds >= EXACT_MS * step:
        step *= 10
    return milliseconds // step * step


def percentile(histogram: Mapping[int, int], percent: int) -> int | None:
    """The least value that so many percent of all do not exceed; None where there is none."""
    needed = -(-sum(histogram.values()) * percent // 100)
    for value in sorted(histogram):
        needed -= histogram[value]
        if needed <= 0:
            return value
    return None


@dataclass
class _Piece:
    begins_at: int
    outcomes: Counter[str] = field(default_factory=Counter)
    elapsed: Counter[int] = field(default_factory=Counter)


class LastHour:
    """Scans of one checkpoint. Times are milliseconds since 1970; an hour is a whole of pieces."""

    def __init__(self) -> None:
        self._pieces: deque[_Piece] = deque()
        self._elapsed: Counter[int] = Counter()
        self.outcomes: Counter[str] = Counter()

    def add(self, recorded_at: int, outcome: str, elapsed_ms: int, n: int = 1) -> None:
        """Count scans. One that comes late is counted where it belongs."""
        piece = self._piece_of(recorded_at)
        piece.outcomes[outcome] += n
        piece.elapsed[rounded(elapsed_ms)] += n
        self.outcomes[outcome] += n
        self._elapsed[rounded(elapsed_ms)] += n

    def forget_old(self, now: int) -> None:
        """Leave out what is older than an hour."""
        while self._pieces and self._pieces[0].begins_at + PIECE_MS <= now - HOUR_MS:
            old = self._pieces.popleft()
            self.outcomes -= old.outcomes
            self._elapsed -= old.elapsed

    def scans(self) -> int:
        """In the hour."""
        return self.outcomes.total()

    def scans_within(self, milliseconds: int, now: int) -> int:
        """In the latest so many milliseconds, to a piece."""
        count = 0
        for piece in reversed(self._pieces):
            if piece.begins_at + PIECE_MS <= now - milliseconds:
                break
            count += piece.outcomes.total()
        return count

    def last_scan_at(self) -> int | None:
        """When the piece of the latest scan began."""
        return self._pieces[-1].begins_at if self._pieces else None

    def of(self, outcome: Outcome) -> int:
        """Scans of the hour with this outcome."""
        return self.outcomes[outcome.value]

    def percentile(self, percent: int) -> int | None:
        """The smallest time that so many percent of the scans did not exceed, or None."""
        return percentile(self._elapsed, percent)

    def _piece_of(self, recorded_at: int) -> _Piece:
        begins_at = recorded_at // PIECE_MS * PIECE_MS
        place = len(self._pieces)
        while place and self._pieces[place - 1].begins_at > begins_at:
            place -= 1
        if place and self._pieces[place - 1].begins_at == begins_at:
            return self._pieces[place - 1]
        piece = _Piece(begins_at)
        self._pieces.insert(place, piece)
        return piece
