"""The phones, tablets and computers at the lanes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from scans.models.places import Lane


class Device(models.Model):
    """A device that a supervisor let in. It has a secret, of which only the SHA-256 is kept.

    One that was cut off is never let in again: the same device is enrolled anew, as another row.
    """

    name = models.CharField(_("name"), max_length=60)
    secret_digest = models.BinaryField(max_length=32, unique=True)
    enrolled_at = models.DateTimeField(_("enrolled at"))
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="enrolled_devices",
        verbose_name=_("enrolled by"),
    )
    last_seen_at = models.DateTimeField(_("last seen at"))
    # Where it last had a lane open, and when that was last so.
    lane = models.ForeignKey(
        Lane, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("lane")
    )
    at_lane_at = models.DateTimeField(_("at the lane at"), null=True, blank=True)
    cut_off_at = models.DateTimeField(_("cut off at"), null=True, blank=True)
    cut_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cut_off_devices",
        verbose_name=_("cut off by"),
    )

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A code that makes one device one of ours, within minutes.

    The code is not kept: it is derived from `seed` and the site's secret, and found by its digest.
    """

    seed = models.BinaryField(max_length=16)
    code_digest = models.BinaryField(max_length=32, unique=True)
    device_name = models.CharField(_("name"), max_length=60)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="enrolments",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    device = models.OneToOneField(
        Device,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="enrolment",
        verbose_name=_("device"),
    )

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.device_name


class DeviceReport(models.Model):
    """What the page "Test this device" found, as an officer sent it to the supervisors.

    `checks`: [{"name": "camera", "state": "ok", "values": {"width": 1280}}, ...], as
    device_reports.py lets them in.
    """

    device = models.ForeignKey(
        Device,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("device"),
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="device_reports",
        verbose_name=_("officer"),
    )
    made_at = models.DateTimeField(_("made at"), db_index=True)
    checks = models.JSONField(_("checks"), default=list)

    class Meta:
        verbose_name = _("device report")
        verbose_name_plural = _("device reports")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.device or self.officer}"
