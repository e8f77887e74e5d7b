"""What a lane has just shown: a code kept in view is one scan."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

# A code that was not seen for this long and comes again is a new scan.
FORGET_AFTER_SECONDS = 5.0
MOST_PER_LANE = 64
LaneKey = tuple[int, str]


@dataclass
class _Seen(Generic[Answer]):
    answer: Answer
    at: float


class RecentPayloads(Generic[Answer]):
    """The answers that a lane's latest payloads got, for as long as they stay in view.

    Bounded: a lane keeps its 64 latest payloads, and nothing once none of them is in view.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lanes: dict[LaneKey, OrderedDict[str, _Seen[Answer]]] = {}

    def find(self, lane: LaneKey, payload: str) -> Answer | None:
        """The answer given to a payload that is still in view, which it then is anew."""
        self._forget_old(lane)
        seen = self._lanes.get(lane, OrderedDict()).get(payload)
        if seen is None:
            return None
        seen.at = self._clock()
        self._lanes[lane].move_to_end(payload)
        return seen.answer

    def remember(self, lane: LaneKey, payload: str, answer: Answer) -> None:
        """Keep the answer to a payload that has just been checked."""
        self._forget_old(lane)
        payloads = self._lanes.setdefault(lane, OrderedDict())
        payloads[payload] = _Seen(answer, self._clock())
        payloads.move_to_end(payload)  # it may have been there: two sockets can stand at one lane
        while len(payloads) > MOST_PER_LANE:
            payloads.popitem(last=False)

    def forget_all(self) -> None:
        """As after a restart."""
        self._lanes.clear()

    def _forget_old(self, lane: LaneKey) -> None:
        payloads = self._lanes.get(lane)
        if payloads is None:
            return
        oldest_kept = self._clock() - FORGET_AFTER_SECONDS
        while payloads and next(iter(payloads.values())).at < oldest_kept:
            payloads.popitem(last=False)
        if not payloads:
            del self._lanes[lane]
