"""The alerts as the page lists them, to take away."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permits.exports import Column, Export, Format, Table, Value, in_chunks
from scans import alert_words
from scans.exports import notes
from scans.models import Alert
from scans.oversight import Oversight


def export_of(alerts: QuerySet[Alert], oversight: Oversight) -> Export:
    """All that the page's filter leaves, the newest first."""
    columns = [
        Column(_("Severity"), width=10),
        Column(_("Alert"), width=26),
        Column(_("Where"), width=24),
        Column(_("Raised at"), Format.MOMENT, 18),
        Column(_("Last seen at"), Format.MOMENT, 18),
        Column(_("Times"), Format.NUMBER),
        Column(_("Owner"), width=12),
        Column(_("Acknowledged at"), Format.MOMENT, 18),
        Column(_("Resolved at"), Format.MOMENT, 18),
        Column(_("Details"), width=30),
    ]
    said = notes.within(oversight)
    table = Table(_("Alerts"), columns, _rows(alerts), alerts.count())
    return Export("alerts", _("Alerts"), [table], said)


def _rows(alerts: QuerySet[Alert]) -> Iterator[Sequence[Value]]:
    for alert in in_chunks(alerts):
        yield [
            alert_words.severity(alert.severity),
            alert_words.heading(alert),
            alert_words.place(alert),
            alert.raised_at,
            alert.last_at,
            alert.times,
            alert.owner.get_username() if alert.owner else "",
            alert.acknowledged_at,
            alert.resolved_at,
            alert_words.details(alert.kind, alert.details),
        ]
