"""PURE. What one camera has sent and not heard of yet, and what an answer makes of it."""

from dataclasses import dataclass

from bench.cameras.replies import Reply
from bench.cameras.tally import PlaceKey, Tally, TypedCheck

# The server takes a code for still in view within 5 seconds (scans/recent.py); less is certain.
SURELY_IN_VIEW = 4.0


@dataclass(slots=True)
class Frame:
    """The frame in flight. `code` is the number of the code in it; times are in seconds."""

    seq: int
    code: int | None
    captured: float
    verdicts: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A typed check: what is sent, as often as it takes. A repeated one is not timed."""

    message: bytes
    captured: float
    is_timed: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """The code that the camera showed last, and the scan that it became."""

    code: int
    scan_id: str
    captured: float
    connection: int


class Unanswered:
    """Keeps the account of one camera in `tally`."""

    def __init__(self, place: PlaceKey, tally: Tally) -> None:
        self.frame: Frame | None = None
        self.checks: dict[str, Waiting] = {}
        self._place = place
        self._tally = tally
        self._connection = 0
        self._view: View | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether all is answered."""
        return self.frame is None and not self.checks

    # --- What was sent --------------------------------------------------------------------------

    def frame_sent(self, seq: int, *, code: int | None, captured: float) -> None:
        """A frame is on its way."""
        self.frame = Frame(seq, code, captured)
        self._tally.frames_sent += 1

    def check_made(self, scan_id: str, message: bytes, *, captured: float) -> None:
        """A typed check is to be sent. It is kept until it is answered."""
        self.checks[scan_id] = Waiting(message, captured)
        self._tally.checks[scan_id] = TypedCheck(self._place)

    def check_repeated(self, scan_id: str, message: bytes, *, captured: float) -> None:
        """A check that may be answered already is to be sent once more."""
        self.checks.setdefault(scan_id, Waiting(message, captured, is_timed=False))

    def check_sent(self, scan_id: str) -> None:
        """A typed check is on its way, for the first time or again."""
        check = self._tally.checks[scan_id]
        if check.sent:
            self._tally.resent += 1
        else:
            self._tally.checks_sent += 1
        check.sent += 1

    def connection_lost(self) -> None:
        """The frame's answer will not come any more; a check is sent again."""
        self._connection += 1
        if self.frame is not None:
            self._tally.cut_off += 1
            self._forget_frame(self.frame)

    def give_up(self) -> None:
        """The run is over: what is unanswered now is lost."""
        if self.frame is not None:
            self._tally.lost["frames never answered"] += 1
            self._forget_frame(self.frame)
        if self.checks:
            self._tally.lost["typed checks never answered"] += len(self.checks)
            self.checks.clear()

    # --- What came back -------------------------------------------------------------------------

    def heard(self, reply: Reply, now: float) -> None:
        """Put an answer to what it answers."""
        if reply.type == "verdict":
            self._tally.outcomes[reply.outcome] += 1
            self._tally.told.add(reply.scan_id or "")
            if reply.seq is None:
                self._check_decided(reply, now)
            else:
                self._frame_decided(reply, now)
        elif reply.type == "frame_done":
            self._frame_done(reply, now)
        elif reply.type == "error":
            self._refused(reply)

    def _check_decided(self, reply: Reply, now: float) -> None:
        check = self._answered_check(reply)
        if check is None:
            return
        waiting = self.checks.pop(reply.scan_id or "", None)
        if check.verdicts:
            self._tally.verdicts_repeated += 1
            if check.outcome != reply.outcome:
                self._tally.doubled["scan_ids with two different verdicts"] += 1
        else:
            self._tally.verdicts_new += 1
            if waiting is not None and waiting.is_timed:
                self._tally.verdict_ms.append((now - waiting.captured) * 1000)
        check.verdicts += 1
        check.outcome = reply.outcome

    def _answered_check(self, reply: Reply) -> TypedCheck | None:
        """The check that this answers, if any may still be answered."""
        check = self._tally.checks.get(reply.scan_id or "")
        if check is None or check.verdicts + check.errors >= check.sent:
            self._tally.doubled["answers to no check, or to one answered before"] += 1
            return None
        if not check.verdicts and not check.errors:
            self._tally.checks_done += 1
        return check

    def _frame_decided(self, reply: Reply, now: float) -> None:
        frame = self._answered_frame(reply)
        if frame is None:
            return
        frame.verdicts += 1
        if frame.verdicts > 1:
            self._tally.doubled["second verdicts for one frame"] += 1
        elapsed = (now - frame.captured) * 1000
        if reply.again:
            self._tally.verdicts_in_view += 1
            self._tally.in_view_ms.append(elapsed)
        else:
            self._tally.verdicts_new += 1
            self._tally.verdict_ms.append(elapsed)
        if frame.code is not None:
            self._look_at_view(frame.code, reply.scan_id or "", frame.captured, now)

    def _look_at_view(self, code: int, scan_id: str, captured: float, now: float) -> None:
        """A code that is kept in view is one scan."""
        last = self._view
        in_view = last is not None and last.code == code and now - last.captured < SURELY_IN_VIEW
        if last is not None and in_view and last.scan_id != scan_id:
            if last.connection == self._connection:
                self._tally.doubled["codes recorded again while in view"] += 1
            else:
                self._tally.anew += 1
        self._view = View(code, scan_id, captured, self._connection)

    def _frame_done(self, reply: Reply, now: float) -> None:
        frame = self._answered_frame(reply)
        if frame is None:
            return
        self._tally.frames_done += 1
        self._tally.frame_ms.append((now - frame.captured) * 1000)
        has_unread_code = frame.code is not None and not frame.verdicts and not frame.errors
        if has_unread_code and reply.symbols:
            self._tally.lost["codes that were read and got no verdict"] += 1
        elif has_unread_code:
            self._tally.unread += 1
        self._forget_frame(frame)

    def _answered_frame(self, reply: Reply) -> Frame | None:
        """The frame in flight, if it is the one that this answers."""
        if self.frame is None or reply.seq != self.frame.seq:
            self._tally.doubled["answers to no frame, or to one answered before"] += 1
            return None
        return self.frame

    def _refused(self, reply: Reply) -> None:
        self._tally.errors[reply.code] += 1
        if reply.scan_id is not None:
            check = self._answered_check(reply)
            if check is not None:
                check.errors += 1
                self.checks.pop(reply.scan_id, None)
        elif reply.seq is not None:
            frame = self._answered_frame(reply)
            if frame is not None:
                frame.errors += 1

    def _forget_frame(self, frame: Frame) -> None:
        if frame.code is not None and not frame.verdicts:
            self._tally.unheard[self._place] += 1
        self.frame = None
