"""One made-up camera at a lane: it acts as its script says, and listens.

It keeps to what the page does: one frame in flight, typed checks kept until they are answered and
sent again after a reconnect, times by the server's clock.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from bench.cameras import scene
from bench.cameras.link import Door, Link
from bench.cameras.pictures import Pictures
from bench.cameras.replies import Reply
from bench.cameras.site import Place
from bench.cameras.tally import Tally
from bench.cameras.unanswered import Unanswered
from bench.websocket import BINARY, TEXT
from scans import protocol
from scans.scan_ids import new_scan_id

MOST_WAITING_CHECKS = 50  # as in static/js/lane_link.js


@dataclass(frozen=True)
class Material:
    """What all cameras of a process share: what is typed and shown, and how a socket opens."""

    door: Door
    codes: tuple[str, ...]
    pictures: Pictures


class Lane:
    """`start` opens it, `offer` lets the script begin, `close` leaves and counts what is lost.

    With `is_paced` an act comes when its time has come, whatever else is unanswered; otherwise when
    the one before was answered.
    """

    def __init__(
        self,
        place: Place,
        script: Iterator[scene.Offer],
        material: Material,
        tally: Tally,
        *,
        is_paced: bool,
    ) -> None:
        self.is_served = False
        self._script = script
        self._material = material
        self._tally = tally
        self._is_paced = is_paced
        self._loop = asyncio.get_running_loop()
        self._unanswered = Unanswered((place.lane_id, place.direction), tally)
        self._link = Link(
            material.door, place.path, tally, on_reply=self._heard, on_lost=self._lost
        )
        self._timer: asyncio.TimerHandle | None = None
        self._is_offering = False
        self._clock_offset_ms = 0  # from this machine's clock to the server's
        self._was_served = False
        self._seq = 0
        self._last_check: tuple[str, bytes] | None = None

    # --- From its start to its end --------------------------------------------------------------

    def start(self) -> None:
        """Open the lane, and keep it open."""
        self._keeping = self._loop.create_task(self._link.keep_open())

    @property
    def is_refused(self) -> bool:
        """Whether the site will not have it: it does not try again."""
        return self._link.is_refused

    @property
    def is_idle(self) -> bool:
        """Whether everything is answered."""
        return self._unanswered.is_nothing

    def offer(self) -> None:
        """Let the script begin."""
        self._is_offering = True
        self._offered_at = self._loop.time()
        self._next()

    def stop_offering(self) -> None:
        """Nothing new from here on; what is unanswered may still be answered."""
        self._is_offering = False
        if self._timer is not None:
            self._timer.cancel()

    def close(self) -> None:
        """Leave."""
        if self.is_refused:
            self._tally.lost["cameras that the site sent away"] += 1
        elif not self._was_served:
            self._tally.lost["cameras that never had their lane"] += 1
        self._unanswered.give_up()
        self._link.close()
        self._keeping.cancel()

    # --- The script -----------------------------------------------------------------------------

    def _next(self) -> None:
        offer = next(self._script)
        since = self._offered_at if self._is_paced else self._loop.time()
        self._offered_at = since + offer.pause
        self._timer = self._loop.call_at(self._offered_at, self._act, offer.act)

    def _act(self, act: scene.Act) -> None:
        self._timer = None
        self._tally.late_ms.append((self._loop.time() - self._offered_at) * 1000)
        ACTS[type(act)](self, act)
        if self._is_paced:
            self._next()
        else:
            self._go_on()

    def _go_on(self) -> None:
        """Without pacing: the next act, once everything is answered."""
        is_free = self._timer is None and self.is_served and self.is_idle
        if is_free and self._is_offering and not self._is_paced:
            self._next()

    def show_road(self, act: scene.Road) -> None:
        """A frame without a code."""
        self._show(self._material.pictures.roads[act.number], None)

    def show_code(self, act: scene.Code) -> None:
        """A frame with a code."""
        self._show(self._material.pictures.codes[act.number], act.number)

    def _show(self, image: bytes, code: int | None) -> None:
        self._tally.frames_offered += 1
        if not self.is_served:
            self._tally.skipped_unconnected += 1
            return
        if self._unanswered.frame is not None:
            self._tally.skipped_in_flight += 1
            return
        self._seq += 1
        # What stands behind the picture's end is not read: no camera gives the same bytes twice.
        image += self._seq.to_bytes(4, "big")
        self._link.send(
            BINARY,
            protocol.pack_frame(seq=self._seq, captured_at=self._server_time(), image=image),
        )
        self._unanswered.frame_sent(self._seq, code=code, captured=self._offered_at)

    def type_code(self, act: scene.Typed) -> None:
        """A typed check, kept while there is no connection."""
        self._tally.checks_offered += 1
        if len(self._unanswered.checks) >= MOST_WAITING_CHECKS:
            self._tally.skipped_waiting += 1
            return
        scan_id = new_scan_id(datetime.now(UTC))
        check = protocol.Check(self._material.codes[act.number], scan_id, self._server_time())
        self._last_check = (str(scan_id), msgspec.json.encode(check))
        self._unanswered.check_made(*self._last_check, captured=self._offered_at)
        self._send_check(*self._last_check)

    def repeat_check(self, act: scene.Repeat) -> None:
        """The last check once more: it gets the recorded answer, and is not another scan."""
        if self._last_check is not None:
            self._unanswered.check_repeated(*self._last_check, captured=self._offered_at)
            self._send_check(*self._last_check)

    def reload_page(self, act: scene.Reload) -> None:
        """Hang up in the middle of whatever is on its way, and come back."""
        if self.is_served:
            self._tally.reloads += 1
            self._link.reload()

    def _send_check(self, scan_id: str, message: bytes) -> None:
        if self.is_served:
            self._link.send(TEXT, message)
            self._unanswered.check_sent(scan_id)

    def _server_time(self) -> int:
        return int(time.time() * 1000) + self._clock_offset_ms

    # --- What comes back ------------------------------------------------------------------------

    def _heard(self, reply: Reply, now: float) -> None:
        if reply.type == "shift":
            self._clock_offset_ms = reply.server_time - int(time.time() * 1000)
            self._shift_began()
        else:
            self._unanswered.heard(reply, now)
        self._go_on()

    def _shift_began(self) -> None:
        """The lane is open, for the first time or again: send what is not answered."""
        if self._was_served:
            self._tally.reconnects += 1
        else:
            self._tally.served += 1
        self.is_served = self._was_served = True
        for scan_id, waiting in list(self._unanswered.checks.items()):
            self._send_check(scan_id, waiting.message)

    def _lost(self) -> None:
        self.is_served = False
        self._unanswered.connection_lost()


# What a lane can do. A new act: its class in scene.py, its method, and its line here.
ACTS: dict[type, Callable[[Lane, Any], None]] = {
    scene.Road: Lane.show_road,
    scene.Code: Lane.show_code,
    scene.Typed: Lane.type_code,
    scene.Repeat: Lane.repeat_check,
    scene.Reload: Lane.reload_page,
}
