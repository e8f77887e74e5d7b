"""One lane's socket: frames and typed payloads in, verdicts out."""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from msgspec import structs

from permits.roles import Role
from permits.verdict import Direction
from scans import events, pool, protocol, shifts
from scans.answers import verdict_message
from scans.check import Answer, ScanIdReused
from scans.consumers.guarded import GuardedConsumer
from scans.decode import DecodeError, Symbol
from scans.evidence import CheckRequest
from scans.models import Source
from scans.protocol import ErrorMessage, Frame, FrameDone, Pong, ProtocolError, VerdictMessage
from scans.recent import RecentPayloads
from scans.scan_ids import new_scan_id
from scans.times import believable, from_milliseconds, to_milliseconds

log = logging.getLogger(__name__)

# A live capture is at most this old: after a longer wait the device's clock is wrong, not the scan.
OLDEST_LIVE_CAPTURE = timedelta(minutes=1)

recent_payloads: RecentPayloads[VerdictMessage] = RecentPayloads()


class LaneConsumer(GuardedConsumer):
    """What the checkpoint page talks to."""

    role = Role.OFFICER

    async def opened(self) -> None:
        route = self.scope["url_route"]["kwargs"]
        direction = Direction(route["direction"])
        now = timezone.now()
        try:
            self.shift = await pool.write(
                shifts.open_shift, route["lane_id"], direction, officer_id=self.user_id, now=now
            )
        except shifts.NoSuchLane:
            await self.close(protocol.CLOSE_NO_SUCH_LANE)
            return
        self.lane = self.shift.lane
        await self.reply(
            protocol.ShiftMessage(
                shift_id=self.shift.shift_id,
                checkpoint=self.lane.checkpoint_name,
                lane=self.lane.lane_name,
                direction=direction.value,
                server_time=to_milliseconds(timezone.now()),
            )
        )
        await events.publish()

    async def closed(self) -> None:
        if hasattr(self, "shift"):
            await pool.write(shifts.leave, self.shift.shift_id, now=timezone.now())
            await events.publish()

    async def still_here(self) -> None:
        if hasattr(self, "shift"):
            await pool.write(shifts.stay, self.shift.shift_id, now=timezone.now())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not hasattr(self, "shift"):
            return  # the close is on its way
        if bytes_data is not None:
            await self._receive_frame(bytes_data)
        elif text_data is not None:
            await self._receive_text(text_data)

    async def _receive_text(self, text: str) -> None:
        try:
            message = protocol.parse_lane(text)
        except ProtocolError as error:
            await self._refuse(error)
            return
        if isinstance(message, protocol.Ping):
            await self.reply(Pong(message.sent_at, to_milliseconds(timezone.now())))
            return
        request = self._request(
            message.payload,
            from_milliseconds(message.captured_at),
            source=Source.TYPED,
            scan_id=message.scan_id,
        )
        await self.reply(await self._check(request))

    async def _receive_frame(self, data: bytes) -> None:
        try:
            frame = protocol.parse_frame(data)
        except ProtocolError as error:
            seq = protocol.seq_of(data)
            await self._refuse(error, seq=seq)
            if seq is not None:
                await self.reply(FrameDone(seq, 0, 0.0))
            return
        symbols, decode_ms = await self._decode(frame)
        await asyncio.gather(*(self._answer(frame, symbol) for symbol in _distinct(symbols)))
        await self.reply(FrameDone(frame.seq, len(symbols), round(decode_ms, 2)))

    async def _decode(self, frame: Frame) -> tuple[list[Symbol], float]:
        try:
            return await pool.decode(frame.image, is_picture=frame.is_picture)
        except DecodeError as error:
            await self._refuse(ProtocolError(error.code), seq=frame.seq)
        except Exception as error:
            log.error("a frame could not be decoded: %s", type(error).__name__)
            await self._refuse(ProtocolError("check_failed"), seq=frame.seq)
        return [], 0.0

    async def _answer(self, frame: Frame, symbol: Symbol) -> None:
        """Answer one symbol of a frame, from memory where the lane has just shown it."""
        lane = (self.lane.lane_id, self.lane.direction.value)
        known = recent_payloads.find(lane, symbol.payload)
        if known is not None:
            again = not frame.is_picture
            await self.reply(_of_frame(known, frame, symbol, again=again))
            return
        source = Source.PICTURE if frame.is_picture else Source.CAMERA
        request = self._request(symbol.payload, from_milliseconds(frame.captured_at), source=source)
        answer = await self._check(request, seq=frame.seq)
        if isinstance(answer, ErrorMessage):
            await self.reply(answer)
            return
        recent_payloads.remember(lane, symbol.payload, answer)
        await self.reply(_of_frame(answer, frame, symbol, again=False))

    def _request(
        self, payload: str, captured_at: datetime, *, source: Source, scan_id: UUID | None = None
    ) -> CheckRequest:
        now = timezone.now()
        return CheckRequest(
            payload=payload,
            scan_id=scan_id or new_scan_id(now),
            captured_at=believable(captured_at, now=now, oldest=OLDEST_LIVE_CAPTURE),
            lane=self.lane,
            source=source.value,
            may_be_replay=scan_id is not None,
        )

    async def _check(
        self, request: CheckRequest, *, seq: int | None = None
    ) -> VerdictMessage | ErrorMessage:
        scan_id = request.scan_id if request.may_be_replay else None
        try:
            answer: Answer = await pool.check(request)
        except Exception as error:
            # Its name alone: a database's error may quote the row.
            log.error("a check failed: %s", type(error).__name__)
            return ErrorMessage("check_failed", seq, scan_id)
        if isinstance(answer, ScanIdReused):
            return ErrorMessage("scan_id_reused", seq, scan_id)
        return verdict_message(answer)

    async def _refuse(self, error: ProtocolError, *, seq: int | None = None) -> None:
        log.warning("lane %s: %s", self.lane.lane_id, error.code)
        await self.reply(ErrorMessage(error.code, seq))  # type: ignore[arg-type]


def _distinct(symbols: list[Symbol]) -> list[Symbol]:
    """Each payload once: a code and its reflection are one scan."""
    return list({symbol.payload: symbol for symbol in symbols}.values())


def _of_frame(
    message: VerdictMessage, frame: Frame, symbol: Symbol, *, again: bool
) -> VerdictMessage:
    """A verdict with its place in the picture."""
    return structs.replace(message, seq=frame.seq, corners=symbol.corners, again=again)
