"""A citizen declares: the steps of one kind of permit, and what comes of them."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from permits import drafts, selectors, services
from permits.services import DoesNotFitKind
from permits.steps import Step
from permits.throttles import DeclarationThrottle, seconds_to_wait
from permits.uploads import takes_files
from permits.views.private import private
from permits.views.steps import COOKIE, Place, StepPage


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def declaration(request: HttpRequest, number: int, step: str = Step.YOU.value) -> HttpResponse:
    """One step of a new declaration."""
    kind = selectors.kinds_for_citizens().filter(number=number).first()
    if kind is None:
        return render(request, "permits/not_offered.html", status=404)
    address = reverse("declaration", args=[number])
    place = Place(kind=kind, address=address, send=_send, left=reverse("home"))
    return StepPage(request, place, step, now=timezone.now()).answer()


def _send(page: StepPage) -> HttpResponse:
    filled = page.filled()
    if page.draft is None or filled.first_open():
        return page.go_to_open()
    wait = seconds_to_wait(DeclarationThrottle(), page.request)
    if wait:
        return page.too_many(wait)
    start, end = filled.validity()
    try:
        with transaction.atomic():
            new_documents = drafts.read_documents(page.draft)
            if not drafts.discard(page.draft):  # an impatient second tap
                return redirect(page.place.left)
            declared = services.declare(
                filled.declaration(),
                now=page.now,
                kind=page.place.kind,
                new_documents=new_documents,
                valid_from=start,
                valid_until=end,
            )
    except DoesNotFitKind:
        return page.go_to_open()
    response = private(redirect("travel_code", link=declared.link))
    response.delete_cookie(COOKIE, path=page.place.address)
    return response
