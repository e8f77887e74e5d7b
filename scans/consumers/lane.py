"""One lane's socket: frames and typed payloads in, verdicts out."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from msgspec import structs

from permits.people import normalise_plate
from permits.roles import Role
from permits.verdict import Direction
from scans import events, instructions, metrics, pool, protocol, screens, shifts
from scans.answers import verdict_message
from scans.check import Checked, ScanIdReused
from scans.claims import Claims
from scans.consumers.acts import ActsOfShift
from scans.consumers.guarded import GuardedConsumer
from scans.consumers.health import HealthOfShift
from scans.consumers.instructions import InstructionsOfLane
from scans.decode import DecodeError, Reading, Symbol
from scans.evidence import OLDEST_CAPTURE, CheckRequest
from scans.models import Source
from scans.protocol import (
    ErrorCode,
    ErrorMessage,
    Frame,
    FrameDone,
    Pong,
    ProtocolError,
    VerdictMessage,
)
from scans.recent import FORGET_AFTER_SECONDS, LaneKey, RecentPayloads
from scans.scan_ids import new_scan_id
from scans.times import believable, from_milliseconds, to_milliseconds

log = logging.getLogger(__name__)

# A frame is sent as it is taken, and at most this old: where it says more, the device's clock is
# wrong, not the frame.
OLDEST_FRAME = timedelta(minutes=1)

claims = Claims(settings.REDIS_URL)
recent_payloads: RecentPayloads[VerdictMessage] = RecentPayloads(renew=claims.renew)


class CheckError(Exception):
    """Nothing was recorded. `code` goes out on the wire."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code: ErrorCode = code


