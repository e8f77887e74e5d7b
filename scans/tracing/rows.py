"""Scans as a list shows them: what became of each car, and, where a purpose was given, whose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits import labels
from permits.models import Permit
from permits.verdict import Reason
from scans.models import Passage, PassageScan, Scan
from scans.tracing.whom import How, Whom

HOW = {
    How.HOLDER: gettext_lazy("Permit holder"),
    How.COMPANION: gettext_lazy("Travelling along"),
    How.CARD: gettext_lazy("By card or number, without a permit"),
    How.VEHICLE: gettext_lazy("Vehicle on the permit"),
    How.PLATE: gettext_lazy("Plate typed"),
    How.SAME_CODE: gettext_lazy("This scan"),
}
AT_ONCE = 500


@dataclass(frozen=True)
class Row:
    """A scan, its permit and its car's passage, where there are any."""

    scan: Scan
    reasons: tuple[str, ...]
    how: str
    permit: Permit | None
    passage: Passage | None

    @property
    def name(self) -> str:
        """The permit holder's."""
        return self.permit.holder.full_name if self.permit else ""

    @property
    def serial(self) -> str:
        """The permit's."""
        return self.permit.serial if self.permit else ""


def rows(scans: Sequence[Scan], found: Whom, *, with_names: bool) -> list[Row]:
    """Two queries, however many scans there are. Without names there are no permits either."""
    passages = passages_of(scans)
    permits = permits_of(scans) if with_names else {}
    return [
        Row(
            scan,
            reasons_in_words(scan),
            str(HOW[found.how(scan)]) if with_names else "",
            permits.get(scan.permit_id or 0),
            passages.get(scan.scan_id),
        )
        for scan in scans
    ]


def passages_of(scans: Sequence[Scan]) -> dict[Any, Passage]:
    """What became of each scan's car, by scan_id; what was undone does not count."""
    links = PassageScan.objects.filter(scan_id__in=[scan.scan_id for scan in scans])
    counting = links.filter(passage__undone_at=None).select_related("passage").order_by("pk")
    return {link.scan_id: link.passage for link in counting}


def permits_of(scans: Sequence[Scan]) -> dict[int, Permit]:
    """The permits of these scans, with their holders."""
    ids = {scan.permit_id for scan in scans if scan.permit_id}
    return Permit.objects.select_related("holder").in_bulk(ids)


def reasons_in_words(scan: Scan) -> tuple[str, ...]:
    """All of a verdict's reasons, the weightiest first."""
    return tuple(str(labels.REASONS[Reason(code)]) for code in scan.reasons)


def places(listed: Sequence[Row]) -> list[dict[str, Any]]:
    """For a map: where and when, in the order of time. No name and no number."""
    return [
        {
            "name": row.scan.checkpoint.name,
            "lane": row.scan.lane.name,
            "latitude": row.scan.checkpoint.latitude,
            "longitude": row.scan.checkpoint.longitude,
            "at": row.scan.captured_at.isoformat(),
            "direction": row.scan.direction,
            "outcome": row.scan.outcome,
            "act": row.passage.act if row.passage else "",
        }
        for row in listed
    ]


def lines(scans: Iterable[Scan], found: Whom, *, with_names: bool) -> Iterator[list[str]]:
    """A table for a file, its heading first; some hundreds in memory at a time."""
    yield heading(with_names=with_names)
    waiting = iter(scans)
    while some := list(islice(waiting, AT_ONCE)):
        for row in rows(some, found, with_names=with_names):
            yield line(row, with_names=with_names)


def moment(at: datetime) -> str:
    """A time as a spreadsheet reads it, where the checkpoints are."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def heading(*, with_names: bool) -> list[str]:
    """What the columns hold."""
    named = [_("How"), _("Serial"), _("Permit holder")] if with_names else []
    return [
        *(_("Held up at"), _("Checkpoint"), _("Lane"), _("Direction"), _("Verdict"), _("Reasons")),
        *(_("What became of the car"), _("What was held up"), _("Last four digits"), *named),
    ]


def line(row: Row, *, with_names: bool) -> list[str]:
    """One row of the table."""
    scan = row.scan
    return [
        moment(scan.captured_at),
        *(scan.checkpoint.name, scan.lane.name, str(scan.get_direction_display())),
        *(str(scan.get_outcome_display()), "; ".join(row.reasons)),
        str(row.passage.get_act_display()) if row.passage else "",
        *(str(scan.get_payload_kind_display()), scan.masked_number[-4:]),
        *([row.how, row.serial, row.name] if with_names else []),
    ]
