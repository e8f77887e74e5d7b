"""Codes to words, in the reader's language. The only place that words the verdict."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from permits.demands import Demand
from permits.documents import DocumentFault
from permits.steps import Step
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
BOTH_DIRECTIONS = _("In and out")
NO_KIND = _("No permit")
REMOVED_KIND = _("A kind that was removed")
# What was done to a permit, as its holder is told: by the authority, and by the holder.
DONE = {
    PermitState.PENDING: (_("Applied for"), _("You corrected it")),
    PermitState.ASKED: (_("The authority asked for more"), _("Asked for more")),
    PermitState.APPROVED: (_("The authority approved it"), _("Approved")),
    PermitState.REJECTED: (_("The authority rejected it"), _("Rejected")),
    PermitState.REVOKED: (_("The authority revoked it"), _("Revoked")),
    PermitState.CANCELLED: (_("Cancelled"), _("You cancelled it")),
}
STATES = {
    PermitState.PENDING: _("Waiting for approval"),
    PermitState.ASKED: _("The authority asks for more"),
    PermitState.APPROVED: _("Approved"),
    PermitState.REJECTED: _("Rejected"),
    PermitState.REVOKED: _("Revoked"),
    PermitState.CANCELLED: _("Cancelled by the holder"),
}
# Said at the field that a demand is about, with its limit.
DEMANDS = {
    Demand.NOT_OFFERED: _("Permits of this kind are not issued any more."),
    Demand.VEHICLE_MISSING: _("A permit of this kind needs a vehicle: fill in the plate."),
    Demand.DOCUMENTS_MISSING: _("A permit of this kind needs a document: add at least one file."),
    Demand.TOO_FEW_DOSES: _("A permit of this kind needs vaccine doses, at least: %(limit)d."),
    Demand.TOO_MANY_COMPANIONS: _("People who may travel along, at most: %(limit)d. Remove some."),
    Demand.SAME_PERSON_TWICE: _("This number stands here twice. Each person has a number."),
    Demand.ENDS_BEFORE_IT_BEGINS: _("The end lies before the beginning."),
    Demand.TOO_LONG: _("This is too long. The longest validity in hours: %(limit)d."),
}
STEPS = {
    Step.YOU: _("You"),
    Step.TRIP: _("The trip"),
    Step.PEOPLE: _("People who travel along"),
    Step.PAPERS: _("Vehicle and documents"),
    Step.CHECK: _("Check and send"),
}
TOO_MANY_DOCUMENTS = _("%(name)s was not added: at most %(most)d files.")
DOCUMENTS_LATER = _("Too many files came from your network. Add this one again in an hour.")
WHOLE_FIELDS = {"companions": _("People who travel along"), "documents": _("Documents")}
DOCUMENT_FAULTS = {
    DocumentFault.EMPTY: _("%(name)s is empty."),
    DocumentFault.TOO_LARGE: _("%(name)s is too large: at most 8 MB, and 50 megapixels."),
    DocumentFault.WRONG_TYPE: _("%(name)s is neither a PDF nor a JPEG or PNG picture."),
    DocumentFault.DAMAGED: _("%(name)s is damaged and cannot be read. Make the picture again."),
}


def hours_or_days(hours: int) -> str:
    """So many hours in words: days where they are whole and more than three."""
    days, rest = divmod(hours, 24)
    if rest or days <= 3:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


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
ISSUER_ACTS = {
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
