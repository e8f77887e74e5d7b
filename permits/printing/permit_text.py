"""A permit's text, as large as its box allows."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from permits.printing.canvas import bold_width, regular_width
from permits.printing.fitting import DoesNotFit, Line, Part, Text, fit
from permits.printing.printed_permit import PrintedPermit, rows

SMALLEST_TYPE = 5.0  # points: read from a print with good eyes
# For a text at every limit of its fields. Smaller is better than cut.
EVEN_SMALLER = (4.5, 4.0, 3.5, 3.0)
STEP = 0.5
NAME_SCALE = 1.5
LISTED = (
    None,
    12,
    8,
    6,
    4,
    3,
    2,
    1,
)  # so many zones and companions, each tried down to the smallest type


def fitted(
    permit: PrintedPermit, *, width: float, room: float, largest: float, labels: float
) -> list[Line]:
    """Name, kind and everything else, for a box of this size in points.

    `largest` is the size of type to begin with, `labels` the labels' share of the width. A long
    list says how many it left out, rather than be too small to read; nothing else is left out.
    """
    sizes = list(_sizes(largest))
    for most_listed in LISTED:
        parts = _parts(permit, most_listed)
        if most_listed == LISTED[-1]:
            sizes += EVEN_SMALLER
        try:
            return fit(parts, sizes=sizes, width=width, room=room, labels=labels)
        except DoesNotFit:
            continue
    raise DoesNotFit(permit.serial)


def _sizes(largest: float) -> Iterator[float]:
    size = largest
    while size >= SMALLEST_TYPE:
        yield size
        size -= STEP


def _parts(permit: PrintedPermit, most_listed: int | None) -> list[Part]:
    kinds = " / ".join(permit.kind_names())
    return [
        Part(Text(permit.full_name, bold_width), scale=NAME_SCALE, is_bold=True),
        Part(Text(kinds, regular_width)),
        *(
            Part(Text(row.value, bold_width), Text(row.label, regular_width), is_bold=True)
            for row in rows(permit, most_listed=most_listed)
        ),
    ]


def advice() -> list[Part]:
    """What whoever holds the paper does with it."""
    texts = [
        _("Hold this paper 20 to 30 cm from the camera, flat and still."),
        _("If the code cannot be read, read out the serial."),
    ]
    return [Part(Text(text, regular_width)) for text in texts]
