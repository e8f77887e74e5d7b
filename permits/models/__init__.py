"""What the authority keeps. Rows only: what may be done with them is in services.py, what is read
of them in selectors.py.
"""

from permits.models.drafts import Draft, DraftDocument
from permits.models.imports import Import, ImportedRow, ImportState, ImportSubject
from permits.models.people import Companion, Holder, Sex
from permits.models.permits import (
    PERMIT_STATES,
    Approval,
    Document,
    Permit,
    PermitKind,
    Zone,
)
from permits.models.policy import PolicyRow
from permits.models.tasks import Round, Worker
from permits.models.tokens import AnsweredRequest, ApiToken
from permits.models.watchlist import WATCHLIST_LEVELS, WatchlistEntry
from permits.models.webhooks import (
    Delivery,
    DeliveryState,
    Ward,
    WardNotice,
    WebhookEndpoint,
)

__all__ = [
    "PERMIT_STATES",
    "WATCHLIST_LEVELS",
    "AnsweredRequest",
    "ApiToken",
    "Approval",
    "Companion",
    "Delivery",
    "DeliveryState",
    "Document",
    "Draft",
    "DraftDocument",
    "Holder",
    "Import",
    "ImportState",
    "ImportSubject",
    "ImportedRow",
    "Permit",
    "PermitKind",
    "PolicyRow",
    "Round",
    "Sex",
    "Ward",
    "WardNotice",
    "WatchlistEntry",
    "WebhookEndpoint",
    "Worker",
    "Zone",
]
