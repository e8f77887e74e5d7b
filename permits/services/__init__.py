"""Writes: everything that changes a permit, the watchlist or the policy."""

from permits.services.deciding import (
    ChangedMeanwhile,
    NotAllowedNow,
    Terms,
    TermsDoNotFit,
    approve,
    ask,
    cancel,
    decide_on,
    reject,
    revoke,
)
from permits.services.declaring import (
    SELF_DECLARED,
    CompanionDeclared,
    Declaration,
    Declared,
    DoesNotFitKind,
    correct,
    declare,
    link_digest,
    longest_end,
    unmet,
)
from permits.services.watchlist import (
    add_watchlist_entry,
    change_watchlist_entry,
    end_watchlist_entry,
)

__all__ = [
    "SELF_DECLARED",
    "ChangedMeanwhile",
    "CompanionDeclared",
    "Declaration",
    "Declared",
    "DoesNotFitKind",
    "NotAllowedNow",
    "Terms",
    "TermsDoNotFit",
    "add_watchlist_entry",
    "approve",
    "ask",
    "cancel",
    "change_watchlist_entry",
    "correct",
    "decide_on",
    "declare",
    "end_watchlist_entry",
    "link_digest",
    "longest_end",
    "reject",
    "revoke",
    "unmet",
]
