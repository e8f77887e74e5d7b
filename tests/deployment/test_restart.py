"""A server process is stopped under load, and another goes on with its listening socket."""

import asyncio
import http.client
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from scans.protocol import CLOSE_SERVICE_RESTART
from tests.browser.site import ROOT, Site
from tests.deployment import lanes
from tests.deployment.api_client import ApiClient
from tests.deployment.lanes import Told
from tests.deployment.people import RECORDED, Officer
from tests.services import free_port

WAIT_SECONDS = 90
ABNORMAL = 1006
SERVE = [sys.executable, "-m", "checkpoint_site.serve"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site that nobody looks at: no static files are collected."""
    site = Site(tmp_path, CHECK_RATE="100000/min")
    site.manage("prepare_demo")
    yield site
    site.close()


def open_socket(site: Site, port: int, officer: Officer) -> Any:
    return connect(
        f"ws://127.0.0.1:{port}{officer.lane_path}",
        additional_headers={"Cookie": officer.cookie},
        origin=Origin(site.address),
        proxy=None,
    )


def assert_nothing_is_lost(site: Site, told: Told, api: list[str]) -> None:
    assert set(told.answers) == told.sent
    assert set(told.answers.values()) == {1}
    recorded = site.manage("shell", "-v", "0", "-c", RECORDED).split()
    assert len(recorded) == len(set(recorded))
    assert told.sent | set(api) <= set(recorded)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_restarts_under_load_lose_no_check_and_refuse_nobody(site: Site, server: str) -> None:
    site.environment["SERVER"] = server
    officer = Officer.log_in(site.manage)

    def ask(method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=WAIT_SECONDS)
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    async def restart() -> None:
        await asyncio.to_thread(site.restart)

    site.start()
    with ApiClient(ask, officer) as api:
        working = lanes.work_through(
            [restart, restart],
            open_socket=lambda: open_socket(site, site.port, officer),
            payload=officer.serial,
        )
        told = await asyncio.wait_for(working, WAIT_SECONDS)
    assert not told.errors
    assert set(told.close_codes) == {CLOSE_SERVICE_RESTART}
    assert not api.faults
    assert api.answered
    assert_nothing_is_lost(site, told, api.answered)


async def test_granian_that_listens_by_itself_loses_no_check_either(site: Site) -> None:
    officer, port = Officer.log_in(site.manage), free_port()
    environment = {**site.environment, "SERVER": "granian", "PORT": str(port)}

    def serve() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(SERVE, cwd=ROOT, env=environment)

    async def restart() -> None:
        processes[-1].terminate()
        await asyncio.to_thread(processes[-1].wait, WAIT_SECONDS)
        processes.append(serve())

    processes = [serve()]
    try:
        working = lanes.work_through(
            [restart],
            open_socket=lambda: open_socket(site, port, officer),
            payload=officer.serial,
        )
        told = await asyncio.wait_for(working, WAIT_SECONDS)
    finally:
        processes[-1].terminate()
        processes[-1].wait(WAIT_SECONDS)
    assert {error.partition("(")[0] for error in told.errors} <= {"ConnectionRefusedError"}
    # It listens until it ends: a socket that comes in its last moment is cut off.
    assert CLOSE_SERVICE_RESTART in told.close_codes
    assert set(told.close_codes) <= {CLOSE_SERVICE_RESTART, ABNORMAL}
    assert_nothing_is_lost(site, told, [])
