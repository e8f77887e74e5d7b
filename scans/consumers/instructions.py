"""What supervisors say to one lane: its page is told, and its officer confirms."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.utils import timezone
from msgspec import structs

from scans import instructions, pool, protocol
from scans.instructions import NoSuchInstruction
from scans.models import Instruction
from scans.protocol import Confirm, Confirmed, InstructionGone, InstructionMessage, LaneState
from scans.shifts import OpenShift, name_of
from scans.times import to_milliseconds

log = logging.getLogger(__name__)


class InstructionsOfLane:
    """Knows what the page has been told, and so what is news to it."""

    def __init__(
        self, shift: OpenShift, reply: Callable[[protocol.ServerMessage], Awaitable[None]]
    ) -> None:
        self._shift = shift
        self._reply = reply
        # A hint and a recheck may come together: what was read first is told first.
        self._telling = asyncio.Lock()
        self._told: dict[int, InstructionMessage] = {}
        self._is_closed = False

    def is_meant_by(self, hint: dict[str, Any]) -> bool:
        """Whether a hint of instructions.py may be about this lane."""
        lane = self._shift.lane
        for name, own in (("lane", lane.lane_id), ("checkpoint", lane.place.checkpoint_id)):
            if hint.get(name) is not None:
                return bool(hint[name] == own)
        return True

    async def tell_news(self) -> None:
        """Tell the page what it does not know yet."""
        async with self._telling:
            for message in await self._news():
                await self._reply(message)

    async def _news(self) -> list[protocol.ServerMessage]:
        """What the page has to be told now, the oldest first."""
        stand, is_closed = await pool.read(self._standing)
        news: list[protocol.ServerMessage] = []
        news += [InstructionGone(one) for one in self._told if one not in stand]
        news += [one for one in stand.values() if self._told.get(one.id) != one]
        if is_closed != self._is_closed:
            news.append(LaneState(is_closed))
        self._told, self._is_closed = stand, is_closed
        return news

    async def confirm(self, message: Confirm) -> protocol.ServerMessage:
        """The answer to the officer's word. Never raises: the page says it again."""
        try:
            await pool.write(
                instructions.confirm,
                message.id,
                lane_id=self._shift.lane.lane_id,
                officer_id=self._shift.lane.officer_id,
                shift_id=self._shift.shift_id,
                now=timezone.now(),
            )
        except NoSuchInstruction:
            return protocol.ErrorMessage("no_such_instruction", instruction_id=message.id)
        except Exception as error:
            of_lane = {"lane": self._shift.lane.lane_id}
            log.error("a confirmation failed: %s", type(error).__name__, extra=of_lane)
            return protocol.ErrorMessage("check_failed", instruction_id=message.id)
        told = self._told.get(message.id)
        if told is not None:
            self._told[message.id] = structs.replace(told, confirmed=True)
        return Confirmed(message.id)

    def _standing(self) -> tuple[dict[int, InstructionMessage], bool]:
        lane = self._shift.lane
        stand = instructions.standing_for(lane.lane_id, now=timezone.now())
        confirmed = instructions.confirmed_by(lane.officer_id, lane_id=lane.lane_id, of=stand)
        messages = [_message(one, confirmed=one.pk in confirmed) for one in reversed(stand)]
        return {message.id: message for message in messages}, instructions.is_closed(stand)


def _message(instruction: Instruction, *, confirmed: bool) -> InstructionMessage:
    return InstructionMessage(
        id=instruction.pk,
        kind=instruction.kind,
        text=instruction.text,
        direction=instruction.direction,
        made_at=to_milliseconds(instruction.made_at),
        by=name_of(instruction.made_by),
        confirmed=confirmed,
    )
