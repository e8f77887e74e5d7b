"""A file is checked in the background: every cell, before anything is issued."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from permits import tasks
from permits.imports import files, staff, table, watchlist
from permits.imports.cells import CellFault, shown
from permits.imports.headings import match, plain
from permits.imports.rows import CHUNK, GoodRow, StaffRow, WatchlistRow, entry_key, staff_key
from permits.imports.table import BadFile, FileFault, Row, Table
from permits.models import Import, ImportedRow, ImportState, ImportSubject
from permits.services.declaring import demands_of

PAGE = 50  # faults
MOST_PAGES = 200  # that are kept: who has ten thousand of them mends the file
PROGRESS_ROWS = 1_000

NAMES = {ImportSubject.STAFF: staff.NAMES, ImportSubject.WATCHLIST: watchlist.NAMES}
REQUIRED = {ImportSubject.STAFF: staff.REQUIRED, ImportSubject.WATCHLIST: watchlist.REQUIRED}


def open_table(content: bytes, subject: ImportSubject) -> tuple[Table, Any]:
    """The table and its columns. Raises BadFile: what can be said without reading every row."""
    names = NAMES[subject]
    known = {plain(name) for aliases in names.values() for name in aliases}
    found = table.read(content, known)
    columns = match(found.header, names, REQUIRED[subject])
    is_watchlist = subject == ImportSubject.WATCHLIST
    if is_watchlist and not any(column in columns.places for column in watchlist.WHOM):
        raise BadFile(FileFault.MISSING_COLUMNS, watchlist.WHOM)
    return found, columns


def _given_up(import_id: int) -> None:
    Import.objects.filter(id=import_id, state=ImportState.CHECKING).update(
        state=ImportState.FAILED, finished_at=timezone.now()
    )


@tasks.background(attempts=3, given_up=_given_up)
def check(import_id: int) -> None:
    """Check a file. Done again after a worker died, it begins anew."""
    begun = (ImportState.WAITING, ImportState.CHECKING)
    waiting = Import.objects.filter(id=import_id, state__in=begun)
    if not waiting.update(state=ImportState.CHECKING):
        return
    batch = Import.objects.select_related("kind").get(id=import_id)
    try:
        counts = _Check(batch, now=timezone.now()).run()
    except BadFile as bad:
        waiting.update(
            state=ImportState.REFUSED,
            file_fault=bad.fault.value,
            columns=list(bad.names),
            folder="",
            finished_at=timezone.now(),
        )
        files.remove(batch.folder)
        return
    waiting.update(state=ImportState.CHECKED, **counts)


class _Check:
    """One run over one file."""

    def __init__(self, batch: Import, *, now: datetime) -> None:
        self._batch = batch
        subject = ImportSubject(batch.subject)
        self._table, self._columns = open_table(files.content(batch.folder), subject)
        self._read = _reader(batch, now)
        self._good = files.SealedList(batch.folder, files.ROWS)
        self._faults = _Pages(batch.folder, files.FAULTS)
        self._notices = _Pages(batch.folder, files.NOTICES)
        self._seen: dict[str, int] = {}  # the key of each good row
        self._rows = self._known = 0

    def run(self) -> dict[str, Any]:
        """What the import's row then says. Raises BadFile."""
        try:
            return self._run()
        finally:
            for written in (self._good, self._faults, self._notices):
                written.abandon()

    def _run(self) -> dict[str, Any]:
        self._tell_progress()
        good: Iterator[GoodRow] = filter(None, map(self._look_at, self._table.rows))
        while chunk := list(islice(good, CHUNK)):
            self._known += ImportedRow.objects.filter(key__in=[row.key for row in chunk]).count()
            self._good.append(chunk)
        if not self._rows:
            raise BadFile(FileFault.NO_ROWS)
        for written in (self._good, self._faults, self._notices):
            written.close()
        return {
            "rows": self._rows,
            "good": len(self._seen),
            "known": self._known,
            "faults": self._faults.count,
            "notices": self._notices.count,
            "chunks": self._good.lines,
            "columns": list(self._columns.unknown),
        }

    def _look_at(self, row: Row) -> GoodRow | None:
        self._rows += 1
        if not self._rows % PROGRESS_ROWS:
            self._tell_progress()
        cells = row.cells
        places = self._columns.places.items()
        found = {column: cells[place] for column, place in places if place < len(cells)}
        good, faults = self._read(row.number, found)
        for fault in faults:
            (self._notices if fault.is_notice else self._faults).append(fault)
        if good is None:
            return None
        first = self._seen.setdefault(good.key, row.number)
        if first != row.number:
            number = shown("personal_number", found.get("personal_number"))
            params = {"first": first}
            double = CellFault(row.number, "personal_number", "double", number, params)
            self._faults.append(double)
            return None
        return good

    def _tell_progress(self) -> None:
        expected = max(self._table.lines, self._rows)
        progress = {"rows": self._rows, "rows_expected": expected}
        Import.objects.filter(id=self._batch.id).update(**progress)


Read = Callable[[int, dict[str, Any]], tuple[GoodRow | None, list[CellFault]]]


def _reader(batch: Import, now: datetime) -> Read:
    if batch.subject == ImportSubject.WATCHLIST:
        zone = timezone.get_default_timezone()
        entries = watchlist.WatchlistReader(source=batch.company, zone=zone, now=now)

        def read_entry(row: int, found: dict[str, Any]) -> tuple[GoodRow | None, list[CellFault]]:
            entry, faults = entries.read(row, found)
            good = WatchlistRow(row, entry_key(entry), entry) if entry else None
            return good, faults

        return read_entry
    assert batch.kind is not None  # noqa: S101 the form asks for these three
    assert batch.valid_from is not None  # noqa: S101
    assert batch.valid_until is not None  # noqa: S101
    people = staff.StaffReader(
        kind=demands_of(batch.kind),
        valid_from=batch.valid_from,
        valid_until=batch.valid_until,
        purpose=batch.purpose,
        today=timezone.localdate(now),
    )

    def read_person(row: int, found: dict[str, Any]) -> tuple[GoodRow | None, list[CellFault]]:
        declaration, faults = people.read(row, found)
        if declaration is None:
            return None, faults
        return StaffRow(row, staff_key(declaration, batch), declaration), faults

    return read_person


class _Pages:
    """Faults as they come, a page of them a line. All are counted, and the first ones kept."""

    def __init__(self, folder: str, name: str) -> None:
        self._list = files.SealedList(folder, name)
        self._page: list[CellFault] = []
        self.count = 0

    def append(self, fault: CellFault) -> None:
        self.count += 1
        if self._list.lines < MOST_PAGES:
            self._page.append(fault)
        if len(self._page) == PAGE:
            self._list.append(self._page)
            self._page = []

    def abandon(self) -> None:
        self._list.abandon()

    def close(self) -> None:
        if self._page:
            self._list.append(self._page)
        self._list.close()
