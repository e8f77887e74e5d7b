"""What may be the matter with a checkpoint, in words."""

from django.utils.translation import gettext_lazy as _

from scans.live import attention

WORDS = {
    attention.CRITICAL_ALERT: _("Alert: stop"),
    attention.HIGH_ALERT: _("Alert"),
    attention.LANE_SILENT: _("Lane silent"),
    attention.NOBODY_THERE: _("Nobody on shift"),
    attention.NO_SCANS: _("No scans for 10 minutes"),
    attention.BUSY: _("Queue grows"),
    attention.SLOW: _("Slow"),
    attention.DEVICE_TROUBLE: _("Device in trouble"),
}
