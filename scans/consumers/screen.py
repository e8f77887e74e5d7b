"""The socket of a driver's screen: it hears which sign to show."""

import asyncio
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from scans import hints, protocol, screens
from scans.protocol import ErrorMessage, Pong, ProtocolError, Show
from scans.times import to_milliseconds


class ScreenConsumer(AsyncWebsocketConsumer):
    """Needs no login: its address names one lane, and is signed."""

    _listening: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()  # before a refusal, or the page would not learn its code
        try:
            lane = screens.lane_of(self.scope["url_route"]["kwargs"]["token"])
        except screens.NoSuchScreen:
            await self.close(protocol.CLOSE_NO_SUCH_LANE)
            return
        group = screens.screen_group(*lane)
        self._listening = asyncio.create_task(hints.listen([group], self._heard))
        await hints.tell(screens.lane_group(*lane), {"type": "sign.wanted"})

    async def disconnect(self, code: int) -> None:
        if self._listening:
            self._listening.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            message = protocol.parse_screen(text_data or "")
        except ProtocolError as error:
            answer: protocol.ServerMessage = ErrorMessage(error.code)  # type: ignore[arg-type]
        else:
            answer = Pong(message.sent_at, to_milliseconds(timezone.now()))
        await self.send(protocol.encode(answer))

    async def _heard(self, hint: dict[str, Any]) -> None:
        await self.send(protocol.encode(Show(hint["sign"])))