class LaneConsumer(GuardedConsumer):
    """What the checkpoint page talks to."""

    role = Role.OFFICER
    for_enrolled_devices = True
    plate = ""  # of the vehicle in front

    def groups_heard(self) -> tuple[str, ...]:
        return (screens.lane_group(*self._route()), instructions.LANES)

    def _route(self) -> tuple[int, Direction]:
        route = self.scope["url_route"]["kwargs"]
        return route["lane_id"], Direction(route["direction"])

    async def opened(self) -> None:
        lane_id, direction = self._route()
        self.sign = screens.SignOfLane(lane_id, direction)
        now = timezone.now()
        try:
            self.shift = await pool.write(
                shifts.open_shift, lane_id, direction, officer_id=self.user_id, now=now
            )
        except shifts.NoSuchLane:
            await self.close(protocol.CLOSE_NO_SUCH_LANE)
            return
        self.lane = self.shift.lane
        self.acts = ActsOfShift(self.shift)
        self.health = HealthOfShift(self.shift.shift_id)
        await self.reply(
            protocol.ShiftMessage(
                shift_id=self.shift.shift_id,
                checkpoint=self.lane.checkpoint_name,
                lane=self.lane.lane_name,
                direction=direction.value,
                server_time=to_milliseconds(timezone.now()),
                officer=self.shift.officer_name,
                started_at=to_milliseconds(self.shift.started_at),
                counts=self.shift.counts,
                screen=screens.address(lane_id, direction),
            )
        )
        self.instructions = InstructionsOfLane(self.shift, self.reply)
        await self.instructions.tell_news()
        events.publish()

    async def instructions_changed(self, event: dict[str, Any]) -> None:
        """A hint from instructions.py."""
        if hasattr(self, "instructions") and self.instructions.is_meant_by(event):
            await self.instructions.tell_news()

    async def closed(self) -> None:
        if hasattr(self, "shift"):
            asyncio.get_running_loop().call_later(FORGET_AFTER_SECONDS, recent_payloads.forget_old)
            self.sign.show("away")
            self.health.stop()
            await pool.write(shifts.leave, self.shift.shift_id, now=timezone.now())
            events.publish()

    async def still_here(self) -> None:
        if hasattr(self, "shift"):
            recent_payloads.forget_old()
            await pool.write(shifts.stay, self.shift.shift_id, now=timezone.now())
        if hasattr(self, "instructions"):
            await self.instructions.tell_news()

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
        if isinstance(message, protocol.Check):
            await self._receive_check(message)
        elif isinstance(message, protocol.Seen):
            await self._receive_seen(message)
        elif isinstance(message, protocol.Confirm):
            await self.reply(await self.instructions.confirm(message))
        elif isinstance(message, protocol.Vehicle | protocol.Sign | protocol.Health):
            self._take_note(message)
        else:
            await self.reply(await self.acts.answer(message))
            events.publish()

    def _take_note(self, message: protocol.Vehicle | protocol.Sign | protocol.Health) -> None:
        """What is not answered."""
        if isinstance(message, protocol.Vehicle):
            self.plate = normalise_plate(message.plate)
        elif isinstance(message, protocol.Sign):
            self.sign.show(message.sign)
        else:
            self.health.take(message)

    async def sign_wanted(self, event: dict[str, Any]) -> None:
        """A hint from screens.py: a driver's screen has come."""
        if hasattr(self, "shift"):
            self.sign.show_again()

    async def _receive_seen(self, message: protocol.Seen) -> None:
        """What the page read by itself is answered as the frame would have been."""
        frame = Frame(message.seq, message.captured_at, is_picture=False, image=b"")
        symbols = [Symbol(symbol.payload, symbol.corners) for symbol in message.symbols]
        await self._answer_all(frame, Reading(symbols), 0.0)

    async def _receive_check(self, message: protocol.Check) -> None:
        request = self._request(
            message.payload,
            from_milliseconds(message.captured_at),
            source=Source.TYPED,
            scan_id=message.scan_id,
            oldest=OLDEST_CAPTURE,  # it may have waited for the network
        )
        try:
            await self.reply(verdict_message(await self._check(request)))
        except CheckError as error:
            await self.reply(ErrorMessage(error.code, scan_id=message.scan_id))

    async def _receive_frame(self, data: bytes) -> None:
        try:
            frame = protocol.parse_frame(data)
        except ProtocolError as error:
            seq = protocol.seq_of(data)
            await self._refuse(error, seq=seq)
            if seq is not None:
                await self.reply(FrameDone(seq, 0, 0.0))
            return
        reading, decode_ms = await self._decode(frame)
        await self._answer_all(frame, reading, decode_ms)

    async def _answer_all(self, frame: Frame, reading: Reading, decode_ms: float) -> None:
        """The verdicts of a frame, and its end. Who decoded it makes no difference."""
        symbols = reading.symbols
        log.debug("frame", extra={**self._of(frame), "symbols": len(symbols)})
        answers = await asyncio.gather(
            *(self._answer(frame, symbol) for symbol in _distinct(symbols))
        )
        milliseconds = round(decode_ms, 2)
        done = FrameDone(frame.seq, len(symbols), milliseconds, reading.hint, reading.seen)
        # Each message costs server and page a part of a millisecond: a car has four or five.
        if frame.answer_together:
            await self.reply([*answers, done])
            return
        for answer in (*answers, done):
            await self.reply(answer)

    async def _decode(self, frame: Frame) -> tuple[Reading, float]:
        try:
            return await pool.decode(frame.image, is_picture=frame.is_picture)
        except DecodeError as error:
            await self._refuse(ProtocolError(error.code), seq=frame.seq)
        except Exception as error:
            log.error(
                "a frame could not be decoded: %s", type(error).__name__, extra=self._of(frame)
            )
            await self._refuse(ProtocolError("check_failed"), seq=frame.seq)
        return Reading([]), 0.0

    async def _answer(self, frame: Frame, symbol: Symbol) -> VerdictMessage | ErrorMessage:
        """The answer to one symbol of a frame, from memory where the lane has just shown it."""
        lane = (self.lane.lane_id, self.lane.direction.value)

        async def ask() -> VerdictMessage:
            return await self._ask(frame, symbol.payload, lane)

        try:
            verdict, again = await recent_payloads.answer(lane, self._shown(symbol.payload), ask)
            again = again or verdict.again
            of_scan = {"scan_id": verdict.scan_id, "again": again}
            log.debug("answered", extra={**self._of(frame), **of_scan})
            return _of_frame(verdict, frame, symbol, again=again)
        except CheckError as error:
            return ErrorMessage(error.code, frame.seq)

    def _shown(self, payload: str) -> str:
        """What is remembered as shown: before another vehicle the same code is another question."""
        return f"{payload}\n{self.plate}" if self.plate else payload

    async def _ask(self, frame: Frame, payload: str, lane: LaneKey) -> VerdictMessage:
        """Check what a frame shows, unless another process has just recorded it for this lane."""
        own = new_scan_id(timezone.now())
        scan_id = await claims.claim(lane, self._shown(payload), own)
        log.debug("check", extra={**self._of(frame), "scan_id": scan_id})
        request = self._request(
            payload,
            from_milliseconds(frame.captured_at),
            source=Source.PICTURE if frame.is_picture else Source.CAMERA,
            scan_id=scan_id,
            oldest=OLDEST_FRAME,
        )
        checked = await self._check(request)
        return structs.replace(verdict_message(checked), again=checked.is_replay)

    def _request(
        self,
        payload: str,
        captured_at: datetime,
        *,
        source: Source,
        scan_id: UUID,
        oldest: timedelta,
    ) -> CheckRequest:
        return CheckRequest(
            payload=payload,
            scan_id=scan_id,
            captured_at=believable(captured_at, now=timezone.now(), oldest=oldest),
            lane=self.lane,
            source=source.value,
            plate=self.plate,
        )

    async def _check(self, request: CheckRequest) -> Checked:
        """The recorded answer. Raises CheckError."""
        try:
            answer = await pool.check(request)
        except Exception as error:
            # Its name alone: a database's error may quote the row.
            of_scan = {"lane": self.lane.lane_id, "scan_id": request.scan_id}
            log.error("a check failed: %s", type(error).__name__, extra=of_scan)
            raise CheckError("check_failed") from None
        if isinstance(answer, ScanIdReused):
            raise CheckError("scan_id_reused")
        return answer

    def _of(self, frame: Frame) -> dict[str, Any]:
        """What a line of the log says of a frame."""
        return {"lane": self.lane.lane_id, "seq": frame.seq}

    async def _refuse(self, error: ProtocolError, *, seq: int | None = None) -> None:
        metrics.MESSAGES_REFUSED.labels(error.code).inc()
        log.warning("refused: %s", error.code, extra={"lane": self.lane.lane_id, "seq": seq})
        await self.reply(ErrorMessage(error.code, seq))  # type: ignore[arg-type]


def _distinct(symbols: list[Symbol]) -> list[Symbol]:
    """Each payload once: a code and its reflection are one scan."""
    return list({symbol.payload: symbol for symbol in symbols}.values())


def _of_frame(
    message: VerdictMessage, frame: Frame, symbol: Symbol, *, again: bool
) -> VerdictMessage:
    """A verdict with its place in the picture."""
    return structs.replace(message, seq=frame.seq, corners=symbol.corners, again=again)
