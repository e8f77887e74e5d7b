"""PURE. A scan's id where no client made one: a UUID of version 7 (RFC 9562).

It begins with the time, so ids made one after another stand side by side in the database's index,
and recording stays as fast with five million scans as with none.
"""

import secrets
from datetime import datetime
from uuid import UUID

from scans.times import to_milliseconds


def new_scan_id(now: datetime) -> UUID:
    """48 bits of milliseconds, then 74 random ones around the version and the variant."""
    value = to_milliseconds(now) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return UUID(int=value)
