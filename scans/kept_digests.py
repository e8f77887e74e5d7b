"""Whom a scan or a look-up is about, where no permit says it: short digests, keyed by digest.key.

They are found again and never read back: whoever has a table cannot try out all numbers, for want
of the key. It is not one of PERSONAL_DATA_KEYS, which are changed: these rows never are.
"""

import hmac

from permits import keys

BYTES = 8


def of_number(number: str) -> bytes:
    """Of a personal number."""
    return _digest("number", number)


def of_plate(plate: str) -> bytes:
    """Of a vehicle's plate, in letters and digits alone."""
    return _digest("plate", plate)


def of_other(what: str, text: str) -> bytes:
    """Of whatever else a look-up is about."""
    return _digest(what, text)


def _digest(what: str, text: str) -> bytes:
    content = f"{what}:{text}".encode(errors="replace")
    return hmac.digest(keys.load().digest_key, content, "sha256")[:BYTES]
