"""Short-lived private links, for who has found a permit again by its serial and its holder.

The link that was given with the permit is kept as a digest alone, so it cannot be given again.
This one is signed, names the permit, and ends after a quarter of an hour.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

LIFETIME = timedelta(minutes=15)
SALT = "permits.found_links"


@dataclass(frozen=True)
class Found:
    """What a short-lived link says."""

    permit_id: int
    until: datetime


def make(permit_id: int, *, now: datetime) -> str:
    """A link to a permit."""
    until = int((now + LIFETIME).timestamp())
    return signing.dumps([permit_id, until], salt=SALT)


def read(link: str, *, now: datetime) -> Found | None:
    """What it says; None if it is no such link, was changed, or has ended."""
    if ":" not in link:  # the other kind of link
        return None
    try:
        permit_id, until = signing.loads(link, salt=SALT)
    except signing.BadSignature:
        return None
    found = Found(permit_id, datetime.fromtimestamp(until, UTC))
    return found if now < found.until else None
