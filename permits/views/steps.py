"""The steps in which a declaration is filled in: one screen each, and what they have in common.

Each step is sent to its own address, and leads on to the next. What was typed is kept in a draft
(drafts.py), whether it can be taken or not, so that going back or loading anew loses nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from permits import drafts, labels
from permits.drafts import Typed
from permits.forms import Fault, Filled
from permits.models import Draft, Permit, PermitKind
from permits.steps import Step, steps_of
from permits.throttles import DraftThrottle, seconds_to_wait
from permits.views import sent_fields
from permits.views.private import minute_after, private
from permits.views.step_context import context_of

COOKIE = "draft"
DOCUMENTS_ID = "id_documents"
NEXT, BACK, DISCARD = "next", "back", "discard"


@dataclass(frozen=True)
class Place:
    """Where the steps stand: a kind's own, or those in which a permit is corrected.

    `send` takes the whole declaration, and returns where to go.
    """

    kind: PermitKind
    address: str
    send: Callable[["StepPage"], HttpResponse]
    left: str  # the address that one goes to who gives up
    permit: Permit | None = None

    def address_of(self, step: Step) -> str:
        """The address of one step."""
        return f"{self.address}{step.value}/"


class StepPage:
    """One request for one step."""

    def __init__(self, request: HttpRequest, place: Place, step: str, *, now: datetime) -> None:
        self.request, self.place, self.now = request, place, now
        self.draft: Draft | None = drafts.find(request.COOKIES.get(COOKIE, ""), now=now)
        self.typed = drafts.typed_in(self.draft) if self.draft else Typed()
        self.steps = steps_of(place.kind, companions=len(self.typed.companions))
        self.upload_faults: list[str] = []
        if step not in self.steps:
            raise Http404
        self.step = Step(step)

    def answer(self) -> HttpResponse:
        """The page, or where to go on."""
        if self.request.method == "POST":
            return self._take()
        before = [step for step in self.steps if step not in self.typed.sent]
        if before and self.steps.index(before[0]) < self.steps.index(self.step):
            return self.go_to(before[0])
        if self.step is Step.CHECK and self.filled().first_open():
            return self.go_to_open()
        # Faults are shown of what was sent before, and not of what was only begun.
        return self.page(with_faults=bool("faults" in self.request.GET))

    def _take(self) -> HttpResponse:
        go = self.request.POST.get("go", NEXT)
        if go == DISCARD:
            return self._discard()
        if self.step is Step.CHECK:
            return self.place.send(self) if go == NEXT else self._back()
        wait = self._begin()
        stays = sent_fields.take(self, go)
        if wait:
            return self.too_many(wait)
        if self.step not in self.typed.sent and go == NEXT:
            self.typed.sent.append(self.step)
        self.save()
        if go == BACK:
            return self._back()
        if stays and not self.upload_faults:
            query = "?change" if "change" in self.request.GET else ""
            return self.go_to(self.step, f"{query}{stays}")
        if self.upload_faults or self.filled().faults(self.step):
            return self.page(with_faults=True)
        return self._next()

    def _begin(self) -> int:
        """Make a draft, where there is none. Returns how long to wait until one may."""
        if self.draft:
            return 0
        wait = seconds_to_wait(DraftThrottle(), self.request)
        if not wait:
            self.draft, self.key = drafts.begin(self.typed, now=self.now)
        return wait

    def save(self) -> None:
        """Keep what was typed."""
        if self.draft:
            drafts.save(self.draft, self.typed, now=self.now)

    def filled(self) -> Filled:
        """All that was typed so far."""
        return Filled(self.place.kind, self.typed, now=self.now, documents=len(self.documents()))

    def documents(self) -> list[dict[str, Any]]:
        """The files that are there: those of the permit that stay, and those of the draft."""
        permit = self.place.permit
        kept = permit.documents.exclude(id__in=self.typed.removed) if permit else []
        new = self.draft.documents.all() if self.draft else []
        return [
            {"name": one.name, "size": one.size, "value": f"{kind}-{one.pk}"}
            for kind, some in (("kept", kept), ("new", new))
            for one in some
        ]

    def _discard(self) -> HttpResponse:
        if self.draft:
            drafts.discard(self.draft)
        response = redirect(self.place.left)
        response.delete_cookie(COOKIE, path=self.place.address)
        return response

    def _back(self) -> HttpResponse:
        place = self.steps.index(self.step)
        return self.go_to(self.steps[max(0, place - 1)])

    def _next(self) -> HttpResponse:
        """On; or back to the last step, for who came from there to change something."""
        if "change" in self.request.GET and not self.filled().first_open():
            return self.go_to(Step.CHECK)
        return self.go_to(self.steps[self.steps.index(self.step) + 1])

    def go_to(self, step: Step, query: str = "") -> HttpResponse:
        """Lead to another step."""
        return self._with_key(redirect(f"{self.place.address_of(step)}{query}"))

    def go_to_open(self) -> HttpResponse:
        """Lead to the first step that is not in order, which then says why."""
        step = self.filled().first_open() or Step.CHECK
        return self.go_to(step, "?faults" if step in self.typed.sent else "")

    def too_many(self, wait: int) -> HttpResponse:
        """Put off, with everything still there."""
        again_at = minute_after(self.now, wait)
        response = self.page(with_faults=False, again_at=again_at, status=429)
        response["Retry-After"] = str(wait)
        return response

    def page(
        self, *, with_faults: bool, again_at: datetime | None = None, status: int = 200
    ) -> HttpResponse:
        """The step's screen."""
        faults = self._faults() if with_faults else []
        context = context_of(self, faults, with_faults=with_faults) | {"again_at": again_at}
        template = f"permits/steps/{self.step.value}.html"
        return self._with_key(private(render(self.request, template, context, status=status)))

    def _faults(self) -> list[Fault]:
        label = str(labels.WHOLE_FIELDS["documents"])
        return [
            *self.filled().faults(self.step),
            *(Fault(label, text, DOCUMENTS_ID) for text in self.upload_faults),
        ]

    def _with_key(self, response: HttpResponse) -> HttpResponse:
        """The draft's key goes to this browser, for these pages alone, and stays as long as it."""
        key = getattr(self, "key", "") or self.request.COOKIES.get(COOKIE, "")
        if self.draft and key:
            set_key(response, key, self.place.address)
        return response


def set_key(response: HttpResponse, key: str, address: str) -> None:
    """Give a draft's key to the browser, for the pages below this address alone."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=drafts.LIFETIME,
        path=address,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
