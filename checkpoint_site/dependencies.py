"""What the site depends on, each as one question: it returns, or raises whatever went wrong."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from redis import Redis

from checkpoint_site import backends
from checkpoint_site.probes import Absent
from permits import keys
from scans import redis_address, redis_cluster

LEAST_FREE_BYTES = 16 * 1024 * 1024  # room for the write-ahead log of some thousand scans


class NotApplied(Exception):
    """The code has migrations that the database has not."""


class NoRoom(Exception):
    """The disk is full."""


@contextmanager
def fresh_connection(**changes: Any) -> Iterator[BaseDatabaseWrapper]:
    """A new connection to the database beside the pool, closed afterwards.

    Opened anew, it cannot hang on a server that has gone, and a busy pool does not look like a
    database that is away. `changes` are to Django's settings of it, such as another NAME.
    """
    connection = connections["default"].copy()
    connection.settings_dict["OPTIONS"].pop("pool", None)
    connection.settings_dict.update(changes)
    try:
        connection.ensure_connection()
        yield connection
    finally:
        connection.close()


def database_round_trip() -> None:
    """Connect and ask."""
    with fresh_connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations_applied() -> None:
    """Every migration of this code. A newer database is well: its code is being rolled out."""
    with fresh_connection() as connection:
        if not last_migrations() <= applied_migrations(connection):
            raise NotApplied


def applied_migrations(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """The app and name of each that this database has.

    Django's own recorder would ask the database of the same alias, by the pool, and not this one.
    """
    if "django_migrations" not in connection.introspection.table_names():
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(app, name) for app, name in cursor.fetchall()}


@cache
def last_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app in this code."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    return frozenset(graph.leaf_nodes())


def keys_present() -> None:
    """The keys that sign and verify travel codes."""
    keys.load()


def storage_writable() -> None:
    """Where the database is a file: its folder can be written to, and has room."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        raise Absent
    folder = Path(connection.settings_dict["NAME"]).parent
    if not os.access(folder, os.W_OK):
        raise PermissionError
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        raise NoRoom


def redis_round_trip() -> None:
    """Connect and ask."""
    with redis_client() as client:
        client.ping()


@contextmanager
def redis_client() -> Iterator["Redis"]:
    """A connection to Redis, closed afterwards. Raises Absent where there is no REDIS_URL.

    Of a cluster to one node that answers.
    """
    if not settings.REDIS_URL:
        raise Absent
    is_cluster = redis_address.is_cluster(settings.REDIS_URL)
    connect = redis_cluster.any_node if is_cluster else Redis.from_url
    client = connect(
        settings.REDIS_URL,
        socket_connect_timeout=backends.REDIS_SECONDS,
        socket_timeout=backends.REDIS_SECONDS,
    )
    try:
        yield client
    finally:
        client.close()
