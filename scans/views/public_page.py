"""The public page, for who stands at a lane without a code."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from permits import symbol


def public_page(request: HttpRequest) -> dict[str, str | SafeString]:
    """For a template: its address `home`, and that as a drawn code `home_code`."""
    home = request.build_absolute_uri(reverse("home"))
    drawing = mark_safe(symbol.svg(home).decode())  # noqa: S308 made of the address alone
    return {"home": home, "home_code": drawing}
