"""What a step's page is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from permits import labels, selectors
from permits.forms import Fault, Filled, forms_over
from permits.steps import Step, takes_documents

if TYPE_CHECKING:
    from permits.views.steps import StepPage

Line = dict[str, str]


def context_of(page: StepPage, faults: list[Fault], *, with_faults: bool) -> dict[str, Any]:
    """For the step's template."""
    kind, permit, places = page.place.kind, page.place.permit, page.steps
    filled = page.filled()
    plain = forms_over(page.typed, kind=kind, now=page.now, checked=False)
    return {
        "kind": kind,
        "permit": permit,
        "asked": selectors.asked_of(permit) if permit else None,
        "step": page.step,
        "step_name": labels.STEPS[page.step],
        "number": places.index(page.step) + 1,
        "count": len(places),
        "is_first": page.step is places[0],
        "forms": filled.forms if with_faults else plain,
        "sections": _sections(page, filled) if page.step is Step.CHECK else [],
        "documents": page.documents(),
        "takes_documents": takes_documents(kind),
        "faults": faults,
        "people_faults": [one for one in faults if one.field_id == "id_companions"],
        "document_faults": [one for one in faults if one.field_id == "id_documents"],
        "has_draft": page.draft is not None,
        "left": page.place.left,
        "address": page.place.address,
    }


def _sections(page: StepPage, filled: Filled) -> list[dict[str, Any]]:
    """All that was filled in, by step, to be looked over."""
    made = filled.forms
    papers = _lines(made.papers)
    if takes_documents(page.place.kind):
        names = ", ".join(one["name"] for one in page.documents())
        papers.append({"label": str(labels.WHOLE_FIELDS["documents"]), "text": names})
    lines = {
        Step.YOU: _lines(made.you),
        Step.TRIP: _lines(made.trip),
        Step.PEOPLE: [
            {
                "label": _("Person %(number)d") % {"number": place},
                "text": ", ".join(line["text"] for line in _lines(form)),
            }
            for place, form in enumerate(made.companions, start=1)
        ],
        Step.PAPERS: papers,
    }
    return [
        {"step": step.value, "name": labels.STEPS[step], "lines": lines[step]}
        for step in page.steps
        if step in lines
    ]


def _lines(form: forms.Form) -> list[Line]:
    return [{"label": str(field.label), "text": _text(form, field)} for field in form]


def _text(form: forms.Form, bound: forms.BoundField) -> str:
    """As the reader would write it; a number as it was typed, so that a mask stays one."""
    value = form.cleaned_data.get(bound.name)
    if isinstance(bound.field, forms.DateTimeField) and value:
        return date_format(localtime(value), pgettext("date format", "j F Y, H:i"))
    if isinstance(bound.field, forms.DateField) and value:
        return date_format(value, "d/m/Y")
    if isinstance(bound.field, forms.ChoiceField):
        return str(dict(bound.field.choices).get(value, ""))  # type: ignore[arg-type]
    typed = bound.value()
    return "" if typed is None else str(typed)
