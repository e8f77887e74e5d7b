"""The good rows of a file, between check and issue, and what makes two of them the same."""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from permits import keys
from permits.imports.watchlist import Entry
from permits.models import Import
from permits.personal_data import DIGEST_CHARACTERS
from permits.services import Declaration

CHUNK = 100  # rows that are issued in one transaction: some twenty milliseconds


@dataclass(frozen=True)
class StaffRow:
    """A row that becomes a permit."""

    number: int
    key: str
    value: Declaration


@dataclass(frozen=True)
class WatchlistRow:
    """A row that becomes an entry."""

    number: int
    key: str
    value: Entry


GoodRow = StaffRow | WatchlistRow


def staff_key(declaration: Declaration, batch: Import) -> str:
    """Who, which kind, from when until when, in which vehicle: a permit for that is given once."""
    assert batch.kind is not None  # noqa: S101 an import of staff has one
    parts = (
        *("permit", declaration.personal_number, str(batch.kind.number)),
        *(_second(batch.valid_from), _second(batch.valid_until), declaration.plate),
    )
    return _digest("|".join(parts))


def entry_key(entry: Entry) -> str:
    """Whom, which level, from when until when. What a file leaves out stays out of the key."""
    parts = (
        *("entry", entry.personal_number, entry.plate, entry.level),
        *(_second(entry.active_from), _second(entry.active_until)),
    )
    return _digest("|".join(parts))


def _digest(text: str) -> str:
    """Keyed, since it is about a person; with the key that stays when others are changed, since a
    file may come again after months.
    """
    return hmac.digest(keys.load().digest_key, text.encode(), "sha256").hex()[:DIGEST_CHARACTERS]


def _second(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def link(secret: bytes, row: int) -> str:
    """The private link of a row's permit: 24 bytes, as `services.declare` makes them at random.

    It is derived and kept nowhere, so that the result can be made again as long as the secret is
    kept, and by nobody afterwards.
    """
    derived = hmac.digest(secret, str(row).encode(), "sha256")[:24]
    return base64.urlsafe_b64encode(derived).decode()
