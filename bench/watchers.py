"""Dashboards that watch, and a lane that works beside them, each in a process of their own.

What comes to a hundred pages would else keep the answers of the lane waiting here.

python -m bench.watchers PORT < plan.json > result.json
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

import msgspec

from bench.datasets import PROJECT
from bench.websocket import TEXT, Socket, upgrade_request
from scans.scan_ids import new_scan_id

OPEN_SECONDS = 30.0
CHECK_EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class Plan:
    """So many dashboards, a lane's codes, and how long; the first part of it is not counted.

    Without codes there is no lane.
    """

    dashboards: int
    supervisor: str  # a cookie
    officer: str
    lane: int
    codes: list[str]
    warm_seconds: float
    seconds: float


@dataclass
class Result:
    """Milliseconds from a scan's record to its dashboards, and from a check to its verdict."""

    shown_ms: list[float] = field(default_factory=list)
    check_ms: list[float] = field(default_factory=list)
    scans: int = 0
    left_out: int = 0
    messages: int = 0
    received_bytes: int = 0
    cpu_seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


class Row(msgspec.Struct):
    """Of a feed's row."""

    recorded_at: int


class Message(msgspec.Struct):
    """What is looked at of a server's message."""

    type: str
    rows: msgspec.Raw = msgspec.Raw(b"[]")
    fresh: bool = False
    version: int = 0
    left_out: int = 0


_messages = msgspec.json.Decoder(list[Message])
_rows = msgspec.json.Decoder(list[Row])


class Dashboard:
    """Takes what comes, and answers as the page does."""

    def __init__(self, result: Result, clock: "Clock") -> None:
        self._result = result
        self._clock = clock

    async def open(self, plan: Plan, port: int) -> None:
        """Connect, and ask for everything."""
        opened = asyncio.get_running_loop().create_future()
        request = upgrade_request(f"http://127.0.0.1:{port}", "/ws/dashboard/", plan.supervisor)
        self.socket = await _connect(
            request, port, self._heard, self._result, lambda: opened.set_result(None)
        )
        await asyncio.wait_for(opened, OPEN_SECONDS)
        self.socket.send(TEXT, b'{"type":"catch_up","after":0}')

    def _heard(self, text: bytes) -> None:
        now = time.time() * 1000
        for message in _messages.decode(text if text[:1] == b"[" else b"[" + text + b"]"):
            if message.type == "board":
                self.socket.send(TEXT, b'{"type":"got","version":%d}' % message.version)
            elif message.type == "feed" and not message.fresh and self._clock.counts:
                rows = _rows.decode(message.rows)
                self._result.shown_ms += [now - row.recorded_at for row in rows]
                self._result.scans += len(rows) + message.left_out
                self._result.left_out += message.left_out
        if self._clock.counts:
            self._result.messages += 1
            self._result.received_bytes += len(text)


class Lane:
    """Sends a check, waits for its verdict, and then for its turn."""

    def __init__(self, plan: Plan, result: Result, clock: "Clock") -> None:
        self._plan, self._result, self._clock = plan, result, clock
        self._answered = asyncio.Event()

    async def open(self, port: int) -> None:
        """Connect, and wait for the shift."""
        path = f"/ws/lanes/{self._plan.lane}/in/"
        request = upgrade_request(f"http://127.0.0.1:{port}", path, self._plan.officer)
        self.socket = await _connect(request, port, self._heard, self._result, lambda: None)
        await asyncio.wait_for(self._answered.wait(), OPEN_SECONDS)

    async def work(self) -> None:
        """Until cancelled."""
        while self._plan.codes:
            for code in self._plan.codes:
                await self._check(code)
                await asyncio.sleep(CHECK_EVERY_SECONDS)

    async def _check(self, code: str) -> None:
        check = {
            "type": "check",
            "payload": code,
            "scan_id": str(new_scan_id(datetime.now(UTC))),
            "captured_at": int(time.time() * 1000),
        }
        self._answered.clear()
        sent_at = time.perf_counter()
        self.socket.send(TEXT, json.dumps(check).encode())
        await self._answered.wait()
        if self._clock.counts:
            self._result.check_ms.append((time.perf_counter() - sent_at) * 1000)

    def _heard(self, text: bytes) -> None:
        if b'"type":"error"' in text:
            self._result.faults.append(text.decode()[:100])
        self._answered.set()


class Clock:
    """Whether the time has come that counts."""

    counts = False


async def _connect(
    request: bytes,
    port: int,
    on_text: Callable[[bytes], None],
    result: Result,
    on_open: Callable[[], None],
) -> Socket:
    def lost(code: int, words: str) -> None:
        result.faults.append(f"closed {code} {words}")

    loop = asyncio.get_running_loop()
    _transport, socket = await loop.create_connection(
        lambda: Socket(request, on_text, lost, on_open), "127.0.0.1", port
    )
    return socket


async def watch(plan: Plan, port: int) -> Result:
    """Open all, let them settle, and count."""
    result, clock = Result(), Clock()
    dashboards = [Dashboard(result, clock) for _ in range(plan.dashboards)]
    lane = Lane(plan, result, clock)
    sockets = []
    if plan.codes:
        await lane.open(port)
        sockets.append(lane.socket)
    for dashboard in dashboards:
        await dashboard.open(plan, port)
        sockets.append(dashboard.socket)
    working = asyncio.create_task(lane.work())
    await asyncio.sleep(plan.warm_seconds)
    before = _cpu_seconds()
    clock.counts = True
    await asyncio.sleep(plan.seconds)
    clock.counts = False
    result.cpu_seconds = _cpu_seconds() - before
    working.cancel()
    for socket in sockets:
        socket.close()
    return result


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(plan: Plan, port: int) -> Result:
    """The dashboards in one process, the lane in another."""
    plans = [replace(plan, codes=[]), replace(plan, dashboards=0)]
    with ThreadPoolExecutor() as threads:
        watched, worked = threads.map(lambda one: _run(one, port), plans)
    watched.check_ms, watched.faults = worked.check_ms, watched.faults + worked.faults
    return watched


def _run(plan: Plan, port: int) -> Result:
    done = subprocess.run(
        [sys.executable, "-m", "bench.watchers", str(port)],
        cwd=PROJECT,
        check=True,
        input=json.dumps(asdict(plan)),
        stdout=subprocess.PIPE,
        text=True,
        timeout=plan.warm_seconds + plan.seconds + 60,
    )
    return Result(**json.loads(done.stdout))


if __name__ == "__main__":
    found = asyncio.run(watch(Plan(**json.load(sys.stdin)), int(sys.argv[1])))
    json.dump(asdict(found), sys.stdout)
