"""PURE. What a country's checkpoints need: scans, bytes, connections, processes, storage."""

from dataclasses import dataclass

from bench.capacity import costs, messages

DAY_SECONDS, HOUR_SECONDS, YEAR_DAYS = 86_400, 3_600, 365
HANOI_CHECKPOINTS = 23
LARGEST_BATCH = 128  # scans/pool.py
RENEW_SECONDS, HINT_SECONDS = 1.5, 0.1  # scans/recent.py, scans/events.py
# A process: its writer, its two readers, and as many again for pages and the API.
CONNECTIONS_A_PROCESS = 6
# A WebSocket's and a TCP packet's heads, of a small message.
HEAD_BYTES = 60


@dataclass(frozen=True)
class Traffic:
    """How many codes one lane is shown: in a day, and a second at the busiest moment."""

    name: str
    scans_a_day: float
    peak: float


@dataclass(frozen=True)
class Country:
    """So many checkpoints, and who looks at them."""

    provinces: int = 63
    checkpoints: int = 50
    lanes: int = 4
    dashboards_a_province: int = 2
    recheck_seconds: float = 10.0

    @property
    def all_checkpoints(self) -> int:
        """Of the country."""
        return self.provinces * self.checkpoints

    @property
    def all_lanes(self) -> int:
        """Of the country: each has an open socket, day and night."""
        return self.all_checkpoints * self.lanes

    @property
    def dashboards(self) -> int:
        """Each with a socket of its own."""
        return self.provinces * self.dashboards_a_province


def traffics(lanes: int) -> tuple[Traffic, ...]:
    """As it was in Hanoi; a queue at every lane for four hours a day; and the worst there is."""
    hanoi = costs.VEHICLES_A_DAY / HANOI_CHECKPOINTS / lanes * costs.CODES_A_VEHICLE
    rush = hanoi * costs.RUSH_HOUR_SHARE * costs.RUSH_MINUTE / HOUR_SECONDS
    queues = 4 * HOUR_SECONDS / 10 + 20 * HOUR_SECONDS / 60
    worst = 1 / costs.FASTEST_SECONDS
    return (
        Traffic("as in Hanoi", hanoi, rush),
        Traffic("queues", queues, 1 / 10),
        Traffic("every lane, always", DAY_SECONDS * worst, worst),
    )


@dataclass(frozen=True)
class Load:
    """What a country's traffic means for the engines, at the busiest moment where not said."""

    country: Country
    traffic: Traffic

    # --- What comes -------------------------------------------------------------------------------

    @property
    def scans_a_day(self) -> float:
        return self.traffic.scans_a_day * self.country.all_lanes

    @property
    def scans(self) -> float:
        """A second."""
        return self.traffic.peak * self.country.all_lanes

    @property
    def mean_scans(self) -> float:
        """A second, over the day."""
        return self.scans_a_day / DAY_SECONDS

    @property
    def idle_lanes(self) -> float:
        """Lanes that show no code at a moment, past which vehicles drive."""
        return self.country.all_lanes * (1 - self.traffic.peak * costs.FASTEST_SECONDS)

    @property
    def code_frames(self) -> float:
        """Frames a second with a code in view."""
        return self.scans * costs.CODE_FRAMES_A_CODE

    @property
    def frames(self) -> float:
        """All frames a second."""
        return self.scans * costs.FRAMES_A_CODE + self.idle_lanes * costs.IDLE_FRAMES

    @property
    def bytes_in(self) -> float:
        """A second."""
        return self.frames * costs.FRAME_BYTES

    @property
    def bytes_out(self) -> float:
        """A second: a verdict for each code in view, and each frame's end."""
        verdict = messages.verdict_bytes() + HEAD_BYTES
        return self.code_frames * verdict + self.frames * (messages.frame_done_bytes() + HEAD_BYTES)

    # --- Server processes -------------------------------------------------------------------------

    @property
    def rechecks(self) -> float:
        """Sockets a second that ask whether their user may stay, and say that they are there."""
        return (self.country.all_lanes + self.country.dashboards) / self.country.recheck_seconds

    @property
    def processes(self) -> int:
        """One process uses one core for what Python's lock holds, and has so many sockets."""
        locked_ms = (
            self.frames * costs.MESSAGE_MS
            + self.scans * (costs.CHECK_MS - costs.SIGNATURE_MS)
            + self.rechecks * costs.RECHECK_MS
        )
        by_time = locked_ms / 1000 / costs.BUSY_SHARE
        by_sockets = self.country.all_lanes / costs.SOCKETS_A_PROCESS
        return _up(max(by_time, by_sockets))

    @property
    def batch(self) -> float:
        """Checks that gather in one process while its last batch is worked on."""
        rate = self.scans / self.processes / 1000
        fixed = costs.BATCH_MS + costs.DB_BATCH_MS + costs.COMMIT_MS
        spared = 1 - rate * (costs.CHECK_MS + costs.DB_CHECK_MS)
        return LARGEST_BATCH if spared <= 0 else min(LARGEST_BATCH, max(1, rate * fixed / spared))

    @property
    def server_cores(self) -> int:
        """Of all server processes, decoding included."""
        ms = (
            self.code_frames * costs.CODE_FRAME_MS
            + (self.frames - self.code_frames) * costs.FRAME_MS
            + self.scans * (costs.CHECK_MS + costs.BATCH_MS / self.batch)
            + self.rechecks * costs.RECHECK_MS
        )
        return _up(ms / 1000 / costs.BUSY_SHARE)

    @property
    def socket_memory(self) -> float:
        """Bytes of all open lanes, beside about 120 MB a process."""
        return self.country.all_lanes * costs.SOCKET_BYTES

    # --- The database -----------------------------------------------------------------------------

    @property
    def transactions(self) -> float:
        """Commits a second: batches of checks, and sockets that are still there."""
        return self.scans / self.batch + self.rechecks

    @property
    def database_cores(self) -> int:
        """Of the primary."""
        checks = self.scans * (costs.DB_CHECK_MS + costs.DB_BATCH_MS / self.batch)
        return _up((checks + self.rechecks * costs.DB_RECHECK_MS) / 1000 / costs.BUSY_SHARE)

    @property
    def connections(self) -> int:
        """To the primary."""
        return self.processes * CONNECTIONS_A_PROCESS

    @property
    def log_bytes(self) -> float:
        """A second, to the disk and to each replica."""
        return self.scans * costs.WAL_BYTES + self.rechecks * costs.RECHECK_WAL_BYTES

    def storage(self, days: float) -> float:
        """Bytes of so many days' scans with their indexes."""
        return self.scans_a_day * days * (costs.SCAN_BYTES + costs.INDEX_BYTES)

    # --- Redis and the dashboards -----------------------------------------------------------------

    @property
    def redis_commands(self) -> float:
        """A second: a claim for each scan, its renewals, and the processes' hints."""
        renewals = costs.FASTEST_SECONDS / RENEW_SECONDS
        hints = min(self.processes / HINT_SECONDS, self.scans / self.batch)
        return self.scans * (1 + renewals) + hints

    @property
    def totals_seconds(self) -> float:
        """To count the last hour once, after an hour of the busiest moment: each process does so
        when its first dashboard opens, and then counts on.
        """
        return self.scans * HOUR_SECONDS * costs.TOTALS_US / 1e6

    @property
    def board_bytes(self) -> float:
        """Of the whole board, as a dashboard of the country gets it once; then what changes."""
        return messages.board_bytes(self.country.all_checkpoints)


def _up(value: float) -> int:
    """The next whole number, at least one."""
    return max(1, -int(-value // 1))
