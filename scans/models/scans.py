"""Every recorded check. Scan and TripUse are written by record.py alone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models import Permit
from scans.models.choices import DIRECTIONS, OUTCOMES, PAYLOAD_KINDS, Source
from scans.models.places import Checkpoint, Lane

LATE_MS = 60_000


class Scan(models.Model):
    """One recorded check. Never changed.

    What was held up is kept as a keyed digest alone: a citizen card's is a name and an address.
    Indexes are few, since each costs every scan: most foreign keys have none.
    """

    # Made by the client, so that a check sent twice is recorded once.
    scan_id = models.UUIDField()
    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, db_index=False, verbose_name=_("checkpoint")
    )
    lane = models.ForeignKey(Lane, models.PROTECT, db_index=False, verbose_name=_("lane"))
    direction = models.CharField(_("direction"), max_length=3, choices=DIRECTIONS)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="scans",
        verbose_name=_("officer"),
    )
    # Without an index a constraint would read all scans for each permit that is removed;
    # retention.py removes none that a scan refers to.
    permit = models.ForeignKey(
        Permit,
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        verbose_name=_("permit"),
    )
    payload_kind = models.CharField(_("payload"), max_length=12, choices=PAYLOAD_KINDS)
    payload_digest = models.BinaryField(max_length=32)
    source = models.CharField(_("source"), max_length=7, choices=Source)
    outcome = models.CharField(_("outcome"), max_length=6, choices=OUTCOMES)
    reason = models.CharField(_("headline reason"), max_length=24, blank=True)
    reasons = models.JSONField(_("reasons"), default=list)
    hits = models.JSONField(_("watchlist hits"), default=list)
    masked_number = models.CharField(_("number"), max_length=8, blank=True)
    captured_at = models.DateTimeField(_("captured at"))
    # scan_ids.scan_day: the same for every replay of a check. PostgreSQL keeps a partition a day.
    captured_day = models.DateField(_("captured on (UTC)"))
    recorded_at = models.DateTimeField(_("recorded at"))
    elapsed_ms = models.PositiveIntegerField(_("capture to verdict, ms"))
    # What the verdict was based on, as it was then (kept_evidence.py).
    evidence = models.JSONField(_("evidence"), null=True, editable=False)
    # Keyed digests (kept_digests.py): of the person's number where there was no permit to say it,
    # and of the plate that was typed.
    subject_digest = models.BinaryField(max_length=8, null=True)
    plate_digest = models.BinaryField(max_length=8, null=True)

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        constraints = [
            models.UniqueConstraint(fields=["captured_day", "scan_id"], name="scan_recorded_once")
        ]
        indexes = [
            # A permit's last passage. The day stands first, so that every new row goes into the
            # part of the index that belongs to today and is in memory: with the permit first, five
            # million past scans made a check twice as slow.
            models.Index(fields=["captured_day", "permit", "captured_at"], name="scan_permit"),
            # The dashboards' totals are read from this index alone.
            models.Index(
                fields=["recorded_at", "checkpoint", "outcome", "elapsed_ms"], name="scan_totals"
            ),
            # Of few scans each: the others pay nothing. Both find a person or a vehicle again.
            models.Index(
                fields=["captured_day", "subject_digest"],
                condition=models.Q(subject_digest__isnull=False),
                name="scan_subject",
            ),
            models.Index(
                fields=["captured_day", "plate_digest"],
                condition=models.Q(plate_digest__isnull=False),
                name="scan_plate",
            ),
            # What a device without a network held back: recorded long after it was held up.
            models.Index(
                fields=["captured_at", "lane"],
                condition=models.Q(elapsed_ms__gte=LATE_MS),
                name="scan_late",
            ),
        ]

    def __str__(self) -> str:
        return str(self.scan_id)


class TripUse(models.Model):
    """That a one-trip permit was let pass in a direction, and where first.

    Kept apart from the scans: a used permit stays used when old scans are deleted, and to look it
    up costs the same however often its code was shown.
    """

    permit = models.ForeignKey(
        Permit, models.CASCADE, related_name="trip_uses", db_index=False, verbose_name=_("permit")
    )
    direction = models.CharField(_("direction"), max_length=3, choices=DIRECTIONS)
    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, db_index=False, verbose_name=_("checkpoint")
    )
    used_at = models.DateTimeField(_("used at"))

    class Meta:
        verbose_name = _("trip use")
        verbose_name_plural = _("trip uses")
        constraints = [
            models.UniqueConstraint(fields=["permit", "direction"], name="one_trip_a_direction")
        ]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.direction}"
