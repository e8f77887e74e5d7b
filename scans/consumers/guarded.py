"""A socket that belongs to a logged-in user with a role, for as long as both hold."""

import asyncio
import logging
from typing import Any, ClassVar

from autobahn.exception import Disconnected
from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from permits.roles import Role
from scans import access, metrics, pool, protocol

log = logging.getLogger(__name__)


class GuardedConsumer(AsyncWebsocketConsumer):
    """Subclasses say for which `role` they are, and what they do in `opened` and `closed`.

    A socket is accepted before it is refused: a browser tells its page the close code only then.
    """

    role: ClassVar[Role]

    _watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Clean up however the socket ends.

        A reply to a socket that has just gone raises, and then no disconnect is ever handed over: a
        lane would stay online, with a task behind it, for as long as the server runs.
        """
        try:
            await super().__call__(scope, receive, send)
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
        if not await self._may_stay():
            await self.close(protocol.CLOSE_WRONG_ROLE)
            return
        await self.channel_layer.group_add(access.user_group(self.user_id), self.channel_name)
        self._watching = asyncio.create_task(self._watch())
        metrics.SOCKETS.labels(self.role).inc()
        await self.opened()

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Nothing is heard of whom the door was not opened to."""
        if self._watching is not None:
            await super().websocket_receive(message)

    async def disconnect(self, code: int) -> None:
        await self._clean_up()

    async def _clean_up(self) -> None:
        if self._watching is None:
            return
        self._watching.cancel()
        self._watching = None
        metrics.SOCKETS.labels(self.role).dec()
        await self.channel_layer.group_discard(access.user_group(self.user_id), self.channel_name)
        await self.closed()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call a message's handler, and nothing besides.

        Channels' own also closes old database connections in a thread before every message. This
        event loop has none: pool.py looks after those of its threads.
        """
        await getattr(self, get_handler_name(message))(message)

    async def opened(self) -> None:
        """The user may be here."""

    async def closed(self) -> None:
        """The socket that was opened is gone."""

    async def still_here(self) -> None:
        """Called every SOCKET_RECHECK_SECONDS while the user may be here."""

    async def access_changed(self, event: dict[str, Any]) -> None:
        """A hint from access.py."""
        await self._recheck()

    async def reply(self, message: protocol.ServerMessage) -> None:
        """Send one message of the protocol. To a socket that has gone, nothing is sent."""
        try:
            await self.send(text_data=protocol.encode(message))
        except Disconnected:
            log.debug("a socket went before its answer")

    async def _may_stay(self) -> bool:
        return await pool.read(access.may_stay, self._session_key, self.user_id, self.role)

    async def _recheck(self) -> None:
        if await self._may_stay():
            return
        still_logged_in = await pool.read(access.user_of_session, self._session_key)
        code = protocol.CLOSE_WRONG_ROLE if still_logged_in else protocol.CLOSE_NOT_LOGGED_IN
        await self.close(code)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(settings.SOCKET_RECHECK_SECONDS)
            try:
                await self._recheck()
                await self.still_here()
            except Exception as error:
                # The database is away: look again at the next turn, and keep the lane working.
                log.error("a socket's access could not be read: %s", type(error).__name__)
