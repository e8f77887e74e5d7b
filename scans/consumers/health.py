"""What a lane's page says of its device, kept a while apart from the checks."""

import asyncio
import logging

from django.utils import timezone

from scans import lane_health, pool
from scans.protocol import Health

log = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0


class HealthOfShift:
    """Keeps the latest, and writes no oftener than every PAUSE_SECONDS. Nobody waits for it."""

    def __init__(self, shift_id: int) -> None:
        self._shift_id = shift_id
        self._latest: Health | None = None
        self._writing: asyncio.Task[None] | None = None

    def take(self, health: Health) -> None:
        """The page has said this. Returns at once."""
        self._latest = health
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    def stop(self) -> None:
        """The page has gone, and with it what it said last."""
        if self._writing is not None:
            self._writing.cancel()

    async def _write(self) -> None:
        while self._latest is not None:
            latest, self._latest = self._latest, None
            try:
                await pool.write(lane_health.report, self._shift_id, latest, now=timezone.now())
            except Exception as error:
                log.error("a device's health was not kept: %s", type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
