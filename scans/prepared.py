"""Queries and inserts that the ORM puts together once, and that then run with other values.

To turn a query into SQL costs Django about a millisecond, ten times what it costs SQLite to run
it, and a batch of checks has four of them; to insert a row as a model instance costs a fifth of
one. So the SQL is kept, and a list of values is one parameter of it, whatever its length. Values
still go to the database as parameters, and rows come back through Django's own converters.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import psycopg
from django.db import connection
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
        sql, template = self._compiled
        parameters = [
            _as_list(lists[part.number]) if isinstance(part, Slot) else part for part in template
        ]
        found = _fetch(sql, parameters)
        rows: Iterator[tuple[Any, ...]] = self._compiler.results_iter([found], tuple_expected=True)
        return rows

    @cached_property
    def _compiler(self) -> Any:
        query = self._build(*(Slot(number) for number in range(self._lists))).query
        return query.get_compiler(connection.alias)

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        sql, template = self._compiler.as_sql()
        return sql, template


class PreparedInsert:
    """Inserts rows of a model, its key left to the database. Columns in the order of `fields`."""

    def __init__(self, model: type[Model]) -> None:
        self._table = model._meta.db_table
        self._columns = [f for f in model._meta.local_concrete_fields if not f.primary_key]

    @property
    def fields(self) -> list[str]:
        """The names that the values of a row stand for."""
        return [field.attname for field in self._columns]

    def insert(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows. Raises IntegrityError as Django does."""
        if connection.vendor == "postgresql":
            _copy(self._copy_sql, self._types, rows)
            return
        converters = self._converters
        with connection.cursor() as cursor:
            cursor.executemany(
                self._insert_sql,
                [
                    [
                        convert(value) if convert else value
                        for convert, value in zip(converters, row, strict=True)
                    ]
                    for row in rows
                ],
            )

    @cached_property
    def _names(self) -> str:
        return ", ".join(connection.ops.quote_name(str(field.column)) for field in self._columns)

    @cached_property
    def _insert_sql(self) -> str:
        marks = ", ".join(["%s"] * len(self._columns))
        return f"INSERT INTO {self._table} ({self._names}) VALUES ({marks})"  # noqa: S608

    @cached_property
    def _copy_sql(self) -> str:
        return f"COPY {self._table} ({self._names}) FROM STDIN (FORMAT BINARY)"

    @cached_property
    def _types(self) -> list[str]:
        return [(field.rel_db_type(connection) or "").split("(")[0] for field in self._columns]

    @cached_property
    def _converters(self) -> list[Callable[[Any], Any] | None]:
        return [_SQLITE_CONVERTERS.get(field.get_internal_type()) for field in self._columns]


_SQLITE_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "UUIDField": lambda value: value.hex,
    "DateTimeField": lambda value: connection.ops.adapt_datetimefield_value(value),
    "DateField": date.isoformat,
    "JSONField": json.dumps,
}


def _as_list(values: Values) -> Any:
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


def _fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """On PostgreSQL with a statement that the server has planned already."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as prepared:
            prepared.execute(sql, parameters, prepare=True)
            return prepared.fetchall()


def _copy(sql: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with (
        connection.cursor(),
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
        cursor.copy(sql) as copy,
    ):
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
