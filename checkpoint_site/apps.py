"""What Django is told of this site's own parts."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteAdminConfig(AdminConfig):
    """Replaces `django.contrib.admin` in INSTALLED_APPS."""

    default_site = "checkpoint_site.admin.SiteAdmin"


class SiteConfig(AppConfig):
    """For the site's management commands."""

    name = "checkpoint_site"
    label = "checkpoint_site"
