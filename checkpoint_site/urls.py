"""Every address of the site. Composition only."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from checkpoint_site.accounts import RoleLoginView, SocketClosingLogoutView
from checkpoint_site.health import alive, ready
from checkpoint_site.metrics_page import metrics_page
from permits.api.base import UnknownAddressView
from permits.api.codes import public_keys

schema = SpectacularAPIView.as_view(permission_classes=[AllowAny], authentication_classes=[])
docs = SpectacularSwaggerSplitView.as_view(
    url_name="schema", permission_classes=[AllowAny], authentication_classes=[]
)

urlpatterns = [
    path("", include("permits.urls")),
    path("", include("scans.urls")),
    path("login/", RoleLoginView.as_view(), name="login"),
    path("logout/", SocketClosingLogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/schema/", schema, name="schema"),
    path("api/docs/", docs, name="docs"),
    path("api/v1/", include("permits.api.urls")),
    re_path(r"^api/", UnknownAddressView.as_view()),
    path(".well-known/checkpoint-keys.json", public_keys, name="public_keys"),
    path("healthz", alive),
    path("readyz", ready),
    path("metrics", metrics_page),
]
