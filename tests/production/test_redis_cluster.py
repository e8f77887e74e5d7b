"""Two server processes on a Redis Cluster, and what happens as its nodes are killed."""

import asyncio
import json
from collections.abc import Iterator
from itertools import count

import pytest

from scans.protocol import CLOSE_NOT_LOGGED_IN
from tests.browser.site import Site
from tests.production.login import Login
from tests.production.redis_nodes import Cluster, cluster, wait_until
from tests.production.sockets import PATIENCE_SECONDS, Open, Socket
from tests.production.test_processes import frame

CACHE = "__import__('django.core.cache').core.cache.cache"


@pytest.fixture(scope="module")
def redis() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture(scope="module")
def site(redis: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(
        tmp_path_factory.mktemp("site"),
        processes=2,
        share_port=False,
        REDIS_URL=redis.url,
        SOCKET_RECHECK_SECONDS="3600",  # no look at a socket's access but by a hint
    ) as site:
        yield site


@pytest.fixture(scope="module")
def lane(site: Site) -> int:
    return int(site.ask("Lane.objects.first().pk"))


async def both_pages(site: Site, open_socket: Open, lane: int, officer: Login) -> list[Socket]:
    """The lane at each of the two processes."""
    return [await open_socket(n, f"/ws/lanes/{lane}/in/", officer.cookie) for n in (0, 1)]


async def is_one_scan(pages: list[Socket], code: str) -> bool:
    """Whether a code that is held up at one process, then at the other, is recorded once."""
    verdicts = []
    for page in pages:
        await page.send(frame(code))
        verdicts.append(await page.next_of("verdict"))
    first, second = verdicts
    assert first["again"] is False
    return bool(second["again"]) and first["scan_id"] == second["scan_id"]


async def logout_is_heard(site: Site, redis: Cluster, open_socket: Open, lane: int) -> None:
    """A logout at one process closes a socket at each."""
    officer = Login(site, 0, "officer")
    pages = await both_pages(site, open_socket, lane, officer)
    user = site.ask("Shift.objects.latest('last_seen_at').officer_id")
    wait_until(lambda: redis.subscribers(f"checkpoint__group__user-{user}") == 2)
    officer.log_out()
    for page in pages:
        assert await page.closed() == CLOSE_NOT_LOGGED_IN


def readiness(site: Site) -> str:
    """What a process says to a load balancer."""
    return str(json.loads(Login(site, 0, "officer").get("/readyz"))["status"])


async def test_claims_hold_wherever_their_keys_are(
    site: Site, open_socket: Open, lane: int
) -> None:
    pages = await both_pages(site, open_socket, lane, Login(site, 0, "officer"))
    assert [await is_one_scan(pages, f"code {number}") for number in range(12)] == [True] * 12


async def test_a_hint_is_heard_at_whichever_node_a_process_listens(
    site: Site, redis: Cluster, open_socket: Open, lane: int
) -> None:
    await logout_is_heard(site, redis, open_socket, lane)


def test_counts_are_the_same_for_all(site: Site) -> None:
    for number in range(6):
        site.ask(f"{CACHE}.set('a probe {number}', 7, 60)")
        assert site.ask(f"{CACHE}.incr('a probe {number}')") == "8"


async def test_a_master_is_killed_and_its_replica_goes_on(
    site: Site, redis: Cluster, open_socket: Open, lane: int
) -> None:
    pages = await both_pages(site, open_socket, lane, Login(site, 0, "officer"))
    lost = redis.masters()[0]
    lost.kill()
    redis.wait_until_well()
    async with asyncio.timeout(PATIENCE_SECONDS):  # for a moment a claim may fail, no verdict does
        codes = (f"while it is noticed {number}" for number in count())
        while [await is_one_scan(pages, next(codes)) for _code in range(12)] != [True] * 12:
            pass
    await logout_is_heard(site, redis, open_socket, lane)
    site.ask(f"{CACHE}.set('a probe', 7, 60)")
    assert site.ask(f"{CACHE}.incr('a probe')") == "8"
    assert readiness(site) == "ready"
    lost.start()


async def test_without_redis_every_verdict_still_comes(
    site: Site, redis: Cluster, open_socket: Open, lane: int
) -> None:
    pages = await both_pages(site, open_socket, lane, Login(site, 0, "officer"))
    for node in redis.nodes:
        node.kill()
    for number in range(5):
        assert not await is_one_scan(pages, f"without redis {number}")
    assert site.ask(f"{CACHE}.get('a probe', 'nothing')") == "nothing"
    assert readiness(site) == "degraded"
    assert "/logout/" in Login(site, 1, "officer").get("/checkpoint/")
