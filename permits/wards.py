"""PURE. A declaration's line to the ward that it names: `phường Mẫu, quận Hoàn Kiếm, Hà Nội`."""

import re

from permits.people import plain_name

# Longest first: "thi tran" and "thi xa" are no "thi".
KINDS = re.compile(
    r"^(thanh pho|thi tran|thi xa|phuong|quan|huyen|tinh|xa|tp|tx|tt|p|q|h)[. ]+(?=\S)"
)
PARTS = 3


def key_of(ward: str, district: str, province: str) -> str:
    """What two spellings of one ward have in common: no accents, no case, no kinds of place."""
    return "|".join(map(_plain, (ward, district, province)))


def key_of_line(line: str) -> str:
    """The key of the ward that a line names last; empty where it does not name ward, district and
    province. What stands before the ward, a house and a street, does not count.
    """
    parts = [part for part in (_plain(text) for text in line.split(",")) if part]
    return "|".join(parts[-PARTS:]) if len(parts) >= PARTS else ""


def _plain(text: str) -> str:
    return KINDS.sub("", plain_name(text)).strip()
