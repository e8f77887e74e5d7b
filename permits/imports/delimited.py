"""PURE. CSV, as Excel and others write it: the character set and the separator differ."""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence

from permits.imports import limits
from permits.imports.headings import plain
from permits.imports.table import BadFile, FileFault

SEPARATORS = (",", ";", "\t", "|")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
EXCEL_SAYS = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
PLACES_LOOKED_AT = 400
SHARE_OF_ZEROS = 0.3


def rows(content: bytes, known_names: Collection[str]) -> tuple[int, Iterator[Sequence[str]]]:
    """About how many lines, and the rows. Raises BadFile."""
    text = decode(content)
    said = EXCEL_SAYS.match(text)
    separator = said[1] if said else _separator(text, known_names)
    return text.count("\n") + 1, _read(text[said.end() if said else 0 :], separator)


def decode(content: bytes) -> str:
    """The text in UTF-8, UTF-16 or Windows-1258. Raises BadFile where it is in none of them."""
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1258")
        except UnicodeDecodeError:
            raise BadFile(FileFault.NOT_TEXT) from None
    if NO_TEXT.search(text):
        raise BadFile(FileFault.WRONG_TYPE)
    return text


def _encoding(content: bytes) -> str:
    if content.startswith(UTF16):
        return "utf-16"
    start = content[:PLACES_LOOKED_AT]
    for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[0::2])):
        if zeros.count(0) > SHARE_OF_ZEROS * len(start):
            return encoding
    return "utf-8-sig"


def _separator(text: str, known_names: Collection[str]) -> str:
    """The one that parts the first line into the most names that we know."""
    first = text.lstrip("\r\n\t ").partition("\n")[0]

    def found(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([first], delimiter=separator), [])
        return sum(plain(cell) in known_names for cell in cells), len(cells)

    try:
        return max(SEPARATORS, key=found)
    except csv.Error:
        raise BadFile(FileFault.DAMAGED) from None


def _read(text: str, separator: str) -> Iterator[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield [cell[: limits.MOST_CELL] for cell in cells]
    except csv.Error:
        raise BadFile(FileFault.DAMAGED) from None
