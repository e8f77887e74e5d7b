"""Codes to words, in the reader's language. The only place that words the verdict."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from permits.verdict import Direction, Outcome, PermitState, Reason, WatchlistLevel

OUTCOMES = {
    Outcome.ALLOW: _("Let pass"),
    Outcome.HOLD: _("Look closer"),
    Outcome.REFUSE: _("Do not let pass"),
}
REASONS = {
    Reason.WATCHLISTED: _("On the watchlist"),
    Reason.BAD_SIGNATURE: _("Forged: the signature is not ours"),
    Reason.UNKNOWN_CODE: _("Not a code of this system"),
    Reason.UNKNOWN_PERMIT: _("No such permit"),
    Reason.NO_PERMIT: _("This person has no permit"),
    Reason.REVOKED: _("The permit was revoked"),
    Reason.REJECTED: _("The application was rejected"),
    Reason.PENDING: _("The permit is not approved yet"),
    Reason.EXPIRED: _("The permit has expired"),
    Reason.NOT_YET_VALID: _("The permit is not valid yet"),
    Reason.HOLDER_MISMATCH: _("The card is another person's"),
    Reason.PLATE_MISMATCH: _("The vehicle is another one"),
    Reason.IMPOSSIBLE_TRAVEL: _("Seen too far away a short time ago"),
    Reason.ALREADY_USED: _("For one trip, and used already"),
    Reason.VACCINATION_REQUIRED: _("Vaccination required"),
    Reason.WRONG_ZONE: _("Not valid in this zone"),
    Reason.WRONG_DIRECTION: _("Not valid in this direction"),
    Reason.OUTSIDE_HOURS: _("Not valid on this day or at this hour"),
    Reason.STALE_OFFLINE: _("Checked offline with old data"),
}
HITS = {
    WatchlistLevel.F0: _("F0: infected"),
    WatchlistLevel.F1: _("F1: close contact"),
    WatchlistLevel.QUARANTINE: _("Must be in quarantine"),
    WatchlistLevel.WANTED: _("Wanted: call the shift leader"),
}
DIRECTIONS = {Direction.IN: _("In"), Direction.OUT: _("Out")}
STATES = {
    PermitState.PENDING: _("Waiting for approval"),
    PermitState.ASKED: _("The authority asks for more"),
    PermitState.APPROVED: _("Approved"),
    PermitState.REJECTED: _("Rejected"),
    PermitState.REVOKED: _("Revoked"),
    PermitState.CANCELLED: _("Cancelled by the holder"),
}

# What issuers say most often, to choose from. They are kept as they are worded here.
COMMON_REASONS = {
    "reject": [
        _("The papers do not show what the trip is for."),
        _("The particulars are not those of the citizen card."),
        _("This trip does not need a permit of this kind."),
    ],
    "ask": [
        _("Please add a paper from your employer."),
        _("Please add a picture of both sides of your citizen card."),
        _("Please say more exactly where you go and why."),
    ],
    "revoke": [
        _("The particulars were false."),
        _("The reason for the trip no longer holds."),
    ],
}
ACTS = {
    "approve": _("Approve"),
    "reject": _("Reject"),
    "ask": _("Ask for more"),
    "revoke": _("Revoke"),
}


def for_page() -> dict[str, dict[str, str]]:
    """All of them as plain text in the active language, for a page's scripts."""
    tables: dict[str, Mapping[Any, Any]] = {
        "outcomes": OUTCOMES,
        "reasons": REASONS,
        "hits": HITS,
        "directions": DIRECTIONS,
    }
    return {
        name: {code.value: str(text) for code, text in table.items()}
        for name, table in tables.items()
    }
