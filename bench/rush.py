"""The site with simulated scans, recorded and announced in the server's own process.

    python -m bench.rush              serve; RUSH_RATE scans a second from the first socket on
    python -m bench.rush prepare N    N checkpoints with two lanes each, a supervisor; prints JSON

They go through record.py, in batches and in the writer's thread as real ones do; what is left out
is sending, decoding and deciding, which would fill the machine by themselves.
"""

import asyncio
import json
import os
import random
import sys
from datetime import timedelta
from typing import Any

import django

from checkpoint_site.servers import systemd

INHERITED = systemd.inherited_socket()  # before Twisted takes it out of the environment
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkpoint_site.settings")
django.setup()

# Daphne chooses Twisted's event loop, and that can be done once.
from checkpoint_site.servers import daphne  # isort: skip  # noqa: E402

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from checkpoint_site import asgi  # noqa: E402
from permits.roles import Role  # noqa: E402
from permits.verdict import Direction, Outcome, Place, Reason, Verdict  # noqa: E402
from scans import events, pool  # noqa: E402
from scans.evidence import CheckRequest, LaneContext  # noqa: E402
from scans.models import Checkpoint, Lane  # noqa: E402
from scans.record import Finding, record  # noqa: E402
from scans.scan_ids import new_scan_id  # noqa: E402

BATCHES_A_SECOND = 20
VERDICTS = [
    *[Verdict(Outcome.ALLOW)] * 8,
    Verdict(Outcome.HOLD, (Reason.PENDING,)),
    Verdict(Outcome.REFUSE, (Reason.EXPIRED,)),
]
LANES = 2


class Rush:
    """The application, and a task that begins with the first socket."""

    def __init__(self, application: Any, rate: int) -> None:
        self._application = application
        self._rate = rate
        self._recording: asyncio.Task[None] | None = None
        self._chance = random.Random(2021)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._application, name)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket" and self._rate and self._recording is None:
            self._recording = asyncio.create_task(self._record_on())
        await self._application(scope, receive, send)

    async def _record_on(self) -> None:
        lanes = await pool.read(_lanes)
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await pool.write(self._record, lanes)
            events.publish()
            due += 1 / BATCHES_A_SECOND
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _record(self, lanes: list[LaneContext]) -> None:
        now = timezone.now()
        findings = [self._finding(lanes, now) for _ in range(self._rate // BATCHES_A_SECOND)]
        with transaction.atomic():
            record(findings, {}, now=timezone.now())

    def _finding(self, lanes: list[LaneContext], now: Any) -> Finding:
        elapsed_ms = self._chance.randint(12, 80)
        captured_at = now - timedelta(milliseconds=elapsed_ms)
        return Finding(
            request=CheckRequest(
                "rush", new_scan_id(now), captured_at, self._chance.choice(lanes), "camera"
            ),
            payload_kind="token",
            permit_id=None,
            number_tail="2345",
            verdict=self._chance.choice(VERDICTS),
            hits=(),
            elapsed_ms=elapsed_ms,
        )


def _lanes() -> list[LaneContext]:
    officer = User.objects.order_by("id").values_list("id", flat=True)[0]
    return [
        LaneContext(
            lane_id=lane.id,
            place=Place(lane.checkpoint_id, 0.0, 0.0),
            direction=Direction.IN,
            officer_id=officer,
            checkpoint_name="",
            lane_name="",
        )
        for lane in Lane.objects.all()
    ]


def prepare(checkpoints: int) -> None:
    """Prints {"checkpoints": ..., "cookie": ..., "lane": ..., "officer": ...}."""
    from bench.build import _cookie

    missing = checkpoints - Checkpoint.objects.count()
    added = Checkpoint.objects.bulk_create(
        Checkpoint(
            name=f"Chốt {number:04}", latitude=20.5 + number % 40 / 40, longitude=105 + number / 999
        )
        for number in range(missing)
    )
    Lane.objects.bulk_create(
        Lane(checkpoint=checkpoint, name=f"Làn {number}")
        for checkpoint in added
        for number in range(1, LANES + 1)
    )
    supervisor, _created = User.objects.get_or_create(username="supervisor-0")
    supervisor.groups.set([Group.objects.get(name=Role.SUPERVISOR.value)])
    ready = {
        "checkpoints": Checkpoint.objects.count(),
        "cookie": _cookie(supervisor),
        "lane": Lane.objects.order_by("id").values_list("id", flat=True)[0],
    }
    print(json.dumps(ready))


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"]:
        prepare(int(sys.argv[2]))
    else:
        rush: Any = Rush(asgi.application, int(os.environ.get("RUSH_RATE", "0")))
        asgi.application = rush
        daphne.run(settings.HOST, settings.PORT, INHERITED)
