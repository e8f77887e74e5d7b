"""Lanes under load, as the checkpoint page behaves: what was not answered is sent again."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed

# As long as static/js/socket.js waits after a server's restart, at most.
LONGEST_WAIT_SECONDS = 0.3
LANES = 6
IN_FLIGHT = 3
ANSWERS = 60  # between two events


@dataclass
class Told:
    """What the lanes heard, all together."""

    sent: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    close_codes: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


@dataclass
class Lane:
    """One open lane. It types codes until `stop` is set, and goes on until all are answered."""

    open: Callable[[], Any]
    payload: str
    told: Told
    stop: asyncio.Event
    waiting: dict[str, str] = field(default_factory=dict)

    async def work(self) -> None:
        """Come again after each close, as the page does."""
        while not self.stop.is_set() or self.waiting:
            try:
                await self._one_connection()
            except ConnectionClosed as closed:
                self.told.close_codes[closed.rcvd.code if closed.rcvd else 1006] += 1
            except Exception as error:
                self.told.errors.append(repr(error))
            await asyncio.sleep(random.uniform(0, LONGEST_WAIT_SECONDS))

    async def _one_connection(self) -> None:
        async with self.open() as socket:
            assert json.loads(await socket.recv())["type"] == "shift"
            for check in self.waiting.values():
                await socket.send(check)
            while not self.stop.is_set() or self.waiting:
                await self._keep_some_in_flight(socket)
                self._take(json.loads(await socket.recv()))

    async def _keep_some_in_flight(self, socket: Any) -> None:
        while len(self.waiting) < IN_FLIGHT and not self.stop.is_set():
            scan_id = str(uuid4())
            check = {"type": "check", "payload": self.payload, "scan_id": scan_id}
            self.waiting[scan_id] = json.dumps({**check, "captured_at": int(time.time() * 1000)})
            self.told.sent.add(scan_id)
            await socket.send(self.waiting[scan_id])

    def _take(self, message: dict[str, str]) -> None:
        if message["type"] == "verdict":
            self.told.answers[message["scan_id"]] += 1
            self.waiting.pop(message["scan_id"], None)
        elif message["type"] == "error":
            self.told.errors.append(str(message))


async def work_through(
    events: list[Callable[[], Awaitable[None]]], *, open_socket: Callable[[], Any], payload: str
) -> Told:
    """Work at some lanes, before, between and after these events. Gives what was heard."""
    told, stop = Told(), asyncio.Event()
    lanes = [Lane(open_socket, payload, told, stop) for _ in range(LANES)]
    working = [asyncio.ensure_future(lane.work()) for lane in lanes]
    for happen in events:
        await _more_answers(told)
        await happen()
    await _more_answers(told)
    stop.set()
    await asyncio.gather(*working)
    return told


async def _more_answers(told: Told) -> None:
    have = len(told.answers)
    while len(told.answers) < have + ANSWERS:
        await asyncio.sleep(0.01)
