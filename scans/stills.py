"""Pictures of a paper or a face held up to the camera: the only reader and writer of stills."""

import io
from datetime import datetime
from uuid import UUID

from PIL import Image

from permits import personal_data
from scans.models import Still

MAX_BYTES = 600 * 1024
MAX_PIXELS = 4_000_000
MOST_OF_A_CAR = 6


class BadStill(Exception):
    """Nothing was kept. `code`: `not_an_image`, `image_too_large` or `too_many`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def add(
    content: bytes,
    *,
    still_id: UUID,
    car_id: UUID,
    lane_id: int,
    officer_id: int,
    taken_at: datetime,
    now: datetime,
) -> None:
    """Keep one, sealed; one that is kept already is kept once. Raises BadStill."""
    if Still.objects.filter(still_id=still_id).exists():
        return
    if Still.objects.filter(car_id=car_id).count() >= MOST_OF_A_CAR:
        raise BadStill("too_many")
    Still.objects.create(
        still_id=still_id,
        car_id=car_id,
        lane_id=lane_id,
        officer_id=officer_id,
        picture_sealed=personal_data.seal_bytes(_plain_jpeg(content)),
        taken_at=taken_at,
        recorded_at=now,
    )


def picture_of(still: Still) -> bytes:
    """The JPEG again. Raises CannotUnseal."""
    return personal_data.unseal_bytes(still.picture_sealed)


def _plain_jpeg(content: bytes) -> bytes:
    """The picture drawn anew: no word that its file may carry besides is kept, or served."""
    if len(content) > MAX_BYTES:
        raise BadStill("image_too_large")
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadStill("image_too_large")
            buffer = io.BytesIO()
            picture.convert("RGB").save(buffer, "JPEG", quality=80)
            return buffer.getvalue()
    except (OSError, ValueError, SyntaxError):
        raise BadStill("not_an_image") from None
