"""What a holder may do with a permit, as far as its page offers it. The services decide."""

from datetime import datetime

from permits.models import Permit
from permits.services.deciding import ALLOWED_CHANGES, UNDECIDED
from permits.verdict import PermitState


def may_correct(permit: Permit) -> bool:
    """Nobody has decided on it yet."""
    return permit.state in UNDECIDED


def may_cancel(permit: Permit, *, now: datetime) -> bool:
    """It counts, or may yet."""
    return permit.state in ALLOWED_CHANGES[PermitState.CANCELLED] and now <= permit.valid_until


def may_renew(permit: Permit) -> bool:
    """There are new permits of its kind, for citizens to declare, and this one was decided on."""
    return permit.kind.is_offered and permit.kind.is_public and not may_correct(permit)
