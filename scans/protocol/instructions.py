"""PURE. What a supervisor tells a lane, and what its officer says to that."""

from typing import Annotated

import msgspec

RowId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Confirm(
    msgspec.Struct, tag_field="type", tag="confirm", forbid_unknown_fields=True, frozen=True
):
    """The officer has read an instruction. Answered by `confirmed`; sent again, it is so again."""

    id: RowId


class InstructionMessage(msgspec.Struct, tag_field="type", tag="instruction", frozen=True):
    """A supervisor's instruction stands for this lane. Sent again where something of it changed.

    After `shift` all that stand come, the oldest first; later ones as they are given. `kind` is
    `message`, `close`, `open` or `direction`, which has a `direction`. `by` is the supervisor's
    name. `confirmed` says whether this officer has said so at this lane.
    """

    id: int
    kind: str
    text: str
    direction: str
    made_at: int
    by: str
    confirmed: bool


class InstructionGone(msgspec.Struct, tag_field="type", tag="instruction_gone", frozen=True):
    """An instruction no longer stands: it was withdrawn or replaced, or its time is over."""

    id: int


class Confirmed(msgspec.Struct, tag_field="type", tag="confirmed", frozen=True):
    """The officer's confirmation is in the database."""

    id: int


class LaneState(msgspec.Struct, tag_field="type", tag="lane_state", frozen=True):
    """Whether supervisors have closed the lane. A lane of which nothing is said is open.

    What is held up at a closed lane is checked all the same.
    """

    closed: bool
