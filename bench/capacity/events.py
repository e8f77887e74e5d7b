"""PURE. A clock that jumps from event to event, and cores that are shared out evenly."""

import heapq
from collections.abc import Callable

Done = Callable[[], None]


class Clock:
    """What is to happen, in the order of time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._number = 0
        self._events: list[tuple[float, int, Done]] = []

    def after(self, delay: float, happens: Done) -> None:
        self._number += 1
        heapq.heappush(self._events, (self.now + delay, self._number, happens))

    def run(self, until: Callable[[], bool]) -> None:
        """One event after the other, until so or until there is none."""
        while self._events and not until():
            self.now, _number, happens = heapq.heappop(self._events)
            happens()


class Shared:
    """So many cores, shared evenly by all work that is under way; each takes one core at most."""

    def __init__(self, clock: Clock, cores: float) -> None:
        self._clock = clock
        self._cores = cores
        self._works: list[tuple[float, int, Done]] = []
        self._served = 0.0  # what each work has had by now that was there from the beginning
        self._since = 0.0
        self._number = 0
        self.busy = 0.0  # core-milliseconds

    def work(self, amount: float, done: Done) -> None:
        self._catch_up()
        self._number += 1
        heapq.heappush(self._works, (self._served + amount, self._number, done))
        self._plan()

    @property
    def _speed(self) -> float:
        return min(1.0, self._cores / len(self._works)) if self._works else 0.0

    def _catch_up(self) -> None:
        passed = self._clock.now - self._since
        self._served += passed * self._speed
        self.busy += passed * self._speed * len(self._works)
        self._since = self._clock.now

    def _plan(self) -> None:
        if self._works:
            first = self._works[0]
            self._clock.after((first[0] - self._served) / self._speed, lambda: self._finish(first))

    def _finish(self, work: tuple[float, int, Done]) -> None:
        """Plans that came too early, since others have joined, are void: a later one stands."""
        if not self._works or self._works[0] is not work:
            return
        self._catch_up()
        if self._served < work[0] - 1e-9:
            return
        heapq.heappop(self._works)
        self._plan()
        work[2]()
