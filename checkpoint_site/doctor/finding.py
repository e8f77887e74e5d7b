"""What the doctor says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """`says` what was found and means; `do` what to do about it, empty where all is well."""

    level: Level
    says: str
    do: str = ""


def ok(says: str) -> Finding:
    """As it should be."""
    return Finding(Level.OK, says)


def warning(says: str, do: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(Level.WARNING, says, do)


def wrong(says: str, do: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding(Level.WRONG, says, do)
