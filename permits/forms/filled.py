"""A declaration as far as it is filled in: the forms of all steps, over one draft."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from permits import demands, labels, services
from permits.drafts import Typed
from permits.fields import PersonalNumberField, PhoneField
from permits.forms.people import CompanionForm, YouForm
from permits.forms.trip import PapersForm, TripForm
from permits.models import PermitKind
from permits.services import CompanionDeclared, Declaration
from permits.steps import Step, lets_choose_validity, steps_of

STEP_OF_FIELD = {"valid_until": Step.TRIP, "companions": Step.PEOPLE, "documents": Step.PAPERS}


@dataclass(frozen=True)
class Fault:
    """Something that cannot be taken, the field that it stands at, and that field's id."""

    label: str
    message: str
    field_id: str


@dataclass(frozen=True)
class Forms:
    """Those of all steps."""

    you: YouForm
    trip: TripForm
    companions: list[CompanionForm]
    papers: PapersForm

    @property
    def all(self) -> list[forms.Form]:
        """In the order of the pages."""
        return [self.you, self.trip, *self.companions, self.papers]


def forms_over(typed: Typed, *, kind: PermitKind, now: datetime, checked: bool) -> Forms:
    """The forms over what was typed: with what is wrong with it, or just as it was typed."""

    def over(fields: dict[str, str], prefix: str = "") -> dict[str, Any]:
        if checked:
            named = {f"{prefix}-{name}" if prefix else name: text for name, text in fields.items()}
            return {"typed": named, "prefix": prefix or None}
        return {"typed": None, "initial": dict(fields), "prefix": prefix or None}

    made = Forms(
        you=YouForm(kind=kind, now=now, **over(typed.fields)),
        trip=TripForm(kind=kind, now=now, valid_from=typed.valid_from, **over(typed.fields)),
        companions=[
            CompanionForm(kind=kind, now=now, **over(row, str(place)))
            for place, row in enumerate(typed.companions)
        ],
        papers=PapersForm(kind=kind, **over(typed.fields)),
    )
    for form in made.all:
        for field in form.fields.values():
            if isinstance(field, PersonalNumberField | PhoneField):
                field.masked = typed.masked
    return made


class Filled:
    """The forms, bound to what was typed, with what the kind asks for besides.

    `documents` is how many files there are. What concerns no single field of a form (the files, the
    number of companions) is in `whole_faults`, by step.
    """

    def __init__(self, kind: PermitKind, typed: Typed, *, now: datetime, documents: int) -> None:
        self.kind = kind
        self.now = now
        self.typed = typed
        self.documents = documents
        self.forms = forms_over(typed, kind=kind, now=now, checked=True)
        self.whole_faults: dict[Step, list[Fault]] = {step: [] for step in Step}
        for form in self.forms.all:
            form.full_clean()
        is_new = not typed.seen_version
        self.add_unmet(services.unmet(kind, self._declared(), is_new=is_new))

    def forms_of(self, step: Step) -> list[forms.Form]:
        """The forms that a step shows."""
        by_step: dict[Step, list[forms.Form]] = {
            Step.YOU: [self.forms.you],
            Step.TRIP: [self.forms.trip],
            Step.PEOPLE: [*self.forms.companions],
            Step.PAPERS: [self.forms.papers],
        }
        return by_step.get(step, [])

    def faults(self, step: Step) -> list[Fault]:
        """What is to be put right in a step, in the order of the page."""
        return [*_form_faults(self.forms_of(step)), *self.whole_faults[step]]

    def first_open(self) -> Step | None:
        """The first step that was not sent, or cannot be taken; None where all is well."""
        for step in steps_of(self.kind, companions=len(self.typed.companions)):
            if step is not Step.CHECK and (step not in self.typed.sent or self.faults(step)):
                return step
        return None

    def declaration(self) -> Declaration:
        """What was declared, once nothing is open."""
        validity = ("valid_from", "valid_until")
        trip = {k: v for k, v in self.forms.trip.cleaned_data.items() if k not in validity}
        return Declaration(
            **self.forms.you.cleaned_data,
            **trip,
            **self.forms.papers.cleaned_data,
            companions=tuple(
                CompanionDeclared(**one.cleaned_data) for one in self.forms.companions
            ),
        )

    def validity(self) -> tuple[datetime | None, datetime | None]:
        """From when until when it is to be valid; None where that may not be chosen."""
        return self._validity() if lets_choose_validity(self.kind) else (None, None)

    def _validity(self) -> tuple[datetime, datetime]:
        start = self._value(self.forms.trip, "valid_from") or self.typed.valid_from or self.now
        end = self._value(self.forms.trip, "valid_until") or services.longest_end(self.kind, start)
        return start, end

    def add_unmet(self, unmet: list[demands.Unmet]) -> None:
        """Put what the kind asks for at the field that it is about."""
        for one in unmet:
            text = str(labels.DEMANDS[one.demand]) % {"limit": one.limit}
            form = self._form_of(one)
            if form is not None and one.field not in form.errors:
                form.add_error(one.field, ValidationError(text, code=one.demand.value))
            elif form is None:
                step = STEP_OF_FIELD.get(one.field, Step.CHECK)
                name = labels.WHOLE_FIELDS.get(one.field, "")
                self.whole_faults[step].append(Fault(str(name), text, f"id_{one.field}"))

    def _form_of(self, unmet: demands.Unmet) -> forms.Form | None:
        if unmet.companion is not None:
            return self.forms.companions[unmet.companion]
        return next((form for form in self.forms.all if unmet.field in form.fields), None)

    def _declared(self) -> demands.Declared:
        """What is known so far. What is not typed yet counts as right: it is asked for anyway."""
        start, end = self._validity()
        people = [self.forms.you, *self.forms.companions]
        papers = self.forms.papers
        numbers = [self._value(form, "personal_number") for form in people]
        return demands.Declared(
            valid_from=start,
            valid_until=end,
            has_vehicle=bool(papers.errors or self._value(papers, "plate")),
            has_documents=bool(self.documents),
            doses=[self._doses(form) for form in people],
            numbers=[number or f"unknown {place}" for place, number in enumerate(numbers)],
        )

    def _doses(self, form: forms.Form) -> int:
        doses = self._value(form, "doses")
        return self.kind.doses_needed if doses is None else int(doses)

    @staticmethod
    def _value(form: forms.Form, name: str) -> Any:
        return form.cleaned_data.get(name)


def _form_faults(shown: list[forms.Form]) -> Iterator[Fault]:
    for form in shown:
        for field in form:
            if field.errors:
                yield Fault(str(field.label), str(field.errors[0]), field.id_for_label)
