"""Pages of supervisors: none can forget what its viewer sees, since each is given it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase

from permits.roles import Role, View, role_required
from permits.views.private import private
from scans.oversight import oversight_of


def for_supervisors(view: Callable[..., HttpResponseBase]) -> View:
    """A private page, called with the request and its viewer's Oversight."""

    @role_required(Role.SUPERVISOR)
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            raise TypeError("role_required let nobody in")
        return private(view(request, oversight_of(request.user), *args, **kwargs))

    return guarded
