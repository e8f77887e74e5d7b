"""PURE. What a run is to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.cameras.address import Address
from bench.cameras.scene import ROLES, Offer, Setting, codes_of, role_of
from bench.cameras.site import Place
from bench.cameras.tally import Tally


@dataclass(frozen=True)
class Plan:
    """Cameras over places in turn: where there are more cameras, several share a lane."""

    address: Address
    cookie: str
    places: tuple[Place, ...]
    scene: str  # one of SCENES in scene.py
    cameras: int
    rate: float  # frames or typed codes a second of one camera; 0: as fast as answers come
    seconds: float
    codes: tuple[str, ...]
    pictures: Path  # made by pictures.draw from these codes

    def place(self, camera: int) -> Place:
        """Where this camera stands."""
        return self.places[camera % len(self.places)]

    def script(self, camera: int, *, roads: int) -> Iterator[Offer]:
        """What this camera sees: the same in each run."""
        role = ROLES[role_of(self.scene, camera)]
        setting = Setting(
            gap=1 / self.rate if self.rate else 0.0,
            codes=codes_of(camera, cameras=self.cameras, count=len(self.codes)),
            roads=roads,
            chance=Random(camera),
        )
        return role(setting)


@dataclass(frozen=True)
class Progress:
    """How far a process has come, so many seconds after its beginning."""

    seconds: float
    served: int  # cameras whose lane is open at this moment
    frames: int
    checks: int
    errors: int

    @classmethod
    def of(cls, tally: Tally, *, seconds: float, served: int) -> "Progress":
        """From what is counted so far."""
        return cls(seconds, served, tally.frames_done, tally.checks_done, tally.errors.total())

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(
            max(self.seconds, other.seconds),
            self.served + other.served,
            self.frames + other.frames,
            self.checks + other.checks,
            self.errors + other.errors,
        )
