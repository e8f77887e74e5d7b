"""Roles: who may do what. A role is a Django group of the same name; a user may have several."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

AnyUser = User | AnonymousUser
View = Callable[..., HttpResponseBase]


class Role(StrEnum):
    """What a person does here."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ISSUER = "issuer"
    ADMINISTRATOR = "administrator"


# What an issuer does in the admin. An administrator may do everything there except change records
# that are evidence; those admins refuse it themselves.
ISSUER_PERMISSIONS = frozenset(
    {
        "permits.view_permit",
        "permits.change_permit",
        "permits.view_holder",
        "permits.view_permitkind",
        "permits.view_approval",
        "permits.view_watchlistentry",
        "permits.add_watchlistentry",
        "permits.change_watchlistentry",
    }
)


def roles_of(user: AnyUser) -> frozenset[Role]:
    """A user's roles, read from the database at each call: a role taken away counts at once."""
    if not user.is_active or not user.is_authenticated:
        return frozenset()
    names = set(user.groups.values_list("name", flat=True))
    roles = {role for role in Role if role.value in names}
    if user.is_superuser:
        roles.add(Role.ADMINISTRATOR)
    return frozenset(roles)


def has_role(user: AnyUser, *roles: Role) -> bool:
    """Whether the user has at least one of these roles."""
    return bool(roles_of(user) & set(roles))


def role_required(*roles: Role) -> Callable[[View], View]:
    """A page for these roles: others get 403, and who is not logged in comes to the login page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


class RoleBackend(ModelBackend):
    """Answers Django's permission questions (the admin asks them) from the roles."""

    def has_perm(self, user_obj: AnyUser, perm: str, obj: Model | None = None) -> bool:
        roles = roles_of(user_obj)
        if Role.ADMINISTRATOR in roles:
            return True
        return Role.ISSUER in roles and perm in ISSUER_PERMISSIONS

    def has_module_perms(self, user_obj: AnyUser, app_label: str) -> bool:
        roles = roles_of(user_obj)
        return Role.ADMINISTRATOR in roles or (Role.ISSUER in roles and app_label == "permits")


class Nobody(BasePermission):
    """The API's default: closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False
