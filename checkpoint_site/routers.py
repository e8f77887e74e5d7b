"""Which database a query goes to, where DATABASE_REPLICA_URL names a second one."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from scans import replica


class ReplicaRouter:
    """All to the primary, but what scans/replica.py lets go to the replica.

    A replica has the primary's rows: objects of both belong together, and it is not migrated.
    """

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return replica.chosen()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == replica.REPLICA else None
