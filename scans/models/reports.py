"""Who gets the day's report by e-mail."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportSubscription(models.Model):
    """A supervisor's: each day at an hour of the site's time zone, the report of the day before.

    `last_sent_day` is the day of the last report that was handed over to be sent.
    """

    supervisor = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="report_subscription",
        verbose_name=_("supervisor"),
    )
    hour = models.PositiveSmallIntegerField(_("hour"), validators=[MaxValueValidator(23)])
    with_pdf = models.BooleanField(_("as PDF"), default=True)
    with_xlsx = models.BooleanField(_("as XLSX"), default=False)
    language = models.CharField(_("language"), max_length=8)
    is_active = models.BooleanField(_("active"), default=True)
    last_sent_day = models.DateField(_("last sent day"), null=True, blank=True)

    class Meta:
        verbose_name = _("subscription of reports")
        verbose_name_plural = _("subscriptions of reports")

    def __str__(self) -> str:
        return str(self.supervisor)
