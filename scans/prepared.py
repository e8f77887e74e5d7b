"""Queries and inserts that the ORM puts together once, and that then run with other values.

To turn a query into SQL costs Django about a millisecond, ten times what it costs SQLite to run
it, and a batch of checks has four of them; to insert a row as a model instance costs a fifth of
one. So the SQL is kept, and a list of values is one parameter of it, whatever its length. Values
still go to the database as parameters, and rows come back through Django's own converters.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

import msgspec
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, ForeignKey, Lookup, Model, QuerySet

Values = Sequence[Any]
Query = QuerySet[Any, tuple[Any, ...]]


class Slot:
    """Stands in a prepared query for the values that each run has."""

    def __init__(self, number: int) -> None:
        self.number = number


@ForeignKey.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`field__any_of=slot`: as `field__in`, but the list is one parameter."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """SQLite takes the list as JSON."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", [*parameters, self.rhs]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """As an array. Without the cast its type would go by the size of the numbers in it."""
        left, parameters = self.process_lhs(compiler, connection)
        is_number = self.lhs.output_field.rel_db_type(connection) == "bigint"
        cast = "::bigint[]" if is_number else ""
        return f"{left} = ANY(%s{cast})", [*parameters, self.rhs]


class PreparedQuery:
    """A query over one or more lists of values.

    `build` makes the query set, ending in `values_list`, from one Slot for each list, to be used
    with `any_of`. None of its other values may change from call to call.
    """

    def __init__(self, build: Callable[..., Query], *, lists: int = 1) -> None:
        self._build = build
        self._lists = lists

    def rows(self, *lists: Values) -> Iterator[tuple[Any, ...]]:
        """The rows for these values. An empty list finds nothing."""
        database = connections[DEFAULT_DB_ALIAS]
        as_parameter = list if database.vendor == "postgresql" else _as_json
        sql, template = self._compiled
        parameters = [
            as_parameter(lists[part.number]) if isinstance(part, Slot) else part
            for part in template
        ]
        found = _fetch(database, sql, parameters)
        if not self._converters:
            return iter(found)
        return map(tuple, self._compiler.apply_converters(found, self._converters))

    @cached_property
    def _compiler(self) -> Any:
        query = self._build(*(Slot(number) for number in range(self._lists))).query
        return query.get_compiler(DEFAULT_DB_ALIAS)

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        sql, template = self._compiler.as_sql()
        return sql, template

    @cached_property
    def _converters(self) -> dict[int, Any]:
        """What Django makes of a column's value, by its place. Known once the SQL is."""
        columns = [column for column, _sql, _alias in self._compiler.select]
        converters: dict[int, Any] = self._compiler.get_converters(columns)
        return converters


class PreparedInsert:
    """Inserts rows of a model, its key left to the database.

    A row has a value for each of the model's fields but the key, in their order.
    """

    def __init__(self, model: type[Model]) -> None:
        self._table = model._meta.db_table
        self._columns = [f for f in model._meta.local_concrete_fields if not f.primary_key]

    def insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows. Raises IntegrityError as Django does."""
        if not rows:
            return
        database = connections[DEFAULT_DB_ALIAS]
        if database.vendor == "postgresql":
            _copy(database, self._copy_sql, self._types, rows)
            return
        columns = [
            map(convert, column) if convert else column
            for convert, column in zip(self._converters, zip(*rows, strict=True), strict=True)
        ]
        with database.cursor() as cursor:
            cursor.executemany(self._insert_sql, list(zip(*columns, strict=True)))

    @cached_property
    def _names(self) -> str:
        return ", ".join(f'"{field.column}"' for field in self._columns)

    @cached_property
    def _insert_sql(self) -> str:
        marks = ", ".join(["%s"] * len(self._columns))
        return f"INSERT INTO {self._table} ({self._names}) VALUES ({marks})"  # noqa: S608

    @cached_property
    def _copy_sql(self) -> str:
        return f"COPY {self._table} ({self._names}) FROM STDIN (FORMAT BINARY)"

    @cached_property
    def _types(self) -> list[str]:
        database = connections[DEFAULT_DB_ALIAS]
        return [(field.rel_db_type(database) or "").split("(")[0] for field in self._columns]

    @cached_property
    def _converters(self) -> list[Callable[[Any], Any] | None]:
        return [_SQLITE_CONVERTERS.get(field.get_internal_type()) for field in self._columns]


def _sqlite_time(moment: datetime) -> str:
    """As Django writes an aware time: in UTC, without its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _as_json(values: Any) -> str:
    return msgspec.json.encode(values).decode()


_SQLITE_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "UUIDField": attrgetter("hex"),
    "DateTimeField": _sqlite_time,
    "DateField": date.isoformat,
    "JSONField": _as_json,
}


def _fetch(database: Any, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """On PostgreSQL with a statement that the server has planned already."""
    with database.cursor() as cursor:
        if database.vendor != "postgresql":
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
        with database.wrap_database_errors, psycopg.Cursor(database.connection) as prepared:
            prepared.execute(sql, parameters, prepare=True)
            return list(prepared.fetchall())


def _copy(database: Any, sql: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with (
        database.cursor(),  # connects where need be
        database.wrap_database_errors,
        psycopg.Cursor(database.connection) as cursor,
        cursor.copy(sql) as copy,
    ):
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
