"""Redis: whether the server processes hear each other."""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from redis import Redis
from redis.exceptions import RedisError, ResponseError

from checkpoint_site.dependencies import redis_client
from checkpoint_site.doctor.finding import Finding, ok, warning, wrong

HEARD_WITHIN_SECONDS = 2.0
APPLICATION = b"checkpoint_site.asgi"
WORKERS = ("WEB_CONCURRENCY", "GRANIAN_WORKERS")


def look() -> Iterator[Finding]:
    """Where there is no REDIS_URL, whether one is missed."""
    if not settings.REDIS_URL:
        yield judge_absence(processes(), one_machine=connections["default"].vendor == "sqlite")
        return
    try:
        with redis_client() as client:
            started = time.perf_counter()
            client.ping()
            yield ok(f"Redis answers in {(time.perf_counter() - started) * 1000:.2f} ms.")
            yield judge_hearing(heard(client))
            yield from _memory(client)
    except RedisError as error:
        yield wrong(
            f"Redis does not answer: {type(error).__name__}. Lanes go on, but the processes do "
            "not hear each other, and rate limits are off.",
            "Start it, and look at REDIS_URL.",
        )


def processes() -> int:
    """Server processes of this site on this machine that can be seen, or that are asked for."""
    asked = [int(os.environ[name]) for name in WORKERS if os.environ.get(name, "").isdigit()]
    return max([sum(map(_is_server, Path("/proc").glob("[0-9]*"))), *asked])


def _is_server(process: Path) -> bool:
    try:
        if not (process / "exe").readlink().name.startswith("python"):
            return False  # a shell that has the same words
        environment = (process / "environ").read_bytes().split(b"\0")
        of_this_site = all(
            (f"{name}={os.environ[name]}".encode() in environment)
            for name in ("DATA_DIR", "DATABASE_URL")
            if name in os.environ
        )
        return of_this_site and APPLICATION in (process / "cmdline").read_bytes()
    except OSError:
        return False  # it has ended, or is another account's


def judge_absence(processes: int, *, one_machine: bool) -> Finding:
    """Whether the site can be without Redis."""
    do = "Set REDIS_URL for all of them: redis://host:6379/0"
    if processes > 1:
        return wrong(
            f"{processes} server processes and no REDIS_URL: dashboards miss the other processes' "
            "scans, and each process has rate limits of its own.",
            do,
        )
    if not one_machine:
        return warning("There is no REDIS_URL: run one server process, on one machine.", do)
    return ok("There is no REDIS_URL, and one server process needs none.")


def heard(client: "Redis") -> bool:
    """Whether what is published arrives."""
    channel, word = f"checkpoint-doctor-{secrets.token_hex(8)}", secrets.token_bytes(8)
    with client.pubsub(ignore_subscribe_messages=True) as listening:  # type: ignore[no-untyped-call]
        listening.subscribe(channel)
        listening.get_message(timeout=HEARD_WITHIN_SECONDS)  # that it is subscribed
        client.publish(channel, word)
        deadline = time.monotonic() + HEARD_WITHIN_SECONDS
        while time.monotonic() < deadline:
            message = listening.get_message(timeout=0.1)
            if message is not None:
                return bool(message["data"] == word)
    return False


def judge_hearing(arrived: bool) -> Finding:
    """Whether processes can tell each other that there is something new."""
    if not arrived:
        return wrong(
            "What is published in Redis does not arrive: dashboards lag behind.",
            "See that REDIS_URL leads to one server, and that its user may use channels (ACL).",
        )
    return ok("What is published in Redis arrives.")


def _memory(client: "Redis") -> Iterator[Finding]:
    try:
        limits: Any = client.config_get("maxmemory*")
    except ResponseError:
        return  # a rented Redis keeps its configuration to itself
    yield judge_memory(int(limits["maxmemory"]), str(limits["maxmemory-policy"]))


def judge_memory(most: int, policy: str) -> Finding:
    """What Redis does when it is full. 0 stands for no limit."""
    if most and policy == "noeviction":
        return warning(
            "Redis refuses writes when it is full: rate limits would go off.",
            "Set maxmemory-policy to volatile-ttl: all that the site keeps there has a time.",
        )
    return ok(f"Redis' memory: {f'{most >> 20} MiB, {policy}' if most else 'no limit'}.")
