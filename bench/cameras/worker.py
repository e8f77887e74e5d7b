"""One process's cameras, on one event loop."""

import asyncio
import gc
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

from bench.cameras import pictures
from bench.cameras.lane import Lane, Material
from bench.cameras.link import Door
from bench.cameras.plan import Plan, Progress
from bench.cameras.tally import Tally

READY, GO, STOP = "ready", "go", "stop"
OPENINGS_A_SECOND = 200
OPEN_SECONDS = 30.0
ANSWER_SECONDS = 15.0
LOOK_SECONDS = 0.02
PROGRESS_SECONDS = 5.0


class Orders:
    """What the process that started this one says: begin, or end before the time."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.stop = asyncio.Event()


def work(plan: Plan, first: int, step: int, parent: Connection) -> None:
    """Run every `step`-th camera from the `first` on, and send the tally to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop
    gc.disable()  # nothing here is a cycle worth the pauses, and the process ends soon
    with parent, suppress(BrokenPipeError):  # nobody to tell any more
        parent.send(asyncio.run(_obey(plan, range(first, plan.cameras, step), parent)))


async def _obey(plan: Plan, cameras: range, parent: Connection) -> Tally:
    orders = Orders()

    def heard() -> None:
        try:
            order = parent.recv()
        except EOFError:
            asyncio.get_running_loop().remove_reader(parent.fileno())
            order = STOP
        if order == STOP:
            orders.stop.set()
        orders.go.set()

    asyncio.get_running_loop().add_reader(parent.fileno(), heard)
    try:
        return await drive(plan, cameras, orders, say=parent.send)
    finally:
        asyncio.get_running_loop().remove_reader(parent.fileno())


async def drive(
    plan: Plan, cameras: range, orders: Orders, *, say: Callable[[object], None]
) -> Tally:
    """Open the lanes, say READY, and after the order to go run the scene to its end."""
    tally = Tally()
    material = Material(
        door=Door(plan.address, plan.cookie, plan.address.tls()),
        codes=plan.codes,
        pictures=pictures.load(plan.pictures),
    )
    roads = len(material.pictures.roads)
    lanes = [
        Lane(
            plan.place(camera),
            plan.script(camera, roads=roads),
            material,
            tally,
            is_paced=plan.rate > 0,
        )
        for camera in cameras
    ]
    await _open(lanes, orders)
    say(Progress.of(tally, seconds=0.0, served=_served(lanes)))
    say(READY)
    await orders.go.wait()
    await _offer(lanes, plan.seconds, tally, orders, say)
    await _until(lambda: all(lane.is_idle or lane.is_refused for lane in lanes), ANSWER_SECONDS)
    for lane in lanes:
        lane.close()
    await asyncio.sleep(LOOK_SECONDS)  # the good-byes go out
    return tally


async def _open(lanes: list[Lane], orders: Orders) -> None:
    """One after the other: a site is not opened by all its officers in the same moment."""
    for lane in lanes:
        lane.start()
        await asyncio.sleep(1 / OPENINGS_A_SECOND)
    await _until(
        lambda: orders.stop.is_set() or all(lane.is_served or lane.is_refused for lane in lanes),
        OPEN_SECONDS,
    )


async def _offer(
    lanes: list[Lane],
    seconds: float,
    tally: Tally,
    orders: Orders,
    say: Callable[[object], None],
) -> None:
    def is_over() -> bool:
        return orders.stop.is_set() or all(lane.is_refused for lane in lanes)

    del tally.ping_ms[:]  # those before are of the opening
    started, cpu = time.perf_counter(), time.process_time()
    for lane in lanes:
        lane.offer()
    while (gone := time.perf_counter() - started) < seconds and not is_over():
        if gone > 0.1:
            say(Progress.of(tally, seconds=gone, served=_served(lanes)))
        await _until(is_over, min(seconds - gone, PROGRESS_SECONDS))
    for lane in lanes:
        lane.stop_offering()
    tally.end_offering(time.perf_counter() - started, time.process_time() - cpu)


def _served(lanes: list[Lane]) -> int:
    return sum(lane.is_served for lane in lanes)


async def _until(is_so: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so, but no longer than this."""
    deadline = time.perf_counter() + seconds
    while not is_so() and (left := deadline - time.perf_counter()) > 0:
        await asyncio.sleep(min(LOOK_SECONDS, left))
