"""What a supervisor fills in to tell the lanes something."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from permits.forms.spelling import TIME_FORMATS
from scans.instruction_reach import NOWHERE, Target
from scans.instructions import NewInstruction
from scans.models import DIRECTIONS, Checkpoint, InstructionKind
from scans.models.instructions import MAX_TEXT
from scans.oversight import Oversight

COMMON_TEXTS = (
    _("Stop everything until further notice."),
    _("Let ambulances and goods transport through first."),
    _("Check everybody in the vehicle, not the driver alone."),
    _("The shift leader is on the way to you."),
    _("Call the control room."),
)
# Of BadInstruction's codes: the field, and what to say at it.
FAULTS = {
    "text_missing": ("text", _("Write what the lanes are to know.")),
    "direction_missing": ("direction", _("Choose the new direction.")),
    "in_the_past": ("ends_at", _("This time is over already.")),
    "direction_already": ("direction", _("Whoever works there works in this direction already.")),
    "closed_already": ("where", _("It is closed already.")),
    "open_already": ("where", _("It is open already.")),
}
ALL = "all"


class InstructionForm(forms.Form):
    """`where` is `all`, `checkpoint-ID` or `lane-ID`, of the supervisor's own alone."""

    instruction_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What"), choices=InstructionKind.choices)
    where = forms.ChoiceField(
        label=_("Where"),
        error_messages={
            "required": _("Choose who is to be told."),
            "invalid_choice": _("Choose one of your own lanes."),
        },
    )
    direction = forms.ChoiceField(
        label=_("New direction"), choices=[("", "–"), *DIRECTIONS], required=False
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_TEXT,
        help_text=_("Everybody at the lane reads it: write no names and no numbers of people."),
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "sentences", "list": "common-texts"}
        ),
        error_messages={"max_length": _("At most %(limit_value)d characters.")},
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        help_text=_("Left empty, it stands until it is withdrawn."),
        input_formats=TIME_FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=TIME_FORMATS[0]),
        error_messages={"invalid": _("Write a date and a time of day.")},
    )

    def __init__(
        self,
        typed: QueryDict | None,
        *,
        oversight: Oversight,
        districts: frozenset[int] | None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(typed, initial={"instruction_id": uuid4(), **(initial or {})})
        self._districts = districts
        self.typed = typed
        where = self.fields["where"]
        assert isinstance(where, forms.ChoiceField)  # noqa: S101 for the types
        where.choices = _places(oversight)

    def instruction(self) -> NewInstruction:
        """Of a valid form."""
        cleaned = self.cleaned_data
        kind = InstructionKind(cleaned["kind"])
        return NewInstruction(
            instruction_id=cleaned["instruction_id"],
            kind=kind,
            target=self._target(cleaned["where"]),
            text=" ".join(cleaned["text"].split()),
            direction=cleaned["direction"] if kind == InstructionKind.DIRECTION else "",
            ends_at=cleaned["ends_at"],
        )

    def say(self, code: str) -> None:
        """Say at its field why nothing was given."""
        field, words = FAULTS[code]
        self.add_error(field, str(words))

    def begin_anew(self) -> None:
        """What is sent next is another instruction."""
        self.data = {**(self.typed or QueryDict()).dict(), "instruction_id": str(uuid4())}

    def _target(self, where: str) -> Target:
        if where == ALL:
            if self._districts is None:
                return Target()
            return Target(district_ids=self._districts or NOWHERE)
        place, _dash, number = where.partition("-")
        key = int(number)
        return Target(lane_id=key) if place == "lane" else Target(checkpoint_id=key)


def _places(oversight: Oversight) -> list[Any]:
    rows = oversight.of(Checkpoint.objects.prefetch_related("lanes"), "id")
    places = [
        (
            checkpoint.name,
            [
                (
                    f"checkpoint-{checkpoint.pk}",
                    _now("%(checkpoint)s: all lanes") % {"checkpoint": checkpoint.name},
                ),
                *(
                    (f"lane-{lane.pk}", f"{checkpoint.name} · {lane.name}")
                    for lane in checkpoint.lanes.all()
                ),
            ],
        )
        for checkpoint in rows
    ]
    everything = _("All checkpoints") if oversight.is_everything else _("All your checkpoints")
    # Nothing is chosen beforehand: a slip must not reach everybody.
    return [("", "–"), (ALL, everything), *places] if places else []
