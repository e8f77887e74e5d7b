"""What the holder does with a permit on its private page: cancel, renew, correct."""

from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from permits import drafts, holder_acts, prefilled, selectors, services
from permits.drafts import Typed
from permits.models import Permit
from permits.services import ChangedMeanwhile, DoesNotFitKind, NotAllowedNow
from permits.steps import Step
from permits.throttles import DeclarationThrottle, DraftThrottle, seconds_to_wait
from permits.uploads import takes_files
from permits.views.private import minute_after, private
from permits.views.steps import COOKIE, Place, StepPage, set_key


def permit_or_404(link: str, *, now: datetime) -> Permit:
    """The permit of a private link."""
    permit = selectors.permit_of_link(link, now=now)
    if permit is None:
        raise Http404
    return permit


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, link: str) -> HttpResponse:
    """Ask once more, then cancel."""
    now = timezone.now()
    permit = permit_or_404(link, now=now)
    if request.method == "POST":
        try:
            services.cancel(permit.pk, now=now)
        except NotAllowedNow:
            return _changed(request, link, permit)
        return private(redirect("travel_code", link=link))
    if not holder_acts.may_cancel(permit, now=now):
        return private(redirect("travel_code", link=link))
    return private(render(request, "permits/cancel.html", {"permit": permit, "link": link}))


@require_POST
def renew(request: HttpRequest, link: str) -> HttpResponse:
    """Begin a new declaration of the same kind, with what this permit says."""
    now = timezone.now()
    permit = permit_or_404(link, now=now)
    if not selectors.kinds_for_citizens().filter(pk=permit.kind_id).exists():
        return private(redirect("travel_code", link=link))
    address = reverse("declaration", args=[permit.kind.number])
    return _begin(request, link, prefilled.for_renewal(permit), address, Step.YOU, now=now)


@require_POST
def begin_correction(request: HttpRequest, link: str) -> HttpResponse:
    """Begin to correct a permit that nobody has decided on, with what it says now."""
    now = timezone.now()
    permit = permit_or_404(link, now=now)
    if not holder_acts.may_correct(permit):
        return _changed(request, link, permit)
    typed = prefilled.for_correction(permit)
    address = reverse("correction", args=[link])
    return _begin(request, link, typed, address, Step.CHECK, now=now)


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, link: str, step: str) -> HttpResponse:
    """One step of a correction."""
    now = timezone.now()
    permit = permit_or_404(link, now=now)
    place = Place(
        kind=permit.kind,
        address=reverse("correction", args=[link]),
        send=lambda page: _send(page, link),
        left=reverse("travel_code", args=[link]),
        permit=permit,
    )
    page = StepPage(request, place, step, now=now)
    if page.draft is None:  # it has expired
        return private(redirect("travel_code", link=link))
    if page.typed.seen_version != permit.version:
        return _changed(request, link, permit)
    return page.answer()


def _send(page: StepPage, link: str) -> HttpResponse:
    filled, permit = page.filled(), page.place.permit
    if page.draft is None or permit is None or filled.first_open():
        return page.go_to_open()
    wait = seconds_to_wait(DeclarationThrottle(), page.request)
    if wait:
        return page.too_many(wait)
    start, end = filled.validity()
    try:
        with transaction.atomic():
            services.correct(
                permit.pk,
                filled.declaration(),
                now=page.now,
                seen_version=page.typed.seen_version,
                new_documents=drafts.read_documents(page.draft),
                removed_documents=page.typed.removed,
                valid_from=start,
                valid_until=end,
            )
            drafts.discard(page.draft)
    except (ChangedMeanwhile, NotAllowedNow):
        return _changed(page.request, link, permit)
    except DoesNotFitKind:
        return page.go_to_open()
    response = private(redirect("travel_code", link=link))
    response.delete_cookie(COOKIE, path=page.place.address)
    return response


def _begin(
    request: HttpRequest, link: str, typed: Typed, address: str, step: Step, *, now: datetime
) -> HttpResponse:
    wait = seconds_to_wait(DraftThrottle(), request)
    if wait:
        context = {"again_at": minute_after(now, wait), "link": link}
        response = private(render(request, "permits/later.html", context, status=429))
        response["Retry-After"] = str(wait)
        return response
    _draft, key = drafts.begin(typed, now=now)
    response = private(redirect(f"{address}{step.value}/"))
    set_key(response, key, address)
    return response


def _changed(request: HttpRequest, link: str, permit: Permit) -> HttpResponse:
    """An issuer was quicker. Nothing was changed, and the page says what the permit is now."""
    permit.refresh_from_db()
    context = {"permit": permit, "link": link}
    return private(render(request, "permits/changed_meanwhile.html", context, status=409))
