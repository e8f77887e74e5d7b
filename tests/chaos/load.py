"""Cameras at every server process of a site, while something breaks; and what became of them."""

import math
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

from bench.cameras import address
from bench.cameras.compare import Comparison, RecordedScan, compare
from bench.cameras.plan import Plan
from bench.cameras.run import run
from bench.cameras.site import Entry, Place
from bench.cameras.tally import PlaceKey, Tally, merged
from tests.browser.site import Site
from tests.chaos.records import Records, Row

WARM_SECONDS = 60
WARM_SCANS = 5
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Target:
    """A site, a login to it, and what is typed and shown there."""

    site: Site
    entry: Entry
    records: Records
    codes: tuple[str, ...]
    pictures: Path

    def places_of(self, process: int) -> tuple[Place, ...]:
        """The lanes that the cameras of this server process have: no other has them."""
        return self.entry.places[process :: len(self.site.addresses)]


@dataclass(frozen=True)
class Outcome:
    """A load that is over. `rows` are the scans it made, in the order of their ids."""

    tally: Tally
    comparison: Comparison
    rows: list[Row]
    places: list[set[PlaceKey]]  # of each server process

    def assert_sound(self) -> None:
        """Each verdict has its one scan, each scan its reason, each check its one answer."""
        compared, tally = self.comparison, self.tally
        assert compared.without_scan == (), "a verdict was sent for a scan that is not recorded"
        assert compared.twice == (), "a scan was recorded twice"
        assert compared.unexplained == (), "a scan that nobody asked for was recorded"
        assert tally.lost == {}, "something was never answered"
        assert tally.doubled == {}, "something was answered twice"
        assert {check.sent > 0 for check in tally.checks.values()} == {True}

    def back_after(self, moment: float) -> float:
        """Seconds from a moment until every server process has recorded a scan again."""
        return max(self._first_after(moment, places) - moment for places in self.places)

    def scans_between(self, begin: float, end: float) -> list[int]:
        """How many scans each server process has recorded in this time."""
        return [sum(begin < at < end for at in self._times(places)) for places in self.places]

    def longest_silence(self) -> float:
        """The longest time, in seconds, in which a server process recorded nothing."""
        return max(
            later - earlier
            for places in self.places
            for earlier, later in pairwise(self._times(places))
        )

    def _first_after(self, moment: float, places: set[PlaceKey]) -> float:
        return min((at for at in self._times(places) if at > moment), default=math.inf)

    def _times(self, places: set[PlaceKey]) -> list[float]:
        return [row.recorded_at for row in self.rows if row.place in places]


class Load:
    """`with` it: inside, every server process has recorded some scans of its cameras.

    `outcome` is there afterwards. The cameras act for `seconds`, so that long it takes.
    """

    outcome: Outcome

    def __init__(
        self, target: Target, *, seconds: float, cameras: int = 10, rate: float = 8.0
    ) -> None:
        self._target = target
        self._newest = target.records.newest()
        self._plans = [
            Plan(
                address=address.parse(where),
                cookie=target.entry.cookie,
                places=target.places_of(process),
                scene="mixed",
                cameras=cameras,
                rate=rate,
                seconds=seconds,
                codes=target.codes,
                pictures=target.pictures,
            )
            for process, where in enumerate(target.site.addresses)
        ]
        self._threads = ThreadPoolExecutor(len(self._plans))
        self._runs: list[Future[Tally]] = []

    def __enter__(self) -> Self:
        self._runs = [self._threads.submit(run, plan) for plan in self._plans]
        deadline = time.monotonic() + WARM_SECONDS
        while not self._is_warm():
            assert time.monotonic() < deadline, "no scans came: the site did not work to begin with"
            time.sleep(LOOK_SECONDS)
        return self

    def __exit__(self, *_error: object) -> None:
        tally = merged(one.result() for one in self._runs)
        self._threads.shutdown()
        everything = self._target.records.scans()
        self.outcome = Outcome(
            tally=tally,
            comparison=compare(tally, self._to_compare(everything, tally)),
            rows=[row for row in everything if row.id > self._newest],
            places=self._places(),
        )

    def _to_compare(self, rows: list[Row], tally: Tally) -> list[RecordedScan]:
        """Those of this load, and those of before whose code was still in view."""
        return [
            RecordedScan(row.scan_id, row.place, row.source, is_earlier=row.id <= self._newest)
            for row in rows
            if row.id > self._newest or row.scan_id in tally.told
        ]

    def _is_warm(self) -> bool:
        rows = self._target.records.scans(after=self._newest)
        return all(
            sum(row.place in places for row in rows) >= WARM_SCANS for places in self._places()
        )

    def _places(self) -> list[set[PlaceKey]]:
        return [{(one.lane_id, one.direction) for one in plan.places} for plan in self._plans]
