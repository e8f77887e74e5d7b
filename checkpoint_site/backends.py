"""What DATABASE_URL and REDIS_URL lead to: SQLite and memory alone, or PostgreSQL and Redis."""

from pathlib import Path
from typing import Any

import dj_database_url

from scans import redis_address

# WAL lets readers work while a batch of scans is written. IMMEDIATE takes the write lock at the
# start, so that two writers wait for each other and neither fails half-way. synchronous=FULL makes
# a commit survive a power cut: a verdict is sent after its commit, and must not outlive its scan.
SQLITE_PRAGMAS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -65536;
    PRAGMA mmap_size = 1073741824;
    PRAGMA temp_store = MEMORY;
"""
SQLITE_LOCK_SECONDS = 10
CONNECT_SECONDS = 3
# A statement that takes longer is not a check's: the connection may serve somebody else.
STATEMENT_MS, LOCK_MS = 30_000, 5_000
# A server that has gone without a word is noticed within about ten seconds, whether it owes an
# answer or not.
KEEPALIVES = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}
REPLICA_SECONDS = 1.0
REDIS_SECONDS = 1.0
LOCAL_CACHE_ENTRIES = 100_000  # Django's 300 counts would be thrown out before they count


def database(url: str, *, data_dir: Path, pool_size: int) -> dict[str, Any]:
    """Django's settings for one database. An empty `url` is an SQLite file in `data_dir`."""
    if not url:
        return _sqlite({"NAME": data_dir / "checkpoint.sqlite3"}, data_dir)
    parsed = dict(dj_database_url.parse(url))
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        return _sqlite(parsed, data_dir)
    return _postgresql(parsed, pool_size)


def _sqlite(parsed: dict[str, Any], data_dir: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": parsed["NAME"],
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_LOCK_SECONDS,
            "init_command": SQLITE_PRAGMAS,
        },
        # A file, since the executors' threads have connections of their own.
        "TEST": {"NAME": data_dir / "test.sqlite3"},
    }


def _postgresql(parsed: dict[str, Any], pool_size: int) -> dict[str, Any]:
    options = {
        "pool": {
            "min_size": min(2, pool_size),
            "max_size": pool_size,
            "timeout": CONNECT_SECONDS,
            # After this long a new attempt begins with the next question, not later and later.
            "reconnect_timeout": CONNECT_SECONDS,
        },
        "connect_timeout": CONNECT_SECONDS,
        "options": f"-c statement_timeout={STATEMENT_MS} -c lock_timeout={LOCK_MS}",
        **KEEPALIVES,
        **parsed.get("OPTIONS", {}),
    }
    # The engine is Django's, and finds lost connections without asking the server each time.
    ours = {"ENGINE": "checkpoint_site.postgresql", "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    return {**parsed, **ours, "OPTIONS": options}


def replica(url: str, *, pool_size: int) -> dict[str, Any]:
    """Django's settings for a replica of the database, which is only ever read."""
    settings = _postgresql(dict(dj_database_url.parse(url)), pool_size)
    options = settings["OPTIONS"]
    options["options"] += " -c default_transaction_read_only=on"
    # The primary can answer in its place: nobody waits long for it, not even after a pulled cable.
    options["pool"]["timeout"] = REPLICA_SECONDS
    options["tcp_user_timeout"] = int(1000 * REPLICA_SECONDS)
    # In tests its queries see what the test has written.
    return {**settings, "TEST": {"MIRROR": "default"}}


def cache(redis_url: str) -> dict[str, Any]:
    """Django's settings for the cache, which holds the counts of the rate limits."""
    if not redis_url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": LOCAL_CACHE_ENTRIES},
        }
    options: dict[str, Any] = {
        # While Redis is away the limits are off, and every page works.
        "IGNORE_EXCEPTIONS": True,
        "SOCKET_CONNECT_TIMEOUT": REDIS_SECONDS,
        "SOCKET_TIMEOUT": REDIS_SECONDS,
    }
    if redis_address.is_cluster(redis_url):
        options["CONNECTION_FACTORY"] = "scans.redis_cluster.CacheConnections"
    # As a list: the address of a cluster has commas in it.
    location = [redis_url]
    return {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": location, "OPTIONS": options}


def channel_layer(redis_url: str) -> dict[str, Any]:
    """Channels' settings for the hints between sockets, of this process or of all."""
    if not redis_url:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    if redis_address.is_cluster(redis_url):
        cluster = {"address": redis_url, "connect_seconds": REDIS_SECONDS, "prefix": "checkpoint"}
        return {"BACKEND": "scans.redis_cluster.HintLayer", "CONFIG": cluster}
    host = {"address": redis_url, "socket_connect_timeout": REDIS_SECONDS}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [host], "prefix": "checkpoint"},
    }
