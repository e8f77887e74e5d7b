"""The instructions to the lanes, those that stand and those that stood."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permits.exports import Column, Export, Format, Table, Value, in_chunks
from scans import instruction_reach as reach
from scans.exports import notes
from scans.models import Instruction, InstructionScope
from scans.oversight import Oversight


def instructions(rows: QuerySet[Instruction], oversight: Oversight) -> Export:
    """The newest first."""
    columns = [
        Column(_("Given at"), Format.MOMENT, 18),
        Column(_("Given by"), width=14),
        Column(_("Instruction"), width=20),
        Column(_("Where"), width=26),
        Column(_("Text"), width=34),
        Column(_("Ends at"), Format.MOMENT, 18),
        Column(_("Withdrawn at"), Format.MOMENT, 18),
        Column(_("Withdrawn by"), width=14),
        Column(_("Confirmed"), Format.NUMBER),
    ]
    table = Table(_("Instructions to lanes"), columns, _rows(rows, oversight), rows.count())
    title = _("Instructions to lanes")
    return Export("instructions", title, [table], notes.within(oversight))


def _rows(rows: QuerySet[Instruction], oversight: Oversight) -> Iterator[Sequence[Value]]:
    for row in in_chunks(rows):
        what = (row.get_kind_display(), row.get_direction_display() if row.direction else "")
        yield [
            *(row.made_at, row.made_by.get_username()),
            *(": ".join(str(part) for part in what if part), _where(row), row.text),
            *(row.ends_at, row.withdrawn_at),
            row.withdrawn_by.get_username() if row.withdrawn_by else "",
            len(reach.confirmed_at(row, oversight)),
        ]


def _where(row: Instruction) -> str:
    if row.scope == InstructionScope.DISTRICTS:
        return ", ".join(district.name for district in row.districts.all())
    return str(row.lane or row.checkpoint or _("All checkpoints"))
