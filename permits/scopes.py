"""What a token of the API may be good for, and which roles may do that at all."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from permits.roles import Role


class Scope(StrEnum):
    """What a program may do. The values are stable codes."""

    CHECKS_WRITE = "checks:write"
    PERMITS_READ = "permits:read"
    PERMITS_WRITE = "permits:write"
    WATCHLIST_READ = "watchlist:read"
    WATCHLIST_WRITE = "watchlist:write"
    IMPORTS_WRITE = "imports:write"


# A token never gives its user more than their role does.
DESK = frozenset({Role.ISSUER, Role.ADMINISTRATOR})
ROLES = {
    Scope.CHECKS_WRITE: frozenset({Role.OFFICER}),
    Scope.PERMITS_READ: DESK,
    Scope.PERMITS_WRITE: DESK,
    Scope.WATCHLIST_READ: DESK,
    Scope.WATCHLIST_WRITE: DESK,
    Scope.IMPORTS_WRITE: DESK,
}
NAMES = {
    Scope.CHECKS_WRITE: _("check codes at a lane"),
    Scope.PERMITS_READ: _("read permits"),
    Scope.PERMITS_WRITE: _("issue and revoke permits"),
    Scope.WATCHLIST_READ: _("read the watchlist"),
    Scope.WATCHLIST_WRITE: _("change the watchlist"),
    Scope.IMPORTS_WRITE: _("import lists"),
}
