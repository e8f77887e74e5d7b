"""The chain of the access log: each row is sealed with a keyed digest of itself and the row before.

Who changes a row, takes one out or puts one in breaks it there, since nobody makes a digest without
digest.key. Rows that are older than they are kept leave at the old end; what is missing at the new
end alone is seen by the log, which names each row's number.
"""

import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from permits import keys
from scans.models import LookUp

START = bytes(32)  # what stands before the first row of all


@dataclass(frozen=True)
class Fault:
    """A place where the chain does not hold. `code`: `changed`, `missing` or `cut`."""

    number: int
    code: str


def own_digest(row: LookUp) -> bytes:
    """Of everything in a row, and of the row before it."""
    content = json.dumps(
        [
            *(row.number, row.supervisor_id, row.made_at.astimezone(UTC).isoformat()),
            *(str(row.kind), row.within, row.about_digest, row.found, row.checkpoint_ids),
            *(bytes(row.purpose_sealed).hex(), bytes(row.query_sealed).hex()),
            bytes(row.previous_digest).hex(),
        ]
    )
    key = hmac.digest(keys.load().digest_key, b"look-ups", "sha256")
    return hmac.digest(key, content.encode(), "sha256")


def faults(rows: Iterable[LookUp]) -> Iterator[Fault]:
    """What is wrong with these rows, which follow each other in the order of their numbers.

    The first may be any row: those before it may have been removed in their time.
    """
    before: LookUp | None = None
    for row in rows:
        if not hmac.compare_digest(own_digest(row), bytes(row.own_digest)):
            yield Fault(row.number, "changed")
        if before is not None and row.number != before.number + 1:
            yield Fault(row.number, "missing")
        elif _is_cut(before, row):
            yield Fault(row.number, "cut")
        before = row


def _is_cut(before: LookUp | None, row: LookUp) -> bool:
    if before is None:
        return row.number == 1 and bytes(row.previous_digest) != START
    return bytes(row.previous_digest) != bytes(before.own_digest)
