"""The socket of "Test this device": whether one opens here, and how long an answer takes."""

from django.utils import timezone

from permits.roles import Role
from scans import protocol
from scans.consumers.guarded import GuardedConsumer
from scans.protocol import ErrorMessage, Ping, Pong, ProtocolError
from scans.times import to_milliseconds


class EchoConsumer(GuardedConsumer):
    """Answers pings, and takes nothing else."""

    role = Role.OFFICER

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            message = protocol.parse_lane(text_data or "")
        except ProtocolError as error:
            await self.reply(ErrorMessage(error.code))  # type: ignore[arg-type]
            return
        if isinstance(message, Ping):
            await self.reply(Pong(message.sent_at, to_milliseconds(timezone.now())))
