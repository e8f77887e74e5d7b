"""Questions to dependencies that may never answer."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

log = logging.getLogger(__name__)


class Absent(Exception):
    """The site does not have this dependency: nothing to ask."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a dependency works; `milliseconds` is null where it did not answer in time."""

    ok: bool
    milliseconds: float | None = None
    absent: bool = False


class Probe:
    """A question that runs in a thread of its own, one at a time.

    Whoever asks while it runs waits for the same answer. So a dependency that hangs holds one
    thread however often it is asked for, and strangers who ask all day cost one question at a time.
    `ask` raises where the dependency does not work, and Absent where there is none.
    """

    def __init__(self, name: str, ask: Callable[[], None], *, needed: bool = True) -> None:
        self.name = name
        self.needed = needed
        self._ask = ask
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"probe-{name}")
        self._lock = Lock()
        self._running: Future[Answer] | None = None

    def start(self) -> "Future[Answer]":
        """The answer that is on its way, or a new one."""
        with self._lock:
            if self._running is None or self._running.done():
                self._running = self._thread.submit(self._answer)
            return self._running

    def _answer(self) -> Answer:
        started = time.perf_counter()
        try:
            self._ask()
        except Absent:
            return Answer(ok=True, absent=True)
        except Exception as error:
            log.error("probe %s failed: %s", self.name, type(error).__name__)
            return Answer(ok=False, milliseconds=_since(started))
        return Answer(ok=True, milliseconds=_since(started))


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def ask_all(probes: Sequence[Probe], *, within_seconds: float) -> dict[Probe, Answer]:
    """Ask all at the same time. Who has not answered by then counts as not working."""
    deadline = time.monotonic() + within_seconds
    answers = {}
    for probe, running in [(probe, probe.start()) for probe in probes]:
        try:
            answers[probe] = running.result(timeout=max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            log.error("probe %s had no answer in time", probe.name)
            answers[probe] = Answer(ok=False)
    return answers
