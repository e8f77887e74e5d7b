"""Who calls the API: a program with a token, or a user who is logged in."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from permits.models import ApiToken
from permits.roles import has_role
from permits.scopes import ROLES, Scope
from permits.services.tokens import find_token

WORDS = ("bearer", "token")  # the second as before there were scopes


class ScopedTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        word, _space, text = request.headers.get("Authorization", "").partition(" ")
        if word.lower() not in WORDS:
            return None
        token = find_token(text.strip(), now=timezone.now())
        if token is None:
            raise AuthenticationFailed(code="bad_token")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema says it."""

    target_class = ScopedTokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class NeedsScope(BasePermission):
    """A view's `scope`, or that of the method in `scopes`; and a role that may do that."""

    def has_permission(self, request: Request, view: Any) -> bool:
        scope: Scope = getattr(view, "scopes", {}).get(request.method) or view.scope
        if isinstance(request.auth, ApiToken) and scope.value not in request.auth.scopes:
            return False
        return has_role(request.user, *ROLES[scope])


def user_of(request: Request) -> User:
    """The user, whom the permissions have let in."""
    assert isinstance(request.user, User)  # noqa: S101 nobody else gets this far
    return request.user


class ApiThrottle(SimpleRateThrottle):
    """API_RATE for each token, or for each user who is logged in."""

    scope = "api"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        who = f"token-{request.auth.pk}" if isinstance(request.auth, ApiToken) else request.user.pk
        return self.cache_format % {"scope": self.scope, "ident": who}
