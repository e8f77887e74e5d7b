"""A page's answer when it is asked for a table to take away: `?export=NAME.csv` at its address.

It is the page's own address with the page's own filters, so that its guard and its filters hold for
the export too. Headers: `X-Rows` how many rows there will be, where that is known; `X-Export` how
it ended (progress.Ending), where that is known beforehand. A CSV says it in its last line.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, override

from permits.exports import delimited, paper, workbook
from permits.exports.progress import Ending
from permits.exports.table import Export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "pdf": "application/pdf"}
PARAMETER = "export"


class Asked(NamedTuple):
    """Which of the page's tables, and as what."""

    name: str
    ending: str

    @classmethod
    def of(cls, name: str, ending: str) -> "Asked":
        """Raises Http404 for a file of another kind than there are."""
        if not name or ending not in TYPES:
            raise Http404
        return cls(name, ending)


def asked_for(request: HttpRequest) -> Asked | None:
    """What the address asks for; None where it is the page itself. Raises Http404 for nonsense."""
    text = request.GET.get(PARAMETER)
    if text is None:
        return None
    name, _dot, ending = text.rpartition(".")
    return Asked.of(name, ending)


def answer(
    asked: Asked, exports: Mapping[str, Callable[[], Export]], *, now: datetime
) -> HttpResponseBase:
    """The file. `exports` makes each that the page has. Raises Http404 for any other."""
    if asked.name not in exports:
        raise Http404
    export = exports[asked.name]()
    response = _response(export, asked.ending, now)
    response["Content-Type"] = TYPES[asked.ending]
    response["Content-Disposition"] = f'attachment; filename="{export.name}.{asked.ending}"'
    response["Cache-Control"] = "no-store"
    if export.count is not None:
        response["X-Rows"] = str(export.count)
    return response


def whole_file(export: Export, ending: str, *, now: datetime) -> tuple[bytes, Ending]:
    """An XLSX or PDF, and how it ended."""
    return workbook.write(export) if ending == "xlsx" else paper.write(export, now=now)


def _response(export: Export, ending: str, now: datetime) -> HttpResponseBase:
    if ending == "csv":
        return Streamed(delimited.chunks(export))
    content, ended = whole_file(export, ending, now=now)
    response = HttpResponse(content)
    response["X-Export"] = ended.value
    return response


class Streamed(StreamingHttpResponse):
    """Sent as it is made, also by an ASGI server: Django itself would first make all of it."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__(_in_language(chunks, get_language()))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = iter(self)
        # In the request's own thread, which has its connection to the database.
        following = sync_to_async(lambda: next(chunks, None), thread_sensitive=True)
        while (chunk := await following()) is not None:
            yield chunk


def _in_language(chunks: Iterator[bytes], language: str | None) -> Iterator[bytes]:
    """The chunks, each made in the language of the request, which has ended by then."""
    while True:
        with override(language):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
