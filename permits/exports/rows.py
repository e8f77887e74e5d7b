"""The rows of a long table by chunks: no query stays open while a slow reader takes them."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
CHUNK = 1_000


def in_chunks(rows: QuerySet[Row], *, chunk: int = CHUNK) -> Iterator[Row]:
    """All rows, the newest first: by falling primary key, whatever order they had."""
    newest_first = rows.order_by("-pk")
    some = list(newest_first[:chunk])
    while some:
        yield from some
        if len(some) < chunk:
            return
        some = list(newest_first.filter(pk__lt=some[-1].pk)[:chunk])
