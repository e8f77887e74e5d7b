"""A row of a list becomes an entry of the watchlist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from permits.fields import LineField, PersonalNumberField, PlateField
from permits.imports import cells
from permits.imports.cells import BadCell, CellFault
from permits.imports.table import Cell
from permits.verdict import WatchlistLevel

NAMES: dict[str, Sequence[str]] = {
    "personal_number": (
        *("Số định danh cá nhân", "Số định danh", "Số CCCD", "CCCD", "Số căn cước công dân"),
        *("Số căn cước", "Căn cước công dân", "Personal number", "ID number"),
    ),
    "plate": ("Biển số xe", "Biển số", "Biển kiểm soát", "Plate", "License plate"),
    "level": ("Mức", "Mức độ", "Loại", "Level"),
    "active_from": ("Từ", "Từ ngày", "Có hiệu lực từ", "From", "Counts from"),
    "active_until": ("Đến", "Đến ngày", "Có hiệu lực đến", "Until", "To", "Counts until"),
    "note": ("Ghi chú", "Note", "Notes", "Remark"),
    "source": ("Nguồn", "Nguồn tin", "Source"),
}
REQUIRED = ("level",)
# One of them at least must be there.
WHOM = ("personal_number", "plate")
LEVELS = {
    **{level.value: level.value for level in WatchlistLevel},
    **dict.fromkeys(("nhiem benh", "infected", "f0 nguoi nhiem benh"), WatchlistLevel.F0.value),
    **dict.fromkeys(("tiep xuc gan", "close contact"), WatchlistLevel.F1.value),
    **dict.fromkeys(("cach ly", "phai cach ly"), WatchlistLevel.QUARANTINE.value),
    **dict.fromkeys(("truy na", "dang bi truy na"), WatchlistLevel.WANTED.value),
}
NUMBER = PersonalNumberField(max_length=24)
PLATE = PlateField(required=False, max_length=20)
NOTE = LineField(required=False, max_length=200)
SOURCE = LineField(required=False, max_length=80)
TEXTS = {"plate": PLATE, "note": NOTE, "source": SOURCE}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Whom or what to look for. Without `active_from` it counts from the moment of the import."""

    personal_number: str
    plate: str
    level: str
    active_from: datetime | None
    active_until: datetime | None
    note: str
    source: str


class WatchlistReader:
    """Reads the rows of one file. Times without a zone are those of `zone`."""

    def __init__(self, *, source: str, zone: tzinfo, now: datetime) -> None:
        self._source, self._zone, self._now = source, zone, now

    def read(self, row: int, found: Mapping[str, Cell]) -> tuple[Entry | None, list[CellFault]]:
        """The entry, if the row is good, and what is said of its cells."""
        faults: list[CellFault] = []
        values: dict[str, Any] = {}
        for column in NAMES:
            try:
                values[column] = self._value(column, found.get(column))
            except BadCell as bad:
                faults.append(_fault(row, column, found, bad))
        faults += self._unfitting(row, found, values)
        if faults:
            return None, faults
        values["source"] = values["source"] or self._source
        return Entry(**values), []

    def _value(self, column: str, cell: Cell) -> Any:
        if column == "personal_number":
            return _number(cell)
        if column == "level":
            level = cells.choice_of(cell, LEVELS)
            if not level:
                raise BadCell("required")
            return level
        if column in ("active_from", "active_until"):
            is_end = column == "active_until"
            return cells.moment_of(cell, self._zone, whole_day_until=is_end)
        return cells.cleaned(TEXTS[column], cells.text_of(cell))

    def _unfitting(
        self, row: int, found: Mapping[str, Cell], values: Mapping[str, Any]
    ) -> list[CellFault]:
        """What no cell says alone."""
        faults = []
        if all(values.get(column) == "" for column in WHOM):
            faults.append(_fault(row, "personal_number", found, BadCell("nobody")))
        begins, ends = values.get("active_from") or self._now, values.get("active_until")
        if ends and ends <= begins:
            code = "ended" if not values.get("active_from") else "ends_before_it_begins"
            faults.append(_fault(row, "active_until", found, BadCell(code)))
        return faults


def _number(cell: Cell) -> str:
    """Nothing here bears out a number that has lost its zeros."""
    number = cells.number_of(cell)
    if not number:
        return ""
    if cells.has_lost_zeros(number):
        raise BadCell("lost_zeros", {"count": len(number)})
    return str(cells.cleaned(NUMBER, number))


def _fault(row: int, column: str, found: Mapping[str, Cell], bad: BadCell) -> CellFault:
    return CellFault(row, column, bad.code, cells.shown(column, found.get(column)), bad.params)
