"""Daphne reads no faster from a client than the client is answered and reads its answers.

Left to itself, Daphne takes whatever comes into a queue without an end, and keeps in memory what a
client does not read: one officer's socket could fill the machine. TCP has the remedy, and uvicorn
and granian use it by themselves: what is not read here is not sent there.
"""

import asyncio
import logging
from typing import Any

import daphne.server  # noqa: F401  it chooses Twisted's event loop, before Twisted does
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

# A page has at most 50 typed codes and one frame on their way. More than this wait in the network.
MOST_WAITING = 32
# Frames, but for tiny ones, are large messages.
LARGE_BYTES, MOST_WAITING_AFTER_A_LARGE_ONE = 64 * 1024, 2
LOOK_AGAIN_SECONDS = 0.01
# A client that takes nothing of what waits for it for so long is gone, or means no good.
UNREAD_SECONDS = 10.0

log = logging.getLogger(__name__)


@implementer(IPushProducer)
class Reading:
    """Whether a client is read from: not while anything of these is so."""

    def __init__(self, socket: "FlowControlledSocket") -> None:
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._has_unread = False  # more than Twisted's buffer holds, 64 KiB
        self._giving_up: asyncio.TimerHandle | None = None
        self._looking: asyncio.TimerHandle | None = None

    # --- The client does not read: Twisted calls these ------------------------------------------

    def pauseProducing(self) -> None:  # noqa: N802 Twisted's names
        """Too much waits to be sent."""
        if not self._has_unread:
            self._has_unread = True
            self._giving_up = self._loop.call_later(UNREAD_SECONDS, self._give_up)
            self._socket.transport.pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802
        """All was sent."""
        self._has_unread = False
        self._cancel(self._giving_up)
        if self._looking is None:
            self._socket.transport.resumeProducing()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone."""
        self._cancel(self._giving_up)
        self._cancel(self._looking)

    def _give_up(self) -> None:
        log.warning("a socket was cut off: its client reads nothing")
        self._socket.dropConnection(abort=True)

    # --- The client sends faster than it is answered --------------------------------------------

    def heard(self, size: int, waiting: int) -> None:
        """A message of so many bytes has come, and with it so many wait for their handler."""
        most = MOST_WAITING_AFTER_A_LARGE_ONE if size > LARGE_BYTES else MOST_WAITING
        if waiting >= most and self._looking is None:
            self._socket.transport.pauseProducing()
            self._look_later()

    def _look_later(self) -> None:
        self._looking = self._loop.call_later(LOOK_AGAIN_SECONDS, self._look)

    def _look(self) -> None:
        if self._socket.application_queue.qsize():
            self._look_later()
            return
        self._looking = None
        if not self._has_unread:
            self._socket.transport.resumeProducing()

    @staticmethod
    def _cancel(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


class FlowControlledSocket(WebSocketProtocol):  # type: ignore[misc]  # has no types
    """Daphne's side of a WebSocket."""

    def onOpen(self) -> None:  # noqa: N802 Autobahn's names
        """The handshake is done."""
        self._reading = Reading(self)
        # The HTTP request that the socket began with is still asked to pause, and does not.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self._reading, True)
        super().onOpen()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        """A whole message has come."""
        super().onMessage(payload, isBinary)
        self._reading.heard(len(payload), self.application_queue.qsize())

    def onClose(self, *arguments: Any) -> None:  # noqa: N802
        """The socket is closed."""
        if hasattr(self, "_reading"):
            self._reading.stopProducing()
        super().onClose(*arguments)


def install() -> None:
    """Have Daphne, however it was started, serve its sockets so."""
    WebSocketFactory.protocol = FlowControlledSocket
