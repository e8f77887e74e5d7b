"""The public page: a citizen declares a trip."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from permits.forms import DeclarationForm
from permits.services import declare
from permits.throttles import seconds_to_wait


@require_http_methods(["GET", "HEAD", "POST"])
def declaration(request: HttpRequest) -> HttpResponse:
    """Show the form, or issue a permit and go on to its private page."""
    now = timezone.now()
    if request.method != "POST":
        return _page(request, DeclarationForm(now=now))
    form = DeclarationForm(request.POST, now=now)
    if not form.is_valid():
        return _page(request, form)
    wait = seconds_to_wait(request)
    if wait:
        return _too_many(request, form, now=now, wait=wait)
    declared = declare(form.declaration(), now=now)
    return redirect("travel_code", link=declared.link)


def _page(
    request: HttpRequest,
    form: DeclarationForm,
    *,
    again_at: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "again_at": again_at}
    return render(request, "permits/declaration.html", context, status=status)


def _too_many(
    request: HttpRequest, form: DeclarationForm, *, now: datetime, wait: int
) -> HttpResponse:
    # The page names a minute: one too late rather than a few seconds too early.
    again_at = now + timedelta(seconds=wait + 59)
    response = _page(request, form, again_at=again_at, status=429)
    response["Retry-After"] = str(wait)
    return response
