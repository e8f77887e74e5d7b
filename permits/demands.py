"""PURE. What a kind of permit asks of a declaration, and what of it a declaration does not meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Demand(StrEnum):
    """What is not met. The values are stable codes on the wire."""

    NOT_OFFERED = "not_offered"
    VEHICLE_MISSING = "vehicle_missing"
    DOCUMENTS_MISSING = "documents_missing"
    TOO_FEW_DOSES = "too_few_doses"
    TOO_MANY_COMPANIONS = "too_many_companions"
    SAME_PERSON_TWICE = "same_person_twice"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Unmet:
    """A demand, the field it is about, and the companion (from 0) where it is about one.

    `limit` is the number that the kind sets: doses, companions or hours.
    """

    demand: Demand
    field: str
    companion: int | None = None
    limit: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Demands:
    """What a kind asks for."""

    is_offered: bool = True
    valid_hours: int = 72
    needs_vehicle: bool = False
    needs_documents: bool = False
    doses_needed: int = 0
    most_companions: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """What a declaration says of that. `numbers` are the holder's and the companions', in order."""

    valid_from: datetime
    valid_until: datetime
    has_vehicle: bool
    has_documents: bool
    doses: Sequence[int]
    numbers: Sequence[str]


def unmet(demands: Demands, declared: Declared) -> list[Unmet]:
    """All that is not met, so that the citizen is told at once; none where all is well."""
    return [*_of_the_kind(demands, declared), *_of_the_people(demands, declared)]


def _of_the_kind(demands: Demands, declared: Declared) -> Iterator[Unmet]:
    if not demands.is_offered:
        yield Unmet(Demand.NOT_OFFERED, "kind")
    if demands.needs_vehicle and not declared.has_vehicle:
        yield Unmet(Demand.VEHICLE_MISSING, "plate")
    if demands.needs_documents and not declared.has_documents:
        yield Unmet(Demand.DOCUMENTS_MISSING, "documents")
    if declared.valid_until <= declared.valid_from:
        yield Unmet(Demand.ENDS_BEFORE_IT_BEGINS, "valid_until")
    elif declared.valid_until - declared.valid_from > timedelta(hours=demands.valid_hours):
        yield Unmet(Demand.TOO_LONG, "valid_until", limit=demands.valid_hours)


def _of_the_people(demands: Demands, declared: Declared) -> Iterator[Unmet]:
    companions = len(declared.numbers) - 1
    if companions > demands.most_companions:
        yield Unmet(Demand.TOO_MANY_COMPANIONS, "companions", limit=demands.most_companions)
    for place, doses in enumerate(declared.doses):
        if doses < demands.doses_needed:
            companion = place - 1 if place else None
            yield Unmet(Demand.TOO_FEW_DOSES, "doses", companion, demands.doses_needed)
    for place, number in enumerate(declared.numbers):
        if number in declared.numbers[:place]:
            yield Unmet(Demand.SAME_PERSON_TWICE, "personal_number", place - 1)
