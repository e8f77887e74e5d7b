"""Measures on this machine what stands in costs.py of frames and open lanes:

python -m bench.capacity.measure_frames
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import numpy as np
import psutil
from websockets.asyncio.client import ClientConnection, connect

from bench import scenes
from bench.datasets import SMALL, Ready
from bench.server import Server, serve
from scans.protocol import pack_frame

LANES, FRAMES, SOCKETS = 8, 150, 400
SIZE = (640, 480)


def main() -> None:
    """Print milliseconds of processor time a frame, and bytes an open lane."""
    chance = np.random.default_rng(1)
    code = scenes.made_up_code(chance)
    roads = [scenes.jpeg(scenes.scene(SIZE, None, chance)) for _number in range(LANES)]
    phones = [scenes.jpeg(scenes.scene(SIZE, code, chance)) for _number in range(LANES)]
    ready = SMALL.reset()
    with serve(SMALL) as server:
        _frame_ms(server, ready, roads)  # warm
        _say("FRAME_MS", _frame_ms(server, ready, roads))
        _say("CODE_FRAME_MS", _frame_ms(server, ready, phones))
        _say("SOCKET_BYTES", asyncio.run(_socket_bytes(server, ready)))


def _say(name: str, value: float) -> None:
    print(f"{name:<20} {value:.3g}", flush=True)


def _open(server: Server, ready: Ready, number: int) -> Awaitable[ClientConnection]:
    lane = ready.lanes[number % len(ready.lanes)]
    return connect(
        f"ws://127.0.0.1:{server.port}/ws/lanes/{lane}/in/",
        origin=f"http://127.0.0.1:{server.port}",  # type: ignore[arg-type]  # a NewType of str
        additional_headers={"Cookie": ready.cookies[number % len(ready.cookies)]},
    )


def _frame_ms(server: Server, ready: Ready, pictures: list[bytes]) -> float:
    async def lane(number: int) -> None:
        page = await _open(server, ready, number)
        for seq in range(FRAMES):
            at = int(time.time() * 1000)
            await page.send(pack_frame(seq=seq, captured_at=at, image=pictures[seq % LANES]))
            await _until(page, "frame_done")
        await page.close()

    async def all_lanes() -> None:
        await asyncio.gather(*(lane(number) for number in range(LANES)))

    return _cpu_ms(server, lambda: asyncio.run(all_lanes())) / (LANES * FRAMES)


async def _socket_bytes(server: Server, ready: Ready) -> float:
    before = _memory(server)
    pages = []
    for number in range(SOCKETS):
        pages.append(await _open(server, ready, number))
        await _until(pages[-1], "shift")
    taken = _memory(server) - before
    for page in pages:
        await page.close()
    return taken / SOCKETS


def _memory(server: Server) -> int:
    return sum(psutil.Process(pid).memory_info().rss for pid in server.pids)


async def _until(page: ClientConnection, kind: str) -> None:
    while json.loads(await page.recv())["type"] != kind:
        pass


def _cpu_ms(server: Server, work: Callable[[], object]) -> float:
    before = server.cpu_seconds()
    work()
    return (server.cpu_seconds() - before) * 1000


if __name__ == "__main__":
    main()
