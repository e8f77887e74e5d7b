"""Who may open the desk, and who is at it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from permits.roles import Role, View, role_required


def desk(view: View) -> View:
    """A page for issuers and administrators, kept out of caches."""

    def with_headers(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    guarded: Callable[..., Any] = role_required(Role.ISSUER, Role.ADMINISTRATOR)(with_headers)
    return guarded


def user_of(request: HttpRequest) -> User:
    """The user, whom the guard has let in."""
    assert isinstance(request.user, User)  # noqa: S101 the guard lets nobody else in
    return request.user
