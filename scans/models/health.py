"""What the devices at the lanes say of themselves while they work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from scans.models.shifts import Shift


class LaneHealth(models.Model):
    """What the page of a shift last said of its device. It goes with the shift.

    One row a shift, not a lane: two pages may work on one lane, one in each direction, and the
    trouble of one would hide behind the other's health.
    """

    shift = models.OneToOneField(
        Shift,
        models.CASCADE,
        primary_key=True,
        related_name="health",
        verbose_name=_("shift"),
    )
    reported_at = models.DateTimeField(_("reported at"))
    # 0 to 1; null where the browser does not tell.
    battery = models.FloatField(_("battery"), null=True)
    is_charging = models.BooleanField(_("charging"), null=True)
    round_trip_ms = models.PositiveIntegerField(_("round trip, ms"), null=True)
    camera = models.CharField(_("camera"), max_length=10)
    pictures_a_second = models.PositiveSmallIntegerField(_("pictures a second"), null=True)
    unsent_acts = models.PositiveIntegerField(_("acts not sent yet"), default=0)
    # The device's clock minus the server's, as the page measures it.
    clock_offset_ms = models.BigIntegerField(_("clock offset, ms"), null=True)
    network = models.CharField(_("network"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("health of a lane’s device")
        verbose_name_plural = _("health of the lanes’ devices")

    def __str__(self) -> str:
        return str(self.shift)
