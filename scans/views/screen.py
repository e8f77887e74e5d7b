"""The driver's screen of a lane."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from scans import screens
from scans.views.public_page import public_page


@never_cache
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The sign that the lane's page says, and a code of the public page for who has none."""
    try:
        screens.lane_of(token)
    except screens.NoSuchScreen:
        raise Http404 from None
    return render(request, "scans/screen.html", public_page(request))
