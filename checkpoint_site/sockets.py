"""Sockets that lead nowhere."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import URLPattern, re_path


class NoSuchSocket(AsyncWebsocketConsumer):
    """Refuses a wrong address, where channels would raise and fill the log."""

    async def connect(self) -> None:
        await self.close()

    @classmethod
    def route(cls) -> URLPattern:
        """The last pattern of a URLRouter."""
        application: Any = cls.as_asgi()
        pattern: URLPattern = re_path(r"", application)
        return pattern
