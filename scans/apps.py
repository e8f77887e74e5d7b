from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScansConfig(AppConfig):
    name = "scans"
    verbose_name = _("Scans")

    def ready(self) -> None:
        from scans import access, device_sessions

        access.listen()
        device_sessions.listen()
