"""Who saw a payload first, over several processes. Redis itself is in tests/production."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from scans.claims import REST_SECONDS, Claims
from scans.tests.test_recent import Clock

LANE, OTHER_LANE = (1, "in"), (1, "out")
MINE, THEIRS = UUID(int=1), UUID(int=2)
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


class OneRedis:
    """What the processes of a test share."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.renewed: list[str] = []
        self.is_away = False
        self.asked = 0

    async def set(self, key: str, value: bytes, *, nx: bool, get: bool, px: int) -> bytes | None:
        self.asked += 1
        if self.is_away:
            raise ConnectionError
        assert (nx, get, px) == (True, True, 5000)
        earlier = self.kept.get(key)
        self.kept.setdefault(key, value)
        return earlier

    async def pexpire(self, key: str, milliseconds: int) -> None:
        assert milliseconds == 5000
        self.renewed.append(key)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> OneRedis:
    one = OneRedis()
    monkeypatch.setattr(Claims, "_client", lambda claims: one)
    return one


@pytest.fixture
def claims(redis: OneRedis, clock: Clock) -> Claims:
    return Claims("redis://shared", clock=clock)


async def test_the_first_process_has_its_own_scan_id(claims: Claims) -> None:
    assert await claims.claim(LANE, "code", MINE) == MINE


async def test_the_second_process_gets_the_first_one_s(claims: Claims) -> None:
    await claims.claim(LANE, "code", THEIRS)
    assert await claims.claim(LANE, "code", MINE) == THEIRS


async def test_another_payload_and_another_lane_are_their_own(claims: Claims) -> None:
    await claims.claim(LANE, "code", THEIRS)
    assert await claims.claim(LANE, "another", MINE) == MINE
    assert await claims.claim(OTHER_LANE, "code", MINE) == MINE


async def test_what_redis_holds_names_nobody(claims: Claims, redis: OneRedis) -> None:
    await claims.claim(LANE, "000190012345||Nguyễn Thị Mẫu", MINE)
    assert "Mẫu" not in str(redis.kept)
    assert "000190012345" not in str(redis.kept)


async def test_without_an_address_nobody_is_asked(redis: OneRedis) -> None:
    assert await Claims("").claim(LANE, "code", MINE) == MINE
    assert redis.asked == 0


async def test_a_redis_that_is_away_stops_no_check_and_is_left_alone_a_while(
    claims: Claims, redis: OneRedis, clock: Clock
) -> None:
    redis.is_away = True
    assert await claims.claim(LANE, "code", MINE) == MINE
    redis.is_away = False
    clock.seconds += REST_SECONDS - 0.01
    assert await claims.claim(LANE, "code", THEIRS) == THEIRS
    assert redis.asked == 1
    clock.seconds += 0.02
    await claims.claim(LANE, "code", MINE)
    assert redis.asked == 2


async def test_a_server_that_nobody_runs_is_away() -> None:
    assert await Claims(NOBODY_LISTENS).claim(LANE, "code", MINE) == MINE


async def test_a_code_that_stays_in_view_is_renewed(claims: Claims, redis: OneRedis) -> None:
    await claims.claim(LANE, "code", MINE)
    claims.renew(LANE, "code")
    await asyncio.gather(*claims._renewing)
    assert redis.renewed == list(redis.kept)


async def test_a_renewal_that_fails_disturbs_nobody(
    claims: Claims, redis: OneRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(redis, "pexpire", fail)
    claims.renew(LANE, "code")
    await asyncio.gather(*claims._renewing)
    assert await claims.claim(LANE, "code", MINE) == MINE
    assert redis.asked == 0, "it rests"
