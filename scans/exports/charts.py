"""The numbers behind the charts: a table for each."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from permits import labels
from permits.exports import Column, Export, Format, Table, Value
from permits.verdict import Direction, Outcome
from scans.charts import Charts, Series, Share
from scans.exports import notes
from scans.models import LATENCY_LIMITS_MS
from scans.oversight import Oversight


def charts(found: Charts, said: Sequence[str], oversight: Oversight) -> Export:
    """`said` is what the form asked for, in words."""
    outcomes = [str(labels.OUTCOMES[outcome]) for outcome in Outcome]
    directions = [str(labels.DIRECTIONS[direction]) for direction in Direction]
    tables = [
        _over_time(_("Scans over time, by outcome"), found.outcomes, outcomes),
        *_usual(found),
        _over_time(_("By direction"), found.directions, directions),
        _shares(_("By reason"), found.reasons),
        _shares(_("By kind of permit"), found.kinds),
        *([_shares(_("By checkpoint"), found.checkpoints)] if found.checkpoints else []),
        _heat(found),
    ]
    return Export("charts", _("Charts"), tables, [*said, *notes.within(oversight)])


def _over_time(title: str, series: Series, names: Sequence[str]) -> Table:
    columns = [Column(_("Time"), Format.MOMENT, 18)]
    columns += [Column(name, Format.NUMBER) for name in names]
    rows: list[list[Value]] = [[start, *numbers] for start, numbers in series.rows()]
    return Table(title, columns, rows, len(rows))


def _usual(found: Charts) -> list[Table]:
    """Of one day alone."""
    if found.usual is None:
        return []
    columns = [Column(_("Hour"))]
    columns += [Column(name, Format.NUMBER) for name in (_("Scans"), _("Usual"))]
    rows: list[list[Value]] = [
        [f"{hour}:00", n, None if usual is None else round(usual)]
        for hour, n, usual in zip(range(24), *found.usual, strict=True)
    ]
    return [Table(_("By the hour, against usual"), columns, rows, len(rows))]


def _shares(title: str, shares: Sequence[Share]) -> Table:
    has_outcomes = any(share.outcome for share in shares)
    columns = [Column(title, width=30), Column(_("Scans"), Format.NUMBER)]
    if has_outcomes:
        columns.insert(1, Column(_("Verdict"), width=14))
    rows: list[list[Value]] = [
        [share.name, *([share.outcome_words] if has_outcomes else []), share.n] for share in shares
    ]
    return Table(title, columns, rows, len(rows))


def _heat(found: Charts) -> Table:
    up_to = [_("up to %(limit)s ms") % {"limit": limit} for limit in LATENCY_LIMITS_MS]
    over = _("over %(slowest_limit)s ms") % {"slowest_limit": LATENCY_LIMITS_MS[-1]}
    columns = [Column(_("Hour")), *(Column(name, Format.NUMBER) for name in (*up_to, over))]
    rows: list[list[Value]] = [
        [f"{row.hour}:00", *(n for n, _strength in row.cells)] for row in found.heat
    ]
    return Table(_("From capture to verdict, by hour of the day"), columns, rows, len(rows))
