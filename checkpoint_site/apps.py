"""What Django is told of this site's own parts."""

from django.contrib.admin.apps import AdminConfig


class SiteAdminConfig(AdminConfig):
    """Replaces `django.contrib.admin` in INSTALLED_APPS."""

    default_site = "checkpoint_site.admin.SiteAdmin"
