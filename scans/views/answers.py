"""Answers to the checkpoint page's own requests: JSON, with a stable code where it did not work."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from permits.roles import Role, has_role
from scans.access import LOCKED
from scans.device_sessions import is_let_in

OfficersView = Callable[[HttpRequest, User], HttpResponseBase]


def refused(code: str, *, status: int = 400, **more: Any) -> JsonResponse:
    """What went wrong, for the page's scripts."""
    return JsonResponse({"code": code, **more}, status=status)


def for_officers(*, while_locked: bool = False) -> Callable[[OfficersView], Any]:
    """A request that an officer's page makes.

    401 `not_logged_in`; 403 `wrong_role`, `not_enrolled` or `locked`.
    """

    def decorate(view: OfficersView) -> Any:
        @never_cache
        @require_POST
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                return refused("not_logged_in", status=401)
            if not has_role(user, Role.OFFICER):
                return refused("wrong_role", status=403)
            if not is_let_in(request):
                return refused("not_enrolled", status=403)
            if request.session.get(LOCKED) and not while_locked:
                return refused("locked", status=403)
            return view(request, user)

        return guarded

    return decorate
