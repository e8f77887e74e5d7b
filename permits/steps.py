"""The steps of a declaration, and what a kind of permit lets a citizen choose in them."""

from datetime import timedelta
from enum import StrEnum

from permits.models import PermitKind


class Step(StrEnum):
    """In their order. The values stand in addresses."""

    YOU = "you"
    TRIP = "trip"
    PEOPLE = "people"
    PAPERS = "papers"
    CHECK = "check"


EARLIEST_TRAVEL = timedelta(hours=-24)
LATEST_TRAVEL = timedelta(hours=72)
LATEST_START = timedelta(days=30)  # for what an authority approves


def steps_of(kind: PermitKind, *, companions: int = 0) -> list[Step]:
    """Without those that would be empty: whoever is named already can still be removed."""
    has_people = bool(kind.most_companions or companions)
    return [step for step in Step if step is not Step.PEOPLE or has_people]


def lets_choose_validity(kind: PermitKind) -> bool:
    """Whether its permits may begin later, or be valid for less. What is valid at once may not."""
    return bool(kind.needs_approval)


def takes_documents(kind: PermitKind) -> bool:
    """Whether there is somebody to look at them."""
    return bool(kind.needs_documents or kind.needs_approval)


def latest_travel(kind: PermitKind) -> timedelta:
    """How far ahead of now the trip may lie."""
    return LATEST_START if lets_choose_validity(kind) else LATEST_TRAVEL
