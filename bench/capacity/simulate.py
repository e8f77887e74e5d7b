"""PURE. Checks on their way through server processes and one database, event by event.

    lanes -> a process's event loop -> its writer, which gathers -> the database -> loop -> verdict

Each thread of a process has its work done under Python's one lock, and each batch its statements on
the database's cores: both are shared out evenly among whoever has work for them. Times are
milliseconds. Disks, networks and the database's own locks are not in it.
"""

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.capacity.events import Clock, Done, Shared
from bench.figures import percentile

WARM_SHARE = 0.2  # of the checks, the first, are not counted


@dataclass(frozen=True)
class Times:
    """Milliseconds of each step. `batch` and `check` hold the lock, `unlocked` does not."""

    message: float
    batch: float
    check: float
    unlocked: float
    db_batch: float
    db_check: float
    commit: float
    decode: float = 0.0
    largest_batch: int = 128


@dataclass
class Seen:
    """What the simulation has seen."""

    waits: list[float] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    in_system: int = 0
    area: float = 0.0  # checks in the system, by milliseconds
    changed_at: float = 0.0

    def change(self, by: int, now: float) -> None:
        """A check came or went."""
        self.area += self.in_system * (now - self.changed_at)
        self.changed_at = now
        self.in_system += by


class Process:
    """A server process: its event loop, and its writer with one batch at a time."""

    def __init__(self, clock: Clock, times: Times, database: Shared, lock: float, seen: Seen):
        self._clock, self._times, self._database, self._seen = clock, times, database, seen
        self._lock = Shared(clock, lock)
        self._loop: deque[Done] = deque()
        self._waiting: deque[Done] = deque()
        self._writes = False

    def check(self, answered: Done) -> None:
        """A code was shown to a camera."""
        arrived = self._clock.now
        self._seen.change(1, arrived)

        def done() -> None:
            self._seen.change(-1, self._clock.now)
            self._seen.waits.append(self._clock.now - arrived)
            answered()

        def gather() -> None:
            self._waiting.append(done)
            self._write()

        self._clock.after(self._times.decode, lambda: self._speak(gather))

    def _speak(self, done: Done) -> None:
        """Half of a message's time for its receipt, half for its answer, one after the other."""
        self._loop.append(done)
        if len(self._loop) == 1:
            self._lock.work(self._times.message / 2, self._spoken)

    def _spoken(self) -> None:
        done = self._loop.popleft()
        if self._loop:
            self._lock.work(self._times.message / 2, self._spoken)
        done()

    def _write(self) -> None:
        if self._writes or not self._waiting:
            return
        self._writes = True
        times = self._times
        taken = [
            self._waiting.popleft() for _ in range(min(len(self._waiting), times.largest_batch))
        ]
        size = len(taken)
        self._seen.batches.append(size)

        def store() -> None:
            self._database.work(times.db_batch + size * times.db_check, commit)

        def commit() -> None:
            self._clock.after(times.commit, committed)

        def committed() -> None:
            self._writes = False
            for done in taken:
                self._speak(done)
            self._write()

        locked = times.batch + size * times.check
        self._lock.work(locked, lambda: self._clock.after(size * times.unlocked, store))


@dataclass(frozen=True)
class Outcome:
    """Of a simulation, after its warming up. Waits are from shown to answered."""

    rate: float  # checks answered a second
    waits: Sequence[float]
    batch: float
    database_busy: float  # share of its cores
    mean_in_system: float

    def wait(self, percent: int) -> float:
        """Milliseconds that so many of the waits do not exceed."""
        return percentile(self.waits, percent)


@dataclass(frozen=True)
class Site:
    """So many processes with so much of the lock left for checks, and a database's cores."""

    processes: int
    cores: float
    lock: float = 1.0


def open_arrivals(site: Site, times: Times, *, rate: float, checks: int, seed: int) -> Outcome:
    """Checks that come by chance, so many a second, whatever becomes of those before them."""
    chance = random.Random(seed)

    def begin(clock: Clock, processes: list[Process]) -> None:
        def arrive() -> None:
            chance.choice(processes).check(lambda: None)
            clock.after(chance.expovariate(rate / 1000), arrive)

        arrive()

    return _run(site, times, begin, checks)


def closed_lanes(site: Site, times: Times, *, lanes: int, checks: int) -> Outcome:
    """Lanes that each show the next code as soon as the last is answered."""

    def begin(clock: Clock, processes: list[Process]) -> None:
        for lane in range(lanes):
            process = processes[lane % len(processes)]

            def show(process: Process = process) -> None:
                process.check(lambda: show(process))

            clock.after(lane * 0.1, show)

    return _run(site, times, begin, checks)


Begin = Callable[[Clock, list[Process]], None]


def _run(site: Site, times: Times, begin: Begin, checks: int) -> Outcome:
    clock, seen = Clock(), Seen()
    database = Shared(clock, site.cores)
    processes = [
        Process(clock, times, database, site.lock, seen) for _process in range(site.processes)
    ]
    begin(clock, processes)
    warm = int(checks * WARM_SHARE)
    clock.run(lambda: len(seen.waits) >= warm)
    started, busy, area, batches = clock.now, database.busy, seen.area, len(seen.batches)
    clock.run(lambda: len(seen.waits) >= checks)
    passed = clock.now - started
    waits, sizes = seen.waits[warm:], seen.batches[batches:]
    return Outcome(
        rate=1000 * len(waits) / passed,
        waits=waits,
        batch=sum(sizes) / len(sizes),
        database_busy=(database.busy - busy) / passed / site.cores,
        mean_in_system=(seen.area - area) / passed,
    )
