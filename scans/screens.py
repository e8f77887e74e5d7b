"""The driver's screen of a lane: a sign, without a word about anybody.

It stands where everybody sees it, on a window or tablet that nobody is logged in on: whoever has
its address, which is signed and good for a day, sees the sign of this lane and nothing else.
What it shows is a hint and may be lost: the lane's page says it again every few seconds.
"""

import asyncio

from django.core import signing
from django.urls import reverse

from permits.verdict import Direction
from scans import hints
from scans.protocol import SignCode

VALID_SECONDS = 24 * 60 * 60
SALT = "scans.screens"


class NoSuchScreen(Exception):
    """The address is not one of ours, or too old."""


def address(lane_id: int, direction: Direction) -> str:
    """The path of a lane's screen."""
    return reverse("screen", args=[signing.dumps([lane_id, direction.value], salt=SALT)])


def lane_of(token: str) -> tuple[int, Direction]:
    """Which lane's screen it is. Raises NoSuchScreen."""
    try:
        lane_id, direction = signing.loads(token, salt=SALT, max_age=VALID_SECONDS)
        return int(lane_id), Direction(direction)
    except (signing.BadSignature, ValueError, TypeError):
        raise NoSuchScreen from None


def screen_group(lane_id: int, direction: Direction) -> str:
    """The channel group of a lane's screens."""
    return f"screens-{lane_id}-{direction.value}"


def lane_group(lane_id: int, direction: Direction) -> str:
    """The channel group of a lane's pages."""
    return f"lane-{lane_id}-{direction.value}"


class SignOfLane:
    """What a lane's screens are to show. Nobody waits until they do."""

    def __init__(self, lane_id: int, direction: Direction) -> None:
        self._group = screen_group(lane_id, direction)
        self._sign: SignCode = "ready"
        self._is_news = False
        self._telling: asyncio.Task[None] | None = None

    def show(self, sign: SignCode) -> None:
        """Show this from now on."""
        self._sign = sign
        self.show_again()

    def show_again(self) -> None:
        """Tell it to whoever has come meanwhile."""
        self._is_news = True
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._is_news:
            self._is_news = False
            await hints.tell(self._group, {"type": "sign.shown", "sign": self._sign})
