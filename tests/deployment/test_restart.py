"""A server process is stopped under load, and another goes on with its listening socket."""

import asyncio
import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from scans.protocol import CLOSE_SERVICE_RESTART
from tests.browser.site import Site
from tests.deployment import lanes
from tests.deployment.api_client import ApiClient
from tests.deployment.people import RECORDED, Officer

WAIT_SECONDS = 30


@pytest.fixture(params=["daphne", "uvicorn"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path, SERVER=request.param, CHECK_RATE="100000/min")
    site.manage("prepare_demo")  # nobody looks at a page: no static files are collected
    site.start()
    yield site
    site.close()


async def test_restarts_under_load_lose_no_check_and_refuse_nobody(site: Site) -> None:
    officer = Officer.log_in(site.manage)

    def open_socket() -> Any:
        return connect(
            f"ws://127.0.0.1:{site.port}{officer.lane_path}",
            additional_headers={"Cookie": officer.cookie},
            origin=Origin(site.address),
            proxy=None,
        )

    def ask(method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=WAIT_SECONDS)
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    async def restart() -> None:
        await asyncio.to_thread(site.restart)

    with ApiClient(ask, officer) as api:
        working = lanes.work_through(
            [restart, restart], open_socket=open_socket, payload=officer.serial
        )
        told = await asyncio.wait_for(working, WAIT_SECONDS)
    assert not told.errors
    assert set(told.close_codes) == {CLOSE_SERVICE_RESTART}
    assert set(told.answers) == told.sent
    assert set(told.answers.values()) == {1}
    assert not api.faults
    assert api.answered
    recorded = site.manage("shell", "-v", "0", "-c", RECORDED).split()
    assert len(recorded) == len(set(recorded))
    assert told.sent | set(api.answered) <= set(recorded)
