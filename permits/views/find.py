"""Find my permit: for a holder who has lost the private link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from permits import found_links, selectors
from permits.forms import FindForm
from permits.throttles import wait_to_find
from permits.views.private import minute_after, private


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the particulars, and lead to the permit that has them all.

    Whatever does not fit, the answer is the same, and so is the work: nobody learns which serial
    there is, or whose it is.
    """
    if request.method != "POST":
        return private(render(request, "permits/find.html", {"form": FindForm()}))
    now = timezone.now()
    form = FindForm(request.POST)
    if not form.is_valid():
        return private(render(request, "permits/find.html", {"form": form}))
    typed = form.cleaned_data
    wait = wait_to_find(request, typed["serial"])
    if wait:
        context = {"form": form, "again_at": minute_after(now, wait)}
        response = private(render(request, "permits/find.html", context, status=429))
        response["Retry-After"] = str(wait)
        return response
    permit = selectors.permit_of_particulars(
        typed["serial"], personal_number=typed["personal_number"], birth_date=typed["birth_date"]
    )
    if permit is None:
        return private(render(request, "permits/find.html", {"form": form, "is_missed": True}))
    return private(redirect("travel_code", link=found_links.make(permit.pk, now=now)))
