"""Who stands at a lane."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from scans.models.choices import DIRECTIONS
from scans.models.places import Lane


class Shift(models.Model):
    """An officer at a lane; a reconnect goes on with the same shift.

    `left_at` is when its socket last closed, null while one is open. The lane is online while it is
    null and `last_seen_at` is fresh (presence.ONLINE_FOR): a server that died closed nothing.
    """

    lane = models.ForeignKey(Lane, models.PROTECT, related_name="shifts", verbose_name=_("lane"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts", verbose_name=_("officer")
    )
    direction = models.CharField(_("direction"), max_length=3, choices=DIRECTIONS)
    started_at = models.DateTimeField(_("started at"))
    last_seen_at = models.DateTimeField(_("last seen at"), db_index=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    # By the officer's own word: what comes after it is another shift.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.lane} {self.direction}"


class OfficerPin(models.Model):
    """What an officer types to unlock a page that was left alone: short, so it opens nothing else.

    `failures` counts wrong ones in a row, over all devices.
    """

    officer = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="pin",
        verbose_name=_("officer"),
    )
    pin_hash = models.CharField(max_length=128)
    set_at = models.DateTimeField(_("set at"))
    failures = models.PositiveSmallIntegerField(_("wrong ones in a row"), default=0)

    class Meta:
        verbose_name = _("officer’s PIN")
        verbose_name_plural = _("officers’ PINs")

    def __str__(self) -> str:
        return str(self.officer)
