"""Supervisors' instructions, as tests give them."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User

from scans import instructions
from scans.instruction_reach import Target
from scans.instructions import NewInstruction
from scans.models import Instruction, InstructionKind, Shift


def give(
    made_by: User, target: Target, *, now: datetime, kind: str = "message", **given: Any
) -> Instruction:
    """Give one; a message has a text if nothing else is said."""
    if kind == "message":
        given.setdefault("text", "Dừng lại")
    new = NewInstruction(uuid4(), InstructionKind(kind), target, **given)
    return instructions.give(new, made_by=made_by.pk, now=now)


def work_at(lane_id: int, officer: User, *, now: datetime, direction: str = "in") -> Shift:
    """A shift whose page is there."""
    return Shift.objects.create(
        lane_id=lane_id, officer=officer, direction=direction, started_at=now, last_seen_at=now
    )
