"""The load: lanes that send checks, one in flight each, in a process of its own.

python -m bench.load PORT < plan.json > result.json
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.websocket import BINARY, TEXT, Socket, upgrade_request
from scans import protocol
from scans.scan_ids import new_scan_id

OPEN_SECONDS = 30.0
ANSWER_SECONDS = 15.0
MORE_SECONDS = 30  # for the start and the end, on top of a plan's own limit


@dataclass(frozen=True)
class Plan:
    """What to send, and over which lanes."""

    lanes: list[int]
    cookies: list[str]
    kind: str  # "text" or "frame"
    items: list[str]  # codes, or the files of frames
    warm: int  # the first so many are sent beforehand and not counted
    seconds: float  # the most that sending may take


@dataclass
class Result:
    """What came back. `faults` is empty when every check was answered exactly once."""

    elapsed: float = 0.0
    cpu_seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    sent: int = 0
    scan_ids: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Checks a second."""
        return len(self.latencies_ms) / self.elapsed


class Reply(msgspec.Struct):
    """What is looked at of a server's message."""

    type: str
    scan_id: str | None = None
    seq: int | None = None
    symbols: int = 0
    again: bool = False
    code: str = ""


_reply = msgspec.json.Decoder(Reply)


class Lane:
    """One lane's socket. A text check is over with its verdict, a frame with its `frame_done`."""

    def __init__(self, take: Callable[[], str | bytes | None], result: Result) -> None:
        self._take = take
        self._result = result
        self._seq = 0
        self._answered = True
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.idle: asyncio.Future[None] | None = None

    async def open(self, plan: Plan, port: int, index: int) -> None:
        """Connect, and wait for the shift."""
        path = f"/ws/lanes/{plan.lanes[index]}/in/"
        request = upgrade_request(f"http://127.0.0.1:{port}", path, plan.cookies[index])
        loop = asyncio.get_running_loop()
        _transport, self._socket = await loop.create_connection(
            lambda: Socket(request, self._receive, self._lost), "127.0.0.1", port
        )
        await self.opened

    def start(self) -> "asyncio.Future[None]":
        """Send until there is nothing left."""
        self.idle = asyncio.get_running_loop().create_future()
        self._send_next()
        return self.idle

    def close(self) -> None:
        """Leave the lane."""
        self._socket.close()

    def _send_next(self) -> None:
        item = self._take()
        if item is None:
            assert self.idle is not None
            self.idle.set_result(None)
            return
        self._result.sent += 1
        self._answered = False
        now = int(time.time() * 1000)
        if isinstance(item, bytes):
            self._seq += 1
            message = protocol.pack_frame(seq=self._seq, captured_at=now, image=item)
            self._sent_at = time.perf_counter()
            self._socket.send(BINARY, message)
        else:
            self._scan_id = str(new_scan_id(datetime.now(UTC)))
            check = {
                "type": "check",
                "payload": item,
                "scan_id": self._scan_id,
                "captured_at": now,
            }
            text = msgspec.json.encode(check)
            self._sent_at = time.perf_counter()
            self._socket.send(TEXT, text)

    def _receive(self, text: bytes) -> None:
        arrived = time.perf_counter()
        reply = _reply.decode(text)
        if reply.type == "verdict":
            self._result.latencies_ms.append((arrived - self._sent_at) * 1000)
            self._result.scan_ids.append(reply.scan_id or "")
            self._check_verdict(reply)
            if reply.seq is None:
                self._send_next()
        elif reply.type == "frame_done":
            if not self._answered or reply.symbols != 1:
                self._fault(f"a frame was done with {reply.symbols} symbols")
            self._send_next()
        elif reply.type == "shift":
            self.opened.set_result(None)
        elif reply.type == "error":
            self._fault(f"error {reply.code}")
            if reply.seq is None:
                self._send_next()

    def _check_verdict(self, reply: Reply) -> None:
        if self._answered:
            self._fault("a second verdict for one check")
        if reply.again:
            self._fault("a new code was taken for one still in view")
        if reply.seq is None and reply.scan_id != self._scan_id:
            self._fault("a verdict for another check")
        self._answered = True

    def _fault(self, what: str) -> None:
        self._result.faults.append(what)

    def _lost(self, code: int, words: str) -> None:
        reason = f"closed with {code} {words}".rstrip()
        self._fault(reason)
        for waiting in (self.opened, self.idle):
            if waiting is not None and not waiting.done():
                waiting.set_exception(ConnectionError(reason))


async def _all_idle(lanes: list[Lane], seconds: float = 0.0) -> None:
    """Let all lanes send until there is nothing left. Raises where an answer does not come."""
    async with asyncio.timeout(seconds + ANSWER_SECONDS):
        await asyncio.gather(*(lane.start() for lane in lanes))


async def _send(plan: Plan, port: int, items: list[str] | list[bytes]) -> Result:
    result = Result()
    queue: deque[str | bytes] = deque()
    ends_at = float("inf")

    def take() -> str | bytes | None:
        return queue.popleft() if queue and time.perf_counter() < ends_at else None

    lanes = [Lane(take, result) for _lane in plan.lanes]
    async with asyncio.timeout(OPEN_SECONDS):
        await asyncio.gather(*(lane.open(plan, port, index) for index, lane in enumerate(lanes)))
    queue.extend(items[: plan.warm])
    await _all_idle(lanes)
    result.latencies_ms.clear()
    queue.extend(items[plan.warm :])
    started, cpu = time.perf_counter(), time.process_time()
    ends_at = started + plan.seconds
    await _all_idle(lanes, plan.seconds)
    result.elapsed = time.perf_counter() - started
    result.cpu_seconds = time.process_time() - cpu
    for lane in lanes:
        lane.close()
    return result


def send(plan: Plan, port: int) -> Result:
    """Run a plan in another process, against the server at this port."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", str(port)],
        input=json.dumps(asdict(plan)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=plan.seconds + OPEN_SECONDS + MORE_SECONDS,
    )
    return Result(**json.loads(done.stdout))


def main() -> None:
    """Read a plan, run it, write the result."""
    plan = Plan(**json.load(sys.stdin))
    items: list[str] | list[bytes] = plan.items
    if plan.kind == "frame":
        items = [Path(file).read_bytes() for file in plan.items]
    json.dump(asdict(asyncio.run(_send(plan, int(sys.argv[1]), items))), sys.stdout)


if __name__ == "__main__":
    main()
