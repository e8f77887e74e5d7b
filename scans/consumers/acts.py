"""What an officer does at a lane, besides checking: acts on cars, and the shift's end."""

import logging

from django.utils import timezone

from scans import passages, pool, protocol, shifts
from scans.evidence import OLDEST_CAPTURE
from scans.passages import BadPassage, NewPassage
from scans.protocol import CarCounts, EndShift, ErrorMessage, PassageDone, PassageMessage, Undo
from scans.shifts import OpenShift
from scans.times import believable, from_milliseconds, to_milliseconds

log = logging.getLogger(__name__)


class ActsOfShift:
    """Answers the acts of one open shift. Each is in the database before it is answered."""

    def __init__(self, shift: OpenShift) -> None:
        self._shift = shift

    async def answer(self, message: PassageMessage | Undo | EndShift) -> protocol.ServerMessage:
        """The answer to an act. Never raises: the page sends again what was not taken."""
        passage_id = None if isinstance(message, EndShift) else message.passage_id
        try:
            if isinstance(message, EndShift):
                return await self._end()
            if isinstance(message, Undo):
                return PassageDone(message.passage_id, True, await self._undo(message))
            return PassageDone(message.passage_id, False, await self._record(message))
        except BadPassage as error:
            return ErrorMessage(error.code, passage_id=passage_id)
        except Exception as error:
            of_lane = {"lane": self._shift.lane.lane_id}
            log.error("an act failed: %s", type(error).__name__, extra=of_lane)
            return ErrorMessage("check_failed", passage_id=passage_id)

    async def _record(self, message: PassageMessage) -> CarCounts:
        now = timezone.now()
        acted_at = from_milliseconds(message.acted_at)
        new = NewPassage(
            passage_id=message.passage_id,
            car_id=message.car_id,
            act=message.act,
            reason=message.reason,
            note=message.note.strip(),
            scan_ids=message.scan_ids,
            acted_at=believable(acted_at, now=now, oldest=OLDEST_CAPTURE),
            lane=self._shift.lane,
            shift_id=self._shift.shift_id,
        )
        return await pool.write(passages.record_passage, new, now=now)

    async def _undo(self, message: Undo) -> CarCounts:
        return await pool.write(
            passages.undo_passage,
            message.passage_id,
            undone_at=from_milliseconds(message.undone_at),
            lane_id=self._shift.lane.lane_id,
            shift_id=self._shift.shift_id,
            now=timezone.now(),
        )

    async def _end(self) -> protocol.ShiftEnded:
        now = timezone.now()
        counts = await pool.write(shifts.end, self._shift.shift_id, now=now)
        started_at = to_milliseconds(self._shift.started_at)
        return protocol.ShiftEnded(started_at, to_milliseconds(now), counts)
