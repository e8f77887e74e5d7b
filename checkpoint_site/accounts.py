"""Logging in and out."""

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from checkpoint_site.navigation import first_page_of
from scans import access


class RoleLoginView(LoginView):
    """Leads to the page that the user works on."""

    def get_default_redirect_url(self) -> str:
        return first_page_of(self.request)


class SocketClosingLogoutView(LogoutView):
    """Also closes the user's sockets, once the session is gone."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        user_id = request.user.pk
        response = super().post(request, *args, **kwargs)
        access.hint_changed(user_id)
        return response
