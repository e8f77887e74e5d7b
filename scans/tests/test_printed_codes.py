"""A printed permit before a lane's camera: what the decoder reads of the paper."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from permits import printing
from permits.tests.paper import CODE, LONGEST, PERMIT, photographed, pictures
from scans.decode import decode


def as_frame(picture: Image.Image) -> bytes:
    """As the page sends it."""
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=65)
    return content.getvalue()


@pytest.mark.parametrize("permit", [PERMIT, LONGEST], ids=["usual", "longest"])
@pytest.mark.parametrize(
    "draw",
    [printing.a6, printing.a4, lambda permit: printing.cards([permit])],
    ids=["a6", "a4", "card"],
)
def test_a_lane_s_camera_reads_the_paper_at_the_first_look(
    draw: Callable[[printing.PrintedPermit], bytes], permit: printing.PrintedPermit
) -> None:
    [paper] = pictures(draw(permit))

    for picture in (paper, photographed(paper)):
        assert [symbol.payload for symbol in decode(as_frame(picture))] == [CODE]
