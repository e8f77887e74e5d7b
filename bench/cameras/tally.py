"""PURE. What was sent, what came back, and what is wrong with that."""

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

PlaceKey = tuple[int, str]  # lane, direction


@dataclass(slots=True)
class TypedCheck:
    """A typed check's whole life. `errors` are answers too."""

    place: PlaceKey
    sent: int = 0
    verdicts: int = 0
    errors: int = 0
    outcome: str = ""


def _measurements() -> "array[float]":
    return array("d")


@dataclass
class Tally:
    """One process's share, or, merged, that of all. Times are in milliseconds.

    `unheard` are the frames with a code, by place, of which no verdict came: each may have been
    recorded all the same. `doubled` and `lost` say in words what was wrong, and how often.
    """

    seconds: float = 0.0  # for how long acts were offered
    cpu_seconds: float = 0.0
    frames_offered: int = 0
    frames_sent: int = 0
    frames_done: int = 0
    frames_done_in_time: int = 0  # before the offering ended
    skipped_in_flight: int = 0
    skipped_unconnected: int = 0
    checks_offered: int = 0
    checks_sent: int = 0
    checks_done: int = 0
    checks_done_in_time: int = 0
    skipped_waiting: int = 0  # typed while too many waited already
    resent: int = 0
    served: int = 0  # cameras that had their lane open at least once
    reconnects: int = 0
    reloads: int = 0
    cut_off: int = 0  # frames that were on their way when a connection ended
    unread: int = 0  # frames with a code in which the server found none
    anew: int = 0  # codes that were still in view after a reconnect, and recorded once more
    verdicts_new: int = 0
    verdicts_in_view: int = 0
    verdicts_repeated: int = 0  # of checks that were sent more than once
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    closes: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    verdict_ms: "array[float]" = field(default_factory=_measurements)  # of new scans
    in_view_ms: "array[float]" = field(default_factory=_measurements)
    frame_ms: "array[float]" = field(default_factory=_measurements)
    ping_ms: "array[float]" = field(default_factory=_measurements)
    late_ms: "array[float]" = field(default_factory=_measurements)  # of this tool itself
    told: set[str] = field(default_factory=set)  # every scan_id of a verdict
    checks: dict[str, TypedCheck] = field(default_factory=dict)
    unheard: Counter[PlaceKey] = field(default_factory=Counter)

    def end_offering(self, seconds: float, cpu_seconds: float) -> None:
        """From here on answers are waited for, and nothing new is sent."""
        self.seconds, self.cpu_seconds = seconds, cpu_seconds
        self.frames_done_in_time, self.checks_done_in_time = self.frames_done, self.checks_done

    @property
    def is_sound(self) -> bool:
        """Whether everything was answered, and nothing twice."""
        return not self.lost and not self.doubled


def merged(tallies: Iterable[Tally]) -> Tally:
    """All of them as one: they ran side by side, so the longest time counts."""
    whole = Tally()
    for tally in tallies:
        whole.seconds = max(whole.seconds, tally.seconds)
        whole.told |= tally.told
        whole.checks |= tally.checks
        for one in fields(Tally):
            if one.name not in ("seconds", "told", "checks"):
                setattr(whole, one.name, getattr(whole, one.name) + getattr(tally, one.name))
    return whole
