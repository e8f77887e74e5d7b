"""The public page: which kinds of permit there are, and what each asks for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from permits import selectors
from permits.asked_for import asked_for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The kinds that citizens may choose, what is valid at once first."""
    kinds = [{"kind": kind, "asks": asked_for(kind)} for kind in selectors.kinds_for_citizens()]
    return render(request, "permits/home.html", {"kinds": kinds})
