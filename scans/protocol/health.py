"""PURE. What a lane's page says of its device."""

from typing import Annotated, Literal

import msgspec

CameraState = Literal[
    "ok",
    "starting",
    "dark",  # there is a picture, and too little light in it
    "black",  # there is a picture, and nothing in it
    "frozen",
    "none",
    "denied",
    "broken",  # in use elsewhere, unplugged, or of no use to the page
]

# More than any device can mean: what is measured must be a sane number.
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=600_000)]
HundredYears = Annotated[int, msgspec.Meta(ge=-(10**14), le=10**14)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
PicturesASecond = Annotated[int, msgspec.Meta(ge=0, le=1_000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
NetworkName = Annotated[str, msgspec.Meta(max_length=16)]


class Health(
    msgspec.Struct, tag_field="type", tag="health", forbid_unknown_fields=True, frozen=True
):
    """How the device of the page is. Not answered.

    Sent when something of it changes, and at least every 30 seconds. `battery` is a share of 1.
    `clock_offset_ms` is the device's clock minus the server's. What a browser does not tell is
    null, and an unknown `network` empty.
    """

    camera: CameraState
    unsent_acts: Count
    battery: Share | None = None
    charging: bool | None = None
    round_trip_ms: Milliseconds | None = None
    pictures_a_second: PicturesASecond | None = None
    clock_offset_ms: HundredYears | None = None
    network: NetworkName = ""
