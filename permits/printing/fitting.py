"""PURE. Text into a box: wrapped, and if need be smaller, but never cut and never over the edge."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

LEADING = 1.25  # from one line to the next, in sizes of the type
Width = Callable[[str], float]  # of a text in type of size 1


class DoesNotFit(Exception):
    """Not even in the smallest type."""


class Text:
    """A text whose words were measured once, to be wrapped at any size."""

    def __init__(self, text: str, width: Width) -> None:
        self._width = width
        # An accent that stands apart from its letter would be drawn beside it.
        self._words = unicodedata.normalize("NFC", text).split()

    @cached_property
    def _measured(self) -> list[tuple[str, float]]:
        return [(word, self._width(word)) for word in self._words]

    @cached_property
    def _space(self) -> float:
        return self._width(" ")

    def lines(self, *, size: float, room: float) -> list[str]:
        """The lines at this size of type, none wider than `room`."""
        room /= size
        lines: list[str] = []
        line, taken = "", 0.0
        for word, width in self._measured:
            if line and taken + self._space + width <= room:
                line, taken = f"{line} {word}", taken + self._space + width
                continue
            if line:
                lines.append(line)
            *full, line = self._pieces(word, width, room)
            lines += full
            taken = self._width(line) if full else width
        return [*lines, line] if line else lines

    def _pieces(self, word: str, width: float, room: float) -> list[str]:
        """A word that is wider than a line, broken where the line is full."""
        if width <= room:
            return [word]
        pieces = [""]
        for character in word:
            if pieces[-1] and self._width(pieces[-1] + character) > room:
                pieces.append("")
            pieces[-1] += character
        return pieces


@dataclass(frozen=True, slots=True)
class Line:
    """A line at its place: `x` from the left, `y` of its foot below the top of the box."""

    x: float
    y: float
    text: str
    size: float
    is_bold: bool = False
    is_label: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a block: a heading over the whole width, or a label with its value."""

    value: Text
    label: Text | None = None
    scale: float = 1.0  # of the block's size of type
    is_bold: bool = False


def lay_out(parts: Sequence[Part], *, size: float, width: float, label_width: float) -> list[Line]:
    """The parts below one another. Labels stand in a column of `label_width`, values beside it."""
    lines: list[Line] = []
    y = 0.0
    for part in parts:
        own = size * part.scale
        left = 0.0 if part.label is None else label_width
        labels = part.label.lines(size=own, room=label_width - own / 2) if part.label else []
        values = part.value.lines(size=own, room=width - left)
        lines += [Line(0, y + _foot(n, own), text, own, is_label=True) for n, text in _each(labels)]
        lines += [
            Line(left, y + _foot(n, own), text, own, part.is_bold) for n, text in _each(values)
        ]
        y += max(len(labels), len(values)) * own * LEADING + size * 0.15
    return lines


def _each(texts: Sequence[str]) -> list[tuple[int, str]]:
    return list(enumerate(texts))


def _foot(number: int, size: float) -> float:
    return size * (number * LEADING + 1)


def height(lines: Sequence[Line]) -> float:
    """How far down the lines reach, with the tails of their letters."""
    return max((line.y + line.size * 0.25 for line in lines), default=0.0)


def fit(
    parts: Sequence[Part], *, sizes: Sequence[float], width: float, room: float, labels: float
) -> list[Line]:
    """The parts in the first of the sizes in which they are no higher than `room`.

    `labels` is the width of their column, as a share of `width`. Raises DoesNotFit.
    """
    for size in sizes:
        lines = lay_out(parts, size=size, width=width, label_width=width * labels)
        if height(lines) <= room:
            return lines
    raise DoesNotFit
