"""What a lane has just shown: a code kept in view is one scan."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

# A code that was not seen for this long and comes again is a new scan.
FORGET_AFTER_SECONDS = 5.0
# Whoever else keeps track is told this often that a code is still in view.
RENEW_SECONDS = 1.5
MOST_PER_LANE = 64
LaneKey = tuple[int, str]


@dataclass
class _Seen(Generic[Answer]):
    answer: Answer
    at: float
    renewed_at: float


def _digest(payload: str) -> bytes:
    return hashlib.blake2b(payload.encode(errors="replace"), digest_size=16).digest()


class RecentPayloads(Generic[Answer]):
    """The answers that a lane's latest payloads got, for as long as they stay in view.

    Bounded: a lane keeps its 64 latest payloads, as digests. What has gone out of view is forgotten
    when the lane shows something else, and by `forget_old`.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        renew: Callable[[LaneKey, str], None] | None = None,
    ) -> None:
        self._clock = clock
        self._renew = renew
        self._lanes: dict[LaneKey, OrderedDict[bytes, _Seen[Answer]]] = {}
        self._asked: dict[tuple[LaneKey, bytes], asyncio.Future[Answer]] = {}

    async def answer(
        self, lane: LaneKey, payload: str, ask: Callable[[], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        """The answer to a payload, and whether it is an earlier one's.

        Two sockets of a lane that show the same code at the same moment ask once. Raises what `ask`
        raises, and then remembers nothing.
        """
        known = self.find(lane, payload)
        if known is not None:
            return known, True
        key = (lane, _digest(payload))
        if key in self._asked:
            return await asyncio.shield(self._asked[key]), True
        asked = self._asked[key] = asyncio.ensure_future(ask())
        asked.add_done_callback(lambda done: self._asked_and_done(key, payload, done))
        return await asyncio.shield(asked), False

    def _asked_and_done(
        self, key: tuple[LaneKey, bytes], payload: str, done: "asyncio.Future[Answer]"
    ) -> None:
        del self._asked[key]
        if not done.cancelled() and done.exception() is None:
            self.remember(key[0], payload, done.result())

    def find(self, lane: LaneKey, payload: str) -> Answer | None:
        """The answer given to a payload that is still in view, which it then is anew."""
        self._forget_old(lane)
        seen = self._lanes.get(lane, OrderedDict()).get(_digest(payload))
        if seen is None:
            return None
        seen.at = self._clock()
        if self._renew and seen.at - seen.renewed_at >= RENEW_SECONDS:
            seen.renewed_at = seen.at
            self._renew(lane, payload)
        self._lanes[lane].move_to_end(_digest(payload))
        return seen.answer

    def remember(self, lane: LaneKey, payload: str, answer: Answer) -> None:
        """Keep the answer to a payload that has just been checked."""
        self._forget_old(lane)
        payloads = self._lanes.setdefault(lane, OrderedDict())
        now = self._clock()
        payloads[_digest(payload)] = _Seen(answer, now, renewed_at=now)
        payloads.move_to_end(_digest(payload))
        while len(payloads) > MOST_PER_LANE:
            payloads.popitem(last=False)

    def forget_old(self) -> None:
        """Forget what has gone out of view at every lane: the answers have names in them."""
        for lane in list(self._lanes):
            self._forget_old(lane)

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
