"""Redis is killed, or hangs: checks go on, and the processes hear of each other again."""

import asyncio
import time
from contextlib import suppress

import pytest

from scans.protocol import CLOSE_NOT_LOGGED_IN
from tests.chaos.load import Load, Outcome, Target
from tests.chaos.report import LIMIT_SECONDS, Report
from tests.production.login import Login
from tests.production.sockets import Socket, Sockets
from tests.services import Redis

AWAY_SECONDS = 3.0
ATTEMPTS = 6
HINT_SECONDS = 1.0


async def test_redis_is_killed(processes: Target, redis: Redis, report: Report) -> None:
    async with Sockets(processes.site) as sockets:
        logins = await log_in(processes, sockets)
        with Load(processes, seconds=AWAY_SECONDS + 5) as load:
            redis.kill()
            away = time.time()
            await asyncio.sleep(AWAY_SECONDS)
            redis.start()
            answers = time.time()
            heard = await hint_is_heard(logins)
    checks_went_on(load.outcome, away, answers)
    report.add(f"Redis is away for {AWAY_SECONDS:.0f} s", load.outcome, back_after=heard - answers)
    assert heard - answers < LIMIT_SECONDS


async def test_redis_hangs(processes: Target, redis: Redis, report: Report) -> None:
    async with Sockets(processes.site) as sockets:
        logins = await log_in(processes, sockets)
        with Load(processes, seconds=AWAY_SECONDS + 5) as load:
            with redis.frozen():
                away = time.time()
                await asyncio.sleep(AWAY_SECONDS)
            answers = time.time()
            heard = await hint_is_heard(logins)
    checks_went_on(load.outcome, away, answers)
    report.add(f"Redis hangs for {AWAY_SECONDS:.0f} s", load.outcome, back_after=heard - answers)
    assert heard - answers < LIMIT_SECONDS


def checks_went_on(outcome: Outcome, away: float, answers: float) -> None:
    """Nobody noticed at a lane."""
    outcome.assert_sound()
    assert outcome.tally.errors == {}
    assert outcome.tally.reconnects == outcome.tally.reloads
    assert min(outcome.scans_between(away, answers)) > 0, "verdicts waited for Redis"


Pages = list[tuple[Login, Socket]]


async def log_in(target: Target, sockets: Sockets) -> Pages:
    """Logins at one process, each with an open lane at another that no camera has."""
    pages = []
    for place in target.entry.places[-ATTEMPTS:]:
        login = await asyncio.to_thread(Login, target.site, 0, "officer")
        pages.append((login, await sockets.open(1, place.path, login.cookie)))
    return pages


async def hint_is_heard(pages: Pages) -> float:
    """Log out at one process until the other closes the lane at once, and return the moment.

    A hint that was lost closes nothing before SOCKET_RECHECK_SECONDS.
    """
    for login, page in pages:
        await asyncio.to_thread(login.log_out)
        with suppress(TimeoutError):
            async with asyncio.timeout(HINT_SECONDS):
                assert await page.closed() == CLOSE_NOT_LOGGED_IN
                return time.time()
    pytest.fail("no hint was heard any more")
