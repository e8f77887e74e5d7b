"""A run: the cameras in processes of their own, all beginning at once."""

import resource
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from bench.cameras import worker
from bench.cameras.plan import Plan, Progress
from bench.cameras.tally import Tally, merged

MORE_SECONDS = 60.0  # for the start of the processes and for handing over what they counted
DESCRIPTORS_BESIDES = 64


class RunError(Exception):
    """Why there was no run, in words for whoever started it."""


class _Worker:
    """A process of cameras, and what it has said so far."""

    def __init__(self, plan: Plan, first: int, step: int) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=worker.work, args=(plan, first, step, theirs), daemon=True
        )
        self.process.start()
        theirs.close()
        self.is_ready = False
        self.progress = Progress(0, 0, 0, 0, 0)
        self.tally: Tally | None = None

    def listen(self) -> object:
        """Take in what it says, and return that. Raises RunError where it died."""
        try:
            said = self.pipe.recv()
        except EOFError:
            raise RunError("a process of cameras ended before its time; see above") from None
        if said == worker.READY:
            self.is_ready = True
        elif isinstance(said, Progress):
            self.progress = said
        else:
            self.tally = said
        return said

    def tell(self, order: str) -> None:
        """Give an order. One that has finished, or died, needs none."""
        with suppress(BrokenPipeError):
            self.pipe.send(order)


def run(
    plan: Plan,
    *,
    processes: int = 1,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
) -> Tally:
    """Run the plan and return what was counted. Ctrl+C ends it early. Raises RunError."""
    processes = min(processes, plan.cameras)
    _make_room_for(-(-plan.cameras // processes))
    workers = [_Worker(plan, first, processes) for first in range(processes)]
    try:
        opening = MORE_SECONDS + worker.OPEN_SECONDS + plan.cameras / worker.OPENINGS_A_SECOND
        _listen(workers, lambda one: one.is_ready, opening)
        is_served = any(one.progress.served for one in workers)
        for one in workers:
            one.tell(worker.GO if is_served else worker.STOP)
        running = MORE_SECONDS + plan.seconds + worker.ANSWER_SECONDS
        _listen(workers, lambda one: one.tally is not None, running, on_progress)
    finally:
        for one in workers:
            one.process.terminate()
            one.process.join()
    tally = merged(one.tally for one in workers if one.tally is not None)
    if not is_served:
        closes = ", ".join(f"{name} ({count} times)" for name, count in tally.closes.most_common())
        raise RunError(f"no camera could open its lane: {closes or 'the server sent no shift'}")
    return tally


def _listen(
    workers: list[_Worker],
    has_said: Callable[[_Worker], bool],
    seconds: float,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
) -> None:
    """Listen until all have said it. Raises RunError where that takes too long."""
    deadline = time.monotonic() + seconds
    while not all(map(has_said, workers)):
        listening = {one.pipe: one for one in workers if one.tally is None}
        try:
            heard = wait(list(listening), timeout=deadline - time.monotonic())
            if not heard:
                raise RunError("the processes of the cameras did not answer in time")
            for pipe in heard:
                said = listening[pipe].listen()  # type: ignore[index]
                if isinstance(said, Progress) and pipe is workers[0].pipe:
                    on_progress(sum((one.progress for one in workers), Progress(0, 0, 0, 0, 0)))
        except KeyboardInterrupt:
            for one in workers:
                one.tell(worker.STOP)


def _make_room_for(sockets: int) -> None:
    """Each socket takes a descriptor, and a system's usual limit is 1,024. Raises RunError."""
    needed = sockets + DESCRIPTORS_BESIDES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise RunError(
            f"{sockets} sockets need {needed} open files; the limit is {hard} (ulimit -n)"
        )
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
