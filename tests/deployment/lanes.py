"""Lanes under load, as the checkpoint page behaves: what was not answered is sent again."""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

# As long as static/js/socket.js waits after a server's restart, at most.
LONGEST_WAIT_SECONDS = 0.3
IN_FLIGHT = 3


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

    address: str
    cookie: str
    origin: str
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
        headers = {"Cookie": self.cookie}
        async with connect(
            self.address, additional_headers=headers, origin=Origin(self.origin), proxy=None
        ) as socket:
            assert json.loads(await socket.recv())["type"] == "shift"
            for check in self.waiting.values():
                await socket.send(check)
            while not self.stop.is_set() or self.waiting:
                await self._keep_some_in_flight(socket)
                self._take(json.loads(await socket.recv()))

    async def _keep_some_in_flight(self, socket: ClientConnection) -> None:
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
