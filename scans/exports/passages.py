"""The tables of the passages' page, to take away."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permits import labels
from permits.exports import Column, Export, Format, Table, Value, in_chunks
from permits.verdict import Direction
from scans.exports import notes
from scans.models import Act, LetThroughReason, Passage
from scans.oversight import Oversight


def exports_of(
    counts: Sequence[Mapping[str, Any]], rows: QuerySet[Passage], act: str, oversight: Oversight
) -> dict[str, Callable[[], Export]]:
    """`counts` as the page shows them, and all acts of its filter."""
    said = notes.within(oversight)
    only = [_("Only: %(what)s") % {"what": Act(act).label}] if act else []
    return {"counts": lambda: _counts(counts, said), "acts": lambda: _acts(rows, said + only)}


def _counts(counts: Sequence[Mapping[str, Any]], said: Sequence[str]) -> Export:
    headings = {
        "checked": _("Checked"),
        "passed": _("Passed"),
        "turned_back": _("Turned back"),
        "health_desk": _("Health desk"),
    }
    columns = [Column(_("Checkpoint"), width=24), Column(_("Direction"))]
    columns += [Column(heading, Format.NUMBER) for heading in headings.values()]
    rows = [
        [row["checkpoint"], str(row["direction"]), *(row[name] for name in headings)]
        for row in counts
    ]
    table = Table(_("Today"), columns, rows, len(rows))
    return Export("passages-today", _("Passages today"), [table], said)


def _acts(rows: QuerySet[Passage], said: Sequence[str]) -> Export:
    columns = [
        Column(_("When"), Format.MOMENT, 18),
        Column(_("Act"), width=16),
        Column(_("Checkpoint"), width=24),
        Column(_("Lane")),
        Column(_("Direction"), width=8),
        Column(_("Officer"), width=14),
        Column(_("Gravest verdict"), width=14),
        Column(_("Reason"), width=22),
        Column(_("Undone"), Format.MOMENT, 18),
    ]
    table = Table(_("Acts of the officers"), columns, _act_rows(rows), rows.count())
    return Export("passages", _("Acts of the officers"), [table], said)


def _act_rows(rows: QuerySet[Passage]) -> Iterator[Sequence[Value]]:
    reasons = dict(LetThroughReason.choices)
    for row in in_chunks(rows.select_related("checkpoint", "lane", "officer")):
        yield [
            *(row.acted_at, str(row.get_act_display()), row.checkpoint.name, row.lane.name),
            *(str(labels.DIRECTIONS[Direction(row.direction)]), row.officer.get_username()),
            *(str(row.get_outcome_display()), str(reasons.get(row.reason, ""))),
            row.undone_at,
        ]
