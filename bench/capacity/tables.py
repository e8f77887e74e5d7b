"""The tables of docs/scaling.md."""

from collections.abc import Callable, Iterable

from bench.capacity import costs
from bench.capacity.costs import all_known
from bench.capacity.country import YEAR_DAYS, Country, Load, traffics
from bench.capacity.simulate import Site, Times, open_arrivals

KEPT_DAYS = 90  # what a retention of three months keeps
DATABASE_CORES = 8
SCANS_A_PROCESS = 100  # a second: with their frames these take two thirds of the lock
LOCK_LEFT = 0.6
LEAST_SCANS, SEED = 20_000, 1  # or those of a second, where these are more
RATES = (500, 4_200, 8_000, 12_000, 16_000, 32_000, 64_000)
Row = tuple[str, Callable[[Load], float], str]

DEMAND: tuple[Row, ...] = (
    ("scans a day", lambda load: load.scans_a_day, ""),
    ("scans a second, mean", lambda load: load.mean_scans, ""),
    ("scans a second, busiest", lambda load: load.scans, ""),
    ("frames a second", lambda load: load.frames, ""),
    ("of them from lanes without a code", lambda load: load.idle_lanes * costs.IDLE_FRAMES, ""),
    ("in, a second", lambda load: load.bytes_in, "B"),
    ("out, a second", lambda load: load.bytes_out, "B"),
)
SERVERS: tuple[Row, ...] = (
    ("open lanes", lambda load: load.country.all_lanes, ""),
    ("server processes", lambda load: load.processes, ""),
    ("their cores, decoding included", lambda load: load.server_cores, ""),
    ("memory of open lanes", lambda load: load.socket_memory, "B"),
)
DATABASE: tuple[Row, ...] = (
    ("checks in a transaction", lambda load: load.batch, ""),
    ("commits a second", lambda load: load.transactions, ""),
    ("of them sockets that are still there", lambda load: load.rechecks, ""),
    ("cores of the primary", lambda load: load.database_cores, ""),
    ("connections", lambda load: load.connections, ""),
    ("write-ahead log, a second", lambda load: load.log_bytes, "B"),
)
STORAGE: tuple[Row, ...] = (
    ("a day", lambda load: load.storage(1), "B"),
    ("30 days", lambda load: load.storage(30), "B"),
    (f"kept with {KEPT_DAYS} days of retention", lambda load: load.storage(KEPT_DAYS), "B"),
    ("a year, nothing dropped", lambda load: load.storage(YEAR_DAYS), "B"),
)
REDIS: tuple[Row, ...] = (
    ("commands a second", lambda load: load.redis_commands, ""),
    ("dashboards", lambda load: load.country.dashboards, ""),
    ("one count of the last hour", lambda load: load.totals_seconds, "s"),
    ("the board, once to each", lambda load: load.board_bytes, "B"),
)
PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def known() -> str:
    """What is put in, and how it is known."""
    rows = [(one.text, _exact(one, one.unit), one.source) for one in all_known()]
    return _table(("put in", "value", "known from"), rows)


def demand() -> str:
    """What comes in and goes out."""
    return _of_each_traffic("the whole country", DEMAND)


def servers() -> str:
    """Sockets, processes, cores."""
    return _of_each_traffic("servers", SERVERS)


def database() -> str:
    """What the primary bears."""
    return _of_each_traffic("the primary", DATABASE)


def storage() -> str:
    """Rows and indexes of scans."""
    return _of_each_traffic("scans with their indexes", STORAGE)


def redis() -> str:
    """Redis and the dashboards."""
    return _of_each_traffic("Redis and dashboards", REDIS)


def rechecks() -> str:
    """What the pause between two looks at a socket's access costs."""
    columns = [Country(recheck_seconds=seconds) for seconds in (10.0, 30.0, 60.0)]
    loads = [Load(country, traffics(country.lanes)[0]) for country in columns]
    head = ("as in Hanoi", *(f"{country.recheck_seconds:.0f} s" for country in columns))
    rows = [
        (name, *(_short(value(load), unit) for load in loads))
        for name, value, unit in (SERVERS[2], DATABASE[1], DATABASE[3], DATABASE[5])
    ]
    return _table(head, rows)


def simulation() -> str:
    """Waits as the scans grow towards what one database bears."""
    head = ("scans a second", "processes", "checks in a transaction", "database busy")
    rows = [_simulated(rate) for rate in RATES]
    return _table((*head, "p50", "p95", "p99"), rows)


def _simulated(rate: int) -> tuple[str, ...]:
    processes = -(-rate // SCANS_A_PROCESS)
    site = Site(processes, DATABASE_CORES, LOCK_LEFT)
    seen = open_arrivals(site, country_times(), rate=rate, checks=max(LEAST_SCANS, rate), seed=SEED)
    waits = [f"{_three_digits(seen.wait(percent))} ms" for percent in (50, 95, 99)]
    busy = f"{100 * seen.database_busy:.0f} %"
    return (f"{rate:,}", f"{processes:,}", _three_digits(seen.batch), busy, *waits)


def country_times() -> Times:
    """Each step's milliseconds, from what was measured."""
    return Times(
        message=costs.MESSAGE_MS,
        batch=costs.BATCH_MS,
        check=costs.CHECK_MS - costs.SIGNATURE_MS,
        unlocked=costs.SIGNATURE_MS,
        db_batch=costs.DB_BATCH_MS,
        db_check=costs.DB_CHECK_MS,
        commit=costs.COMMIT_MS,
        decode=costs.CODE_FRAME_MS - costs.MESSAGE_MS,
    )


def _of_each_traffic(name: str, rows: Iterable[Row]) -> str:
    country = Country()
    loads = [Load(country, traffic) for traffic in traffics(country.lanes)]
    body = [(text, *(_short(value(load), unit) for load in loads)) for text, value, unit in rows]
    return _table((name, *(load.traffic.name for load in loads)), body)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _exact(value: float, unit: str) -> str:
    return f"{value:,.6g} {unit}".rstrip()


def _short(value: float, unit: str) -> str:
    """Three digits that count, for these are estimates; bytes with a prefix."""
    if unit == "B":
        scale, prefix = next((p for p in PREFIXES if value >= p[0]), (1.0, ""))
        return f"{_three_digits(value / scale)} {prefix}B"
    return f"{_three_digits(value)} {unit}".rstrip()


def _three_digits(value: float) -> str:
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"
