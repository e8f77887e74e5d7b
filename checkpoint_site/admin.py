"""The admin, opened by roles and not by Django's staff flag."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from permits.roles import Role, has_role
from scans import access


class SiteAdmin(admin.AdminSite):
    """For administrators, and for the part of it that issuers work in."""

    site_title = _("Checkpoint")
    site_header = _("Checkpoint administration")

    def has_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.ADMINISTRATOR, Role.ISSUER)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Log out, and close the user's sockets."""
        user_id = request.user.pk
        response = super().logout(request, extra_context)
        access.hint_changed(user_id)
        return response
