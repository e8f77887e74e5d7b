"""The driver's screen of a lane."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache

from permits import symbol
from scans import screens


@never_cache
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The sign that the lane's page says, and a code of the public page for who has none."""
    try:
        _lane_id, direction = screens.lane_of(token)
    except screens.NoSuchScreen:
        raise Http404 from None
    home = request.build_absolute_uri(reverse("home"))
    drawing = mark_safe(symbol.svg(home).decode())  # noqa: S308 made of the address alone
    context = {"token": token, "direction": direction.value, "home": home, "home_code": drawing}
    return render(request, "scans/screen.html", context)
