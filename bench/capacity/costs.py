"""What one frame, one scan, one socket costs, and from where that is known."""

from typing import Self

# How a figure is known.
MEASURED = "measured: `bench/capacity/measure.py`"
MEASURED_FRAMES = "measured: `bench/capacity/measure_frames.py`"
FIELD = "the field: Hanoi, September 2021, 23 checkpoints in one day"
ASSUMED = "assumed"


class Known(float):
    """A figure that says what it is and how it is known."""

    text: str
    unit: str
    source: str

    def __new__(cls, value: float, unit: str, text: str, source: str) -> Self:
        """The value calculates as any number does."""
        known = super().__new__(cls, value)
        known.text, known.unit, known.source = text, unit, source
        return known


# --- The field ------------------------------------------------------------------------------------

VEHICLES_A_DAY = Known(9_786, "", "vehicles checked in one day", FIELD)
CODES_A_VEHICLE = Known(2, "", "codes held up from one vehicle", ASSUMED)
RUSH_HOUR_SHARE = Known(0.10, "", "share of the day's vehicles in its busiest hour", ASSUMED)
RUSH_MINUTE = Known(2, "", "busiest minute of that hour, to its mean", ASSUMED)
FASTEST_SECONDS = Known(
    3, "s", "from one driver's code to the next in a queue", "the field: a scan took 2 to 5 s"
)

# --- Frames ---------------------------------------------------------------------------------------

FRAMES_A_CODE = Known(
    10, "", "frames while a code is shown and taken away", "scene `busy` of the load tool"
)
CODE_FRAMES_A_CODE = Known(6, "", "of them with the code in view", "scene `busy`")
IDLE_FRAMES = Known(
    0.4, "1/s", "frames of a lane past which vehicles drive without stopping", "scene `idle`"
)
FRAME_BYTES = Known(
    17_000, "B", "a camera's frame, 640x480", "measured: the page in Chromium, a fake camera"
)
FRAME_MS = Known(1.6, "ms", "processor time of a frame without a code", MEASURED_FRAMES)
CODE_FRAME_MS = Known(
    1.9, "ms", "processor time of a frame with a code still in view", MEASURED_FRAMES
)
MESSAGE_MS = Known(0.33, "ms", "of each, what no second thread can do meanwhile", MEASURED)

# --- A check --------------------------------------------------------------------------------------

BATCH_MS = Known(1.0, "ms", "server's processor time for a batch of checks", MEASURED)
CHECK_MS = Known(0.21, "ms", "and for each check in it", MEASURED)
SIGNATURE_MS = Known(0.13, "ms", "of that the signature, beside other threads", MEASURED)
DB_BATCH_MS = Known(0.9, "ms", "PostgreSQL's processor time for a batch", MEASURED)
DB_CHECK_MS = Known(0.07, "ms", "and for each check in it", MEASURED)
COMMIT_MS = Known(1.0, "ms", "until a disk has kept a commit", ASSUMED)
SCAN_BYTES = Known(510, "B", "a scan's row", MEASURED)
INDEX_BYTES = Known(160, "B", "a scan's entries in four indexes", MEASURED)
WAL_BYTES = Known(700, "B", "a scan in the write-ahead log", MEASURED)

# --- A socket -------------------------------------------------------------------------------------

SOCKET_BYTES = Known(30_000, "B", "server's memory for an open lane", MEASURED_FRAMES)
RECHECK_MS = Known(2.0, "ms", "server's processor time to look again at a lane's access", MEASURED)
DB_RECHECK_MS = Known(0.7, "ms", "PostgreSQL's", MEASURED)
RECHECK_WAL_BYTES = Known(380, "B", "its `last_seen_at` in the write-ahead log", MEASURED)
TOTALS_US = Known(0.3, "µs", "to count one scan of the last hour for a dashboard", MEASURED)

# --- Room -----------------------------------------------------------------------------------------

BUSY_SHARE = Known(0.6, "", "how busy a core may be on average", ASSUMED)
SOCKETS_A_PROCESS = Known(500, "", "open lanes of one server process", ASSUMED)


def all_known() -> list[Known]:
    """Every figure, in the order of this file."""
    return [value for value in globals().values() if isinstance(value, Known)]
