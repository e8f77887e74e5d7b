"""Named in DATABASES as the engine; Django takes `DatabaseWrapper` from here."""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes no connection from the pool that the server has ended meanwhile.

    After a restart of the database all that wait in the pool are such. psycopg's own check asks the
    server before each use, and sleeps for seconds after each that it finds lost. Here the operating
    system is asked, which knows at once and without the server: what was lost is thrown away until
    the pool has a new one.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that works, as far as this machine knows. Raises OperationalError."""
        while True:
            connection = super().get_new_connection(conn_params)
            if self.pool is None or not _is_ended(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)  # which has another made


def _is_ended(connection: Any) -> bool:
    """Nothing was asked, so there is nothing to read: unless the server has said good-bye."""
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN)
    return bool(waiting.poll(0))
