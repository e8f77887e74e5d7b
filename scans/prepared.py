"""Queries that the ORM puts together once, and that then run with other values.

To turn a query into SQL costs Django about a millisecond, ten times what it costs SQLite to run
it, and a batch of checks has four of them. So a query with lists of values (`field__in=...`) is
compiled with placeholders in their place, once for each length that is a power of two; a shorter
list is filled up with its last value. The values still go to the database as parameters, and rows
come back through Django's own converters.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Values = Sequence[int] | Sequence[str]


class PreparedQuery:
    """A query over one or more lists of whole numbers or of texts.

    `build` makes the query set, ending in `values_list`, from as many lists as there are `kinds`.
    None of its other values may change from call to call.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any, tuple[Any, ...]]], *kinds: type[int] | type[str]
    ) -> None:
        self._build = build
        self._kinds = kinds
        self._compiled: dict[tuple[int, ...], _Compiled] = {}

    def rows(self, *lists: Values) -> Iterator[tuple[Any, ...]]:
        """The rows for these values. No list may be empty."""
        lengths = tuple(1 << (len(values) - 1).bit_length() for values in lists)
        compiled = self._compiled.get(lengths)
        if compiled is None:
            compiled = self._compiled[lengths] = _Compiled(self._build, self._kinds, lengths)
        return compiled.run(lists)


class _Compiled:
    """A query's SQL for lists of certain lengths, and where in its parameters each value goes."""

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, tuple[Any, ...]]],
        kinds: Sequence[type],
        lengths: Sequence[int],
    ) -> None:
        stand_ins = [
            [_stand_in(kind, which, index) for index in range(length)]
            for which, (kind, length) in enumerate(zip(kinds, lengths, strict=True))
        ]
        self._compiler = build(*stand_ins).query.get_compiler(connection.alias)
        self._sql, self._parameters = self._compiler.as_sql()
        place_of = {
            value: (which, index)
            for which, values in enumerate(stand_ins)
            for index, value in enumerate(values)
        }
        self._places = [
            (position, *place_of[parameter])
            for position, parameter in enumerate(self._parameters)
            if isinstance(parameter, int | str) and parameter in place_of
        ]

    def run(self, lists: Sequence[Values]) -> Iterator[tuple[Any, ...]]:
        parameters = list(self._parameters)
        for position, which, index in self._places:
            values = lists[which]
            parameters[position] = values[min(index, len(values) - 1)]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            found = cursor.fetchall()
        rows: Iterator[tuple[Any, ...]] = self._compiler.results_iter([found], tuple_expected=True)
        return rows


def _stand_in(kind: type, which: int, index: int) -> int | str:
    """A value that no query has of itself, to be found again among the parameters."""
    return -(1 + index + 1_000_000 * (which + 1)) if kind is int else f"stand-in {which} {index}"
