"""Alerts in words, in the reader's language: kinds, severities, acts, and what the figures say."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permits import labels
from permits.verdict import WatchlistLevel
from scans.models import Alert, AlertKind, Severity

Figures = dict[str, int | float]


def heading(alert: Alert) -> str:
    """What is the matter, in a few words."""
    return words_of(alert.kind, alert.level)


def words_of(kind: str, level: str = "") -> str:
    """The same from its codes."""
    words = str(AlertKind(kind).label)
    return f"{words}: {labels.HITS[WatchlistLevel(level)]}" if level else words


def severity(code: str) -> str:
    """How much it matters."""
    return str(Severity(code).label)


def for_page() -> dict[str, dict[str, str]]:
    """Codes and their words, for a page's scripts."""
    return {
        "kinds": {code: str(label) for code, label in AlertKind.choices},
        "severities": {code: str(label) for code, label in Severity.choices},
        "hits": {level.value: str(words) for level, words in labels.HITS.items()},
    }


def place(alert: Alert) -> str:
    """Where, or that it is about the site as a whole."""
    if alert.lane:
        return f"{alert.checkpoint} · {alert.lane.name}"
    return str(alert.checkpoint) if alert.checkpoint else _("The whole site")


def details(kind: str, figures: Figures) -> str:
    """A sentence with the figures; empty where there are none to say."""
    for name, sentence in _SENTENCES[AlertKind(kind)].items():
        if name in figures:
            return sentence(figures)
    return ""


def _forged(figures: Figures) -> str:
    sentence = _("%(codes)d forged codes within %(minutes)d minutes, and no good one between.")
    return sentence % figures


def _refusals(figures: Figures) -> str:
    return (
        _("%(share)d of 100 scans were refused, of %(scans)d in half an hour; usually %(usual)d.")
        % figures
    )


def _clock(figures: Figures) -> str:
    seconds = int(figures["seconds"])
    if seconds < 0:
        return _("The device’s clock is %(n)d seconds behind.") % {"n": -seconds}
    return _("The device’s clock is %(n)d seconds ahead.") % {"n": seconds}


def _disk(figures: Figures) -> str:
    return _("%(free_mib)d MiB are free.") % figures


def _outage(figures: Figures) -> str:
    return _("The database was away for %(seconds)d seconds.") % figures


def _batches(figures: Figures) -> str:
    return _("%(batches)d batches of checks in a row could not be recorded.") % figures


def _replica(_figures: Figures) -> str:
    return _("The replica is away; the primary answers in its place.")


def _look_ups(figures: Figures) -> str:
    n = int(figures["look_ups"])
    return ngettext("%(n)d look-up.", "%(n)d look-ups.", n) % {"n": n}


# By the figure that tells one sentence from another.
_SENTENCES: dict[AlertKind, dict[str, Callable[[Figures], str]]] = {
    AlertKind.WATCHLIST_HIT: {},
    AlertKind.IMPOSSIBLE_TRAVEL: {},
    AlertKind.FORGED_CODES: {"codes": _forged},
    AlertKind.LANE_SILENT: {},
    AlertKind.REFUSE_RATE: {"share": _refusals},
    AlertKind.CLOCK_OFF: {"seconds": _clock},
    AlertKind.DISK_FULL: {"free_mib": _disk},
    AlertKind.DATABASE_TROUBLE: {"seconds": _outage, "batches": _batches, "replica": _replica},
    AlertKind.REPEATED_LOOK_UPS: {"look_ups": _look_ups},
}
