"""What came of a file: serials, private links, QR pictures and cards to print.

It is made anew each time, from the sealed rows and the permits, and kept nowhere. The private links
in it are derived (rows.link): after RETAIN_IMPORTS_DAYS nobody can make them again.
"""

import io
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from permits import personal_data, printing, selectors, symbol
from permits.imports import files, rows
from permits.imports.rows import StaffRow
from permits.imports.spreadsheets import csv_file, xlsx_file
from permits.models import Import, ImportedRow, Permit
from permits.verdict import PermitState

PICTURES = 500  # in one ZIP: some five seconds
CARDS = 1_000  # in one PDF: two seconds
PIXELS_PER_MODULE = 8
LONGEST_NAME = 80


@dataclass(frozen=True)
class ResultRow:
    """A good row and its permit. `was_there`: an earlier row had it already."""

    number: int
    permit: Permit
    link: str
    was_there: bool


def result_rows(batch: Import) -> Iterator[ResultRow]:
    """The good rows in their order. A permit that was removed since is left out."""
    for chunk in files.lines(batch.folder, files.ROWS, list[StaffRow]):
        of_key = {row.key: row for row in chunk}
        found = ImportedRow.objects.filter(key__in=of_key, permit__isnull=False)
        kept = {
            one.key: one for one in found.select_related("permit__holder", "permit__kind", "batch")
        }
        for key, row in of_key.items():
            if key in kept:
                yield _result(batch, row, kept[key])


def _result(batch: Import, row: StaffRow, kept: ImportedRow) -> ResultRow:
    assert kept.permit is not None  # noqa: S101 the query asks for it
    link = ""
    if kept.batch is not None and kept.batch.link_secret:
        link = rows.link(personal_data.unseal_bytes(kept.batch.link_secret), kept.row)
    return ResultRow(row.number, kept.permit, link, kept.batch_id != batch.pk)


def _lines(batch: Import, address_of: Callable[[str], str]) -> Iterator[list[str]]:
    yield [
        *(_("Row"), _("Full name"), _("Last four digits"), _("Serial")),
        *(_("What came of it"), _("Private link")),
    ]
    for row in result_rows(batch):
        holder = row.permit.holder
        yield [
            *(str(row.number), holder.full_name, holder.number_tail, row.permit.serial),
            _("was there already") if row.was_there else _("issued"),
            address_of(row.link) if row.link else "",
        ]


def as_csv(batch: Import, address_of: Callable[[str], str]) -> bytes:
    """The table. `address_of` makes an address of a private link."""
    return csv_file(_lines(batch, address_of))


def as_xlsx(batch: Import, address_of: Callable[[str], str]) -> bytes:
    """The same."""
    return xlsx_file([(_("Permits"), _lines(batch, address_of))])


def _part(batch: Import, part: int, size: int) -> list[ResultRow]:
    """Those of a part that count: a code that every checkpoint would refuse is not given out."""
    some = islice(result_rows(batch), (part - 1) * size, part * size)
    return [row for row in some if row.permit.state == PermitState.APPROVED]


def pictures(batch: Import, part: int) -> bytes:
    """A ZIP with the QR code of each permit of a part, from 1."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for row in _part(batch, part, PICTURES):
            code = selectors.travel_code(row.permit)
            name = file_name(row.number, row.permit)
            archive.writestr(name, symbol.png(code, pixels_per_module=PIXELS_PER_MODULE))
    return content.getvalue()


def file_name(number: int, permit: Permit) -> str:
    """`00007 7T2KX-9WM3Q Nguyễn Thị Mẫu.png`: sorts by row, and says whose it is."""
    name = unicodedata.normalize("NFC", permit.holder.full_name)
    name = "".join(c if c.isalnum() or c in " .'" else " " for c in name)
    return f"{number:05d} {permit.serial} {' '.join(name.split())[:LONGEST_NAME]}.png"


def cards(batch: Import, part: int) -> bytes:
    """A PDF with a card for each permit of a part, from 1, in the active language."""
    ids = [row.permit.pk for row in _part(batch, part, CARDS)]
    return printing.cards(
        selectors.printed_permits(Permit.objects.filter(pk__in=ids).order_by("pk"))
    )


def parts(count: int, size: int) -> list[tuple[int, int, int]]:
    """The number of each part, and its first and last good row, from 1."""
    return [
        (place + 1, start + 1, min(start + size, count))
        for place, start in enumerate(range(0, count, size))
    ]
