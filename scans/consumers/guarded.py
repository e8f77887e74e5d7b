"""A socket that belongs to a logged-in user with a role, for as long as both hold."""

import asyncio
import logging
from typing import Any, ClassVar

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from permits.roles import Role
from scans import access, devices, hints, metrics, pool, protocol

log = logging.getLogger(__name__)


class GuardedConsumer(AsyncWebsocketConsumer):
    """Subclasses say for which `role` they are, and what they do in `opened` and `closed`.

    A socket is accepted before it is refused: a browser tells its page the close code only then.
    """

    role: ClassVar[Role]
    # Where ENROLLED_DEVICES_ONLY asks for that.
    for_enrolled_devices: ClassVar[bool] = False
    _tasks: tuple[asyncio.Task[None], ...] = ()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hand each message to its handler, one after the other.

        Channels' own loop makes two tasks for every message, to hear the channel layer too; here
        `hints.listen` does that beside it. And it cleans up however the socket ends: a lane would
        stay online, with tasks behind it, for as long as the server runs.
        """
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        except DatabaseError as error:
            # It could not be opened. The page comes again by itself, later and later.
            log.error("a socket could not be opened: %s", type(error).__name__)
            await self.close()
        finally:
            await self._clean_up()

    async def connect(self) -> None:
        self._session_key: str | None = self.scope["session"].session_key
        await self.accept()
        user = await pool.read(access.user_of_session, self._session_key)
        if user is None:
            await self.close(protocol.CLOSE_NOT_LOGGED_IN)
            return
        self.user_id: int = user.pk
        self.device_id = await pool.read(access.device_of_session, self._session_key)
        refusal = await self._refusal()
        if refusal:
            await self.close(refusal)
            return
        groups = (access.user_group(self.user_id), *self._groups_of_device(), *self.groups_heard())
        self._tasks = (
            asyncio.create_task(self._watch()),
            asyncio.create_task(hints.listen(groups, self.dispatch)),
        )
        metrics.SOCKETS.labels(self.role).inc()
        await self.opened()
        await self._say_where()

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Nothing is heard of whom the door was not opened to."""
        if self._tasks:
            await super().websocket_receive(message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """The end. Channels' own also closes database connections: see `dispatch`."""
        raise StopConsumer

    async def _clean_up(self) -> None:
        tasks, self._tasks = self._tasks, ()
        for task in tasks:
            task.cancel()
        if tasks:
            metrics.SOCKETS.labels(self.role).dec()
            await self.closed()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call a message's handler, and nothing besides.

        Channels' own also closes old database connections in a thread before every message. This
        event loop has none: pool.py looks after those of its threads.
        """
        await getattr(self, get_handler_name(message))(message)

    def groups_heard(self) -> tuple[str, ...]:
        """Whose hints it hears, besides those about its user."""
        return ()

    async def opened(self) -> None:
        """The user may be here."""

    async def closed(self) -> None:
        """The socket that was opened is gone."""

    async def still_here(self) -> None:
        """Called every SOCKET_RECHECK_SECONDS while the user may be here."""

    async def access_changed(self, event: dict[str, Any]) -> None:
        """A hint from access.py."""
        await self._recheck()

    async def reply(self, message: protocol.ServerMessage | list[protocol.ServerMessage]) -> None:
        """Send one message of the protocol, or several in one. To a socket that has gone, none.

        Each server says in its own way that the socket is gone, and there is no other failure.
        """
        await self.send_text(protocol.encode(message))

    async def send_text(self, text: str) -> None:
        """The same, of what is written already."""
        try:
            await self.base_send({"type": "websocket.send", "text": text})
        except Exception as error:
            log.debug("a socket went before its answer: %s", type(error).__name__)

    def _groups_of_device(self) -> tuple[str, ...]:
        return () if self.device_id is None else (devices.device_group(self.device_id),)

    async def _say_where(self) -> None:
        """For the supervisors: when the device was last here, and at which lane."""
        lane_id = self.scope["url_route"]["kwargs"].get("lane_id")
        if self.device_id is None:
            return
        now = timezone.now()
        if lane_id is None:
            await pool.write(devices.seen, self.device_id, now=now)
        else:
            await pool.write(devices.at_lane, self.device_id, lane_id, now=now)

    async def _refusal(self) -> int | None:
        return await pool.read(
            access.refusal,
            self._session_key,
            self.user_id,
            self.role,
            device_id=self.device_id,
            enrolled=self.for_enrolled_devices,
        )

    async def _recheck(self) -> None:
        refusal = await self._refusal()
        if refusal:
            await self.close(refusal)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(settings.SOCKET_RECHECK_SECONDS)
            try:
                await self._recheck()
                await self.still_here()
                await self._say_where()
            except Exception as error:
                # The database is away: look again at the next turn, and keep the lane working.
                log.error("a socket's access could not be read: %s", type(error).__name__)
