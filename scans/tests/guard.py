"""The guard of the access log, taken away: for the databases of tests alone."""

from typing import Any

from scans.look_up_guard import TABLE, standing


def take_down(database: Any) -> None:
    """Drop the triggers. What empties the tables after a test cannot empty a guarded one."""
    with database.cursor() as cursor:
        for name in standing(database):
            of_table = f" ON {TABLE}" if database.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{of_table}")
