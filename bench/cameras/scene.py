"""PURE. What happens before a camera: an endless script of acts, each a pause after the last.

The page sends a picture only when it has changed, and a few times more after a change without a
code (static/js/change.js). So the scripts hold no frame for the time in which nothing happens.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# As the page does: after a change without a code it looks again, since the camera may have focused
# meanwhile, and while a code is in view it says so once a second.
FOCUS_SECONDS, FOCUS_TRIES = 0.3, 3
STILL_VISIBLE_SECONDS = 1.0

VEHICLE_PASSES_SECONDS = (5.0, 15.0)  # past an idle camera
FIRST_DRIVER_SECONDS, NEXT_DRIVER_SECONDS = (0.0, 3.0), (0.0, 0.8)
FRAMES_OF_A_CODE = 5  # while the phone is brought to the camera
RELOAD_SECONDS = (1.0, 4.0)


@dataclass(frozen=True, slots=True)
class Road:
    """A frame without a code."""

    number: int


@dataclass(frozen=True, slots=True)
class Code:
    """A frame with this code in it."""

    number: int


@dataclass(frozen=True, slots=True)
class Typed:
    """A code that is typed."""

    number: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """The check typed last is sent once more, with its scan_id."""


@dataclass(frozen=True, slots=True)
class Reload:
    """The page is loaded anew: the socket closes, whatever is on its way, and comes back."""


Act = Road | Code | Typed | Repeat | Reload


@dataclass(frozen=True, slots=True)
class Offer:
    """An act, and the seconds since the one before (or since that was answered, at rate 0)."""

    pause: float
    act: Act


@dataclass(frozen=True)
class Setting:
    """What a script is made from. `gap` is the seconds between two frames of a moving picture."""

    gap: float
    codes: Iterator[int]
    roads: int
    chance: random.Random

    def road(self) -> Road:
        """Any picture of the empty road."""
        return Road(self.chance.randrange(self.roads))


def idle(setting: Setting) -> Iterator[Offer]:
    """Now and then a vehicle passes without stopping."""
    yield from _changed(setting, setting.chance.uniform(0, VEHICLE_PASSES_SECONDS[1]))
    while True:
        yield from _changed(setting, setting.chance.uniform(*VEHICLE_PASSES_SECONDS))


def busy(setting: Setting) -> Iterator[Offer]:
    """A code every two or three seconds: brought near, held still, taken away."""
    yield from _changed(setting, setting.chance.uniform(*FIRST_DRIVER_SECONDS))
    for number in setting.codes:
        yield Offer(setting.chance.uniform(*NEXT_DRIVER_SECONDS), Code(number))
        for _frame in range(FRAMES_OF_A_CODE - 1):
            yield Offer(setting.gap, Code(number))
        yield Offer(STILL_VISIBLE_SECONDS, Code(number))
        yield from _changed(setting, setting.gap)


def codes(setting: Setting) -> Iterator[Offer]:
    """Each frame has a new code: no camera sees that, and no frame costs more."""
    yield Offer(setting.chance.uniform(0, setting.gap), Code(next(setting.codes)))
    for number in setting.codes:
        yield Offer(setting.gap, Code(number))


def text(setting: Setting) -> Iterator[Offer]:
    """Codes that are typed, or read by a USB scanner."""
    yield Offer(setting.chance.uniform(0, setting.gap), Typed(next(setting.codes)))
    for number in setting.codes:
        yield Offer(setting.gap, Typed(number))


def restless(setting: Setting) -> Iterator[Offer]:
    """Typed codes, one of them sent twice, another as the page is loaded anew."""
    while True:
        yield Offer(setting.chance.uniform(*RELOAD_SECONDS), Typed(next(setting.codes)))
        yield Offer(setting.gap, Repeat())
        yield Offer(setting.gap, Typed(next(setting.codes)))
        yield Offer(0.0, Reload())


def _changed(setting: Setting, pause: float) -> Iterator[Offer]:
    """The picture has changed, and has no code: the page looks again a few times."""
    road = setting.road()
    yield Offer(pause, road)
    for _try in range(FOCUS_TRIES):
        yield Offer(FOCUS_SECONDS, road)


Script = Callable[[Setting], Iterator[Offer]]

# What one camera sees. A new one: its script here, and its place in SCENES.
ROLES: dict[str, Script] = {
    "idle": idle,
    "busy": busy,
    "codes": codes,
    "text": text,
    "restless": restless,
}
SHOWING_CODES = frozenset({"busy", "codes"})

# What all cameras see: the roles in turn, as often as there are cameras.
SCENES: dict[str, tuple[str, ...]] = {
    "idle": ("idle",),
    "busy": ("busy",),
    "codes": ("codes",),
    "text": ("text",),
    "restless": ("restless",),
    "mixed": (
        *("busy", "text", "idle", "codes", "restless"),
        *("idle", "busy", "idle", "text", "idle"),
    ),
    "rush": ("busy", *("idle",) * 10),
}


def role_of(scene: str, index: int) -> str:
    """What the camera of this number sees."""
    roles = SCENES[scene]
    return roles[index % len(roles)]


def codes_of(index: int, *, cameras: int, count: int) -> Iterator[int]:
    """All codes round and round, each camera from a place of its own, far from its neighbours'."""
    number = index * count // cameras
    while True:
        yield number % count
        number += 1
