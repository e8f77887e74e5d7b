"""A moment as a number, made by the database: of a thousand rows a second that is seen."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Func
from django.db.models.sql.compiler import SQLCompiler

SQLITE = (
    "(CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS INTEGER) * 1000"
    " + CAST(substr(%(expressions)s, 21, 3) AS INTEGER))"
)
POSTGRESQL = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s) * 1000)::bigint"

SQL = tuple[str, Any]


class Milliseconds(Func):
    """Of a column: whole milliseconds since 1970, as scans/times.py makes them."""

    arity = 1
    output_field = BigIntegerField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> SQL:
        """A moment is kept as text there, of UTC: `2021-09-06 07:30:00.123456`. It is cut, since
        strftime would round it.
        """
        return self.as_sql(compiler, connection, template=SQLITE)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> SQL:
        """EXTRACT gives a numeric, which has every microsecond."""
        return self.as_sql(compiler, connection, template=POSTGRESQL)
