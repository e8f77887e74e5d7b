"""Kinds of permit, permits, and what was decided about them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from permits import serials
from permits.models.people import Holder
from permits.verdict import Direction, PermitState

PERMIT_STATES = [
    (PermitState.PENDING.value, _("Pending")),
    (PermitState.ASKED.value, _("More was asked for")),
    (PermitState.APPROVED.value, _("Approved")),
    (PermitState.REJECTED.value, _("Rejected")),
    (PermitState.REVOKED.value, _("Revoked")),
    (PermitState.CANCELLED.value, _("Cancelled by the holder")),
]
DIRECTIONS = [
    ("", _("Both directions")),
    (Direction.IN.value, _("In")),
    (Direction.OUT.value, _("Out")),
]
EVERY_DAY = 0b1111111
# Of an import that is still being issued: there is no such permit yet (IssuedPermits).
STAGED = "staged"


class Zone(models.Model):
    """A named set of checkpoints (scans.Checkpoint.zones)."""

    name_vi = models.CharField(_("name in Vietnamese"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ["name_vi"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_vi


class PermitKind(models.Model):
    """What a permit is for. Rows that an administrator changes, never code."""

    # Stands in the travel code: never given to another kind, hence no auto-increment to rely on.
    number = models.PositiveSmallIntegerField(_("number in the travel code"), unique=True)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    needs_approval = models.BooleanField(_("needs approval"), default=True)
    valid_hours = models.PositiveIntegerField(_("longest validity in hours"), default=72)
    one_trip = models.BooleanField(_("for one trip"), default=False)
    hours_from = models.TimeField(_("from this time of day"), null=True, blank=True)
    hours_until = models.TimeField(_("until this time of day"), null=True, blank=True)
    weekdays = models.PositiveSmallIntegerField(
        _("days of the week"),
        default=EVERY_DAY,  # a bit each, Monday the lowest
        validators=[MinValueValidator(1), MaxValueValidator(EVERY_DAY)],
    )
    zones = models.ManyToManyField(
        Zone,
        blank=True,
        verbose_name=_("zones"),
        help_text=_("What its permits are valid in. None: everywhere."),
    )
    needs_vehicle = models.BooleanField(_("needs a vehicle"), default=False)
    needs_documents = models.BooleanField(_("needs documents"), default=False)
    doses_needed = models.PositiveSmallIntegerField(_("vaccine doses needed"), default=0)
    most_companions = models.PositiveSmallIntegerField(_("most companions"), default=0)
    is_public = models.BooleanField(_("citizens may choose it"), default=True)
    is_offered = models.BooleanField(_("new permits are issued"), default=True)

    class Meta:
        verbose_name = _("permit kind")
        verbose_name_plural = _("permit kinds")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="hours_are_both_set_or_neither",
                condition=models.Q(hours_from__isnull=True, hours_until__isnull=True)
                | models.Q(hours_from__isnull=False, hours_until__isnull=False),
                violation_error_message=_("Set both times of day, or neither."),
            )
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_vi


class IssuedPermits(models.Manager["Permit"]):
    """All permits but those that an import has staged: nobody sees one before all are there."""

    def get_queryset(self) -> models.QuerySet["Permit"]:
        return super().get_queryset().exclude(state=STAGED)


class Permit(models.Model):
    """Leave for one holder to travel, for a time."""

    # 45 random bits: the serial without its check character (serials.py).
    number = models.BigIntegerField(_("number"), unique=True, editable=False)
    kind = models.ForeignKey(
        PermitKind,
        models.PROTECT,
        related_name="permits",
        db_index=False,
        verbose_name=_("permit kind"),
    )
    holder = models.ForeignKey(
        Holder, models.PROTECT, related_name="permits", verbose_name=_("holder")
    )
    state = models.CharField(_("state"), max_length=9, choices=PERMIT_STATES)
    # Counts up with every change: who acts on an older one is told (services.py).
    version = models.PositiveIntegerField(default=1, editable=False)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    # Ward, district and province in one line, as the citizen wrote them.
    origin = models.CharField(_("from"), max_length=160)
    destination = models.CharField(_("to"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=200)
    plate = models.CharField(_("plate"), max_length=12, blank=True)
    direction = models.CharField(_("direction"), max_length=3, blank=True, choices=DIRECTIONS[1:])
    zones = models.ManyToManyField(Zone, blank=True, verbose_name=_("zones"))
    doses = models.PositiveSmallIntegerField(_("vaccine doses"), default=0)
    travel_at = models.DateTimeField(_("time of travel"))
    declared_at = models.DateTimeField(_("declared at"))
    # The private link itself is known to the citizen alone: here is its SHA-256.
    link_digest = models.BinaryField(max_length=32, unique=True, editable=False)

    objects = IssuedPermits()
    with_staged: models.Manager["Permit"] = models.Manager()

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        indexes = [
            models.Index(fields=["state", "-declared_at"], name="permit_queue"),
            models.Index(fields=["plate"], name="permit_plate"),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def serial(self) -> str:
        """The ten characters that a holder reads out."""
        return serials.format_serial(self.number)


class Document(models.Model):
    """A paper that supports an application. The file itself is sealed (documents.py)."""

    permit = models.ForeignKey(
        Permit, models.CASCADE, related_name="documents", verbose_name=_("permit")
    )
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    file_name = models.CharField(max_length=64, unique=True, editable=False)
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Approval(models.Model):
    """One act on a permit: an issuer's, or its holder's own where no issuer stands there.

    Kept as long as the permit, never changed.
    """

    permit = models.ForeignKey(
        Permit, models.CASCADE, related_name="approvals", verbose_name=_("permit")
    )
    issuer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("issuer")
    )
    state = models.CharField(_("new state"), max_length=9, choices=PERMIT_STATES)
    note = models.CharField(_("note"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["decided_at", "id"]

    def __str__(self) -> str:
        return f"{self.permit_id}: {self.state}"
