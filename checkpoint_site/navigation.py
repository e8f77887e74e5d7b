"""The pages that the user may open, for every page's header."""

from typing import TypedDict

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from permits.roles import Role, roles_of


class Page(TypedDict):
    """A link in the header."""

    name: str
    address: str


def pages_of_the_user(request: HttpRequest) -> dict[str, list[Page]]:
    """A template context processor."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"pages": [Page(name=_("Log in"), address=reverse("login"))]}
    roles = roles_of(user)
    pages = []
    if Role.OFFICER in roles:
        pages.append(Page(name=_("Checkpoint"), address=reverse("checkpoint")))
    if Role.SUPERVISOR in roles:
        pages.append(Page(name=_("Dashboard"), address=reverse("dashboard")))
        pages.append(Page(name=_("Alerts"), address=reverse("alerts")))
        pages.append(Page(name=_("Charts"), address=reverse("charts")))
        pages.append(Page(name=_("Passages"), address=reverse("passages")))
        pages.append(Page(name=_("Instructions"), address=reverse("instructions")))
        pages.append(Page(name=_("Reports"), address=reverse("reports")))
        pages.append(Page(name=_("Search"), address=reverse("search")))
        pages.append(Page(name=_("Trace"), address=reverse("trace")))
    if roles & {Role.ISSUER, Role.ADMINISTRATOR}:
        pages.append(Page(name=_("Applications"), address=reverse("desk")))
        pages.append(Page(name=_("Imports"), address=reverse("imports")))
        pages.append(Page(name=_("Watchlist"), address=reverse("desk_watchlist")))
    if roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}:
        pages.append(Page(name=_("Devices"), address=reverse("devices")))
    if Role.ADMINISTRATOR in roles:
        pages.append(Page(name=_("Access log"), address=reverse("access_log")))
        pages.append(Page(name=_("Administration"), address=reverse("admin:index")))
    return {"pages": pages}


def first_page_of(request: HttpRequest) -> str:
    """Where somebody goes who has just logged in."""
    pages = pages_of_the_user(request)["pages"]
    return pages[0]["address"] if pages else reverse("home")
