"""What became of a car: it passed, or was turned back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from scans.models.choices import DIRECTIONS, OUTCOMES, Act
from scans.models.places import Checkpoint, Lane
from scans.models.shifts import Shift


class Passage(models.Model):
    """An officer's final act on a car, which may be several scans; or that none was needed.

    One that was undone stays, and no longer counts. `note_sealed` is for supervisors.
    """

    # Made by the client, so that an act sent twice is recorded once.
    passage_id = models.UUIDField(unique=True)
    # The same for all acts and stills of one car.
    car_id = models.UUIDField(db_index=True)
    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, db_index=False, verbose_name=_("checkpoint")
    )
    lane = models.ForeignKey(Lane, models.PROTECT, db_index=False, verbose_name=_("lane"))
    direction = models.CharField(_("direction"), max_length=3, choices=DIRECTIONS)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="passages",
        verbose_name=_("officer"),
    )
    shift = models.ForeignKey(
        Shift, models.SET_NULL, null=True, related_name="passages", verbose_name=_("shift")
    )
    outcome = models.CharField(_("gravest outcome"), max_length=6, choices=OUTCOMES)
    act = models.CharField(_("act"), max_length=11, choices=Act)
    reason = models.CharField(_("reason"), max_length=24, blank=True)
    note_sealed = models.BinaryField(blank=True, default=b"")
    acted_at = models.DateTimeField(_("acted at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_index=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.passage_id}"


class PassageScan(models.Model):
    """That a scan was of a passage's car. The scan may go before the passage does, or after."""

    passage = models.ForeignKey(
        Passage, models.CASCADE, related_name="scans", verbose_name=_("passage")
    )
    scan_id = models.UUIDField(db_index=True)

    class Meta:
        verbose_name = _("scan of a passage")
        verbose_name_plural = _("scans of passages")

    def __str__(self) -> str:
        return str(self.scan_id)


class Still(models.Model):
    """A picture of a paper or a face held up to the camera, for supervisors.

    Kept in the database: a few of 100 kB a day, and every process finds them.
    """

    still_id = models.UUIDField(unique=True)
    car_id = models.UUIDField(db_index=True)
    lane = models.ForeignKey(Lane, models.PROTECT, db_index=False, verbose_name=_("lane"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, verbose_name=_("officer")
    )
    picture_sealed = models.BinaryField()  # a JPEG
    taken_at = models.DateTimeField(_("taken at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_index=True)

    class Meta:
        verbose_name = _("still")
        verbose_name_plural = _("stills")

    def __str__(self) -> str:
        return str(self.still_id)
