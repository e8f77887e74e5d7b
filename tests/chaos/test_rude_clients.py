"""A client that reads nothing, and one that sends without an end: the others are served as before.

Both have an officer's login. Each could fill the server's memory.
"""

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from scans.protocol import pack_frame
from tests.chaos.conftest import MakeTarget
from tests.chaos.load import Load, Target
from tests.chaos.report import Report

# A process at rest has about 110 MiB. What the cameras' frames take is in this too.
MOST_GROWTH_MIB = 60
FLOOD_SECONDS = 5
PING = '{"type":"ping","sent_at":1}'


@pytest.fixture
def target(one_process: MakeTarget) -> Target:
    return one_process()


def test_a_client_that_reads_nothing(target: Target, report: Report) -> None:
    before = memory_mib(target)
    with Load(target, seconds=12) as load, rude_client(target) as client:
        begun = time.time()
        with pytest.raises(ConnectionClosed):
            send_for_ever(client)
        dropped = time.time() - begun
    grown = memory_mib(target) - before
    everybody_else_was_served(load)
    report.add(f"a client reads nothing (cut off after {dropped:.0f} s, {grown} MiB)", load.outcome)
    assert grown < MOST_GROWTH_MIB


def test_a_client_that_sends_without_waiting_for_answers(target: Target, report: Report) -> None:
    before = memory_mib(target)
    frame = pack_frame(seq=1, captured_at=0, image=noise())
    with Load(target, seconds=FLOOD_SECONDS + 2) as load, rude_client(target) as client:
        Thread(target=read_all, args=(client,), daemon=True).start()
        until = time.time() + FLOOD_SECONDS
        sent = 0
        while time.time() < until:
            client.send(frame)
            sent += len(frame)
        grown = memory_mib(target) - before
    everybody_else_was_served(load)
    report.add(f"a client floods ({sent >> 20} MiB taken, {grown} MiB kept)", load.outcome)
    assert sent > len(frame) * FLOOD_SECONDS, "it is slowed down, and not stopped"
    assert grown < MOST_GROWTH_MIB


def everybody_else_was_served(load: Load) -> None:
    load.outcome.assert_sound()
    assert load.outcome.tally.errors == {}
    assert load.outcome.tally.reconnects == load.outcome.tally.reloads


@contextmanager
def rude_client(target: Target) -> Iterator[ClientConnection]:
    """At a lane that no camera has. What it does not receive, it does not read from the network."""
    place = target.entry.places[-1]
    with connect(
        target.site.address.replace("http", "ws") + place.path,
        origin=Origin(target.site.address),
        additional_headers={"Cookie": target.entry.cookie},
        ping_interval=None,
        close_timeout=1,
    ) as client:
        yield client


def send_for_ever(client: ClientConnection) -> None:
    while True:
        client.send(PING)


def read_all(client: ClientConnection) -> None:
    for _message in client:
        pass


def noise() -> bytes:
    """A picture without a code, and as large as any."""
    picture = io.BytesIO()
    size = (1280, 720)
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(
        picture, "JPEG", quality=80
    )
    return picture.getvalue()


def memory_mib(target: Target) -> int:
    """What the server process has in memory."""
    [process] = target.site.process_ids
    status = Path(f"/proc/{process}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) >> 10
