"""PURE. Which checkpoints a supervisor looks at first, and why. docs/supervisors.md words it.

A code is what is the matter, the gravest first. Checkpoints are sorted by their level, then by
their gravest code, then by how much goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# The gravest first: who must be stopped, then who is not there, then who waits, then what is slow.
CRITICAL_ALERT = "critical_alert"
HIGH_ALERT = "high_alert"
LANE_SILENT = "lane_silent"
NOBODY_THERE = "nobody_there"
NO_SCANS = "no_scans"
BUSY = "busy"
SLOW = "slow"
DEVICE_TROUBLE = "device_trouble"
CODES = (
    CRITICAL_ALERT,
    HIGH_ALERT,
    LANE_SILENT,
    NOBODY_THERE,
    NO_SCANS,
    BUSY,
    SLOW,
    DEVICE_TROUBLE,
)
ACT, LOOK, CALM = 2, 1, 0
ACT_ON = frozenset({CRITICAL_ALERT, HIGH_ALERT, LANE_SILENT})

# A lane that is online and gives nothing for so long, where it usually has a scan a minute or more.
NO_SCANS_MS = 10 * 60_000
USUALLY_BUSY = 1.0
# The queue grows where, over five minutes, half as much again as usual comes, and no trickle.
BUSY_TIMES, BUSY_FROM = 1.5, 5.0
# Where there is nothing to compare with, this many a minute for each lane is more than it can take.
BUSY_A_LANE = 12.0
SLOW_MS, SLOW_SCANS = 2000, 10


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a checkpoint. `a_minute` is the mean of the last five minutes."""

    lanes_online: int
    lanes_silent: int
    scans: int
    a_minute: float
    usual: float | None
    since_last_scan_ms: int | None
    p95_ms: int | None
    has_trouble: bool = False
    worst_alert: str = ""


def what_is_the_matter(facts: Facts) -> tuple[str, ...]:
    """The codes that hold, in the order of CODES."""
    holds = {
        CRITICAL_ALERT: facts.worst_alert == "critical",
        HIGH_ALERT: facts.worst_alert == "high",
        LANE_SILENT: facts.lanes_silent > 0,
        NOBODY_THERE: not facts.lanes_online and not facts.lanes_silent and facts.scans > 0,
        NO_SCANS: _gives_nothing(facts),
        BUSY: _is_busy(facts),
        SLOW: (facts.p95_ms or 0) > SLOW_MS and facts.scans >= SLOW_SCANS,
        DEVICE_TROUBLE: facts.has_trouble,
    }
    return tuple(code for code in CODES if holds[code])


def level_of(codes: Sequence[str]) -> int:
    """ACT, LOOK or CALM."""
    if not codes:
        return CALM
    return ACT if ACT_ON & set(codes) else LOOK


def urgency(level: int, codes: Sequence[str], last_minute: int) -> tuple[int, int, int]:
    """Sorts the most urgent first. static/js/attention.js sorts the board on the page so."""
    return -level, CODES.index(codes[0]) if codes else len(CODES), -last_minute


def _gives_nothing(facts: Facts) -> bool:
    if not facts.lanes_online or (facts.usual or 0) < USUALLY_BUSY:
        return False
    return facts.since_last_scan_ms is None or facts.since_last_scan_ms >= NO_SCANS_MS


def _is_busy(facts: Facts) -> bool:
    if facts.a_minute < BUSY_FROM:
        return False
    if facts.usual:
        return facts.a_minute >= BUSY_TIMES * facts.usual
    return facts.a_minute >= BUSY_A_LANE * max(1, facts.lanes_online)
