"""PURE. The names of columns: in Vietnamese or English, in any order, however they are typed."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from permits.imports.table import BadFile, FileFault

# A column of running numbers is in many lists, and says nothing.
IGNORED = frozenset({"stt", "tt", "so thu tu", "no", "number", "row"})


def plain(name: str) -> str:
    """A name without accents, case, punctuation and what stands in brackets: `ho va ten`."""
    text = re.sub(r"\(.*?\)|\[.*?\]", " ", name.replace("*", " "))
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


@dataclass(frozen=True)
class Columns:
    """Where each column stands, and what stands in none of ours."""

    places: Mapping[str, int]
    unknown: tuple[str, ...]


def match(
    header: Sequence[str], names: Mapping[str, Sequence[str]], required: Sequence[str]
) -> Columns:
    """Find the columns, `names` by their key. Raises BadFile for a missing or a double one."""
    keys = {plain(name): key for key, known in names.items() for name in known}
    places: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(header):
        key = keys.get(plain(heading))
        if key is None:
            if heading and plain(heading) not in IGNORED:
                unknown.append(heading[:80])
        elif key in places:
            raise BadFile(FileFault.SAME_COLUMN_TWICE, [key])
        else:
            places[key] = place
    missing = [key for key in required if key not in places]
    if missing:
        raise BadFile(FileFault.MISSING_COLUMNS, missing)
    return Columns(places, tuple(unknown))
