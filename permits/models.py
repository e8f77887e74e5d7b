"""What the authority keeps: holders, their permits, the decisions about them, the watchlist.

Rows only. What may be done with them is in services.py, what is read of them in selectors.py.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from permits import serials
from permits.verdict import PermitState, WatchlistLevel


class Sex(models.TextChoices):
    """As the citizen card has it."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


PERMIT_STATES = [
    (PermitState.PENDING.value, _("Pending")),
    (PermitState.APPROVED.value, _("Approved")),
    (PermitState.REJECTED.value, _("Rejected")),
    (PermitState.REVOKED.value, _("Revoked")),
]
WATCHLIST_LEVELS = [
    (WatchlistLevel.F0.value, _("F0 (infected)")),
    (WatchlistLevel.F1.value, _("F1 (close contact)")),
    (WatchlistLevel.QUARANTINE.value, _("Quarantine")),
    (WatchlistLevel.WANTED.value, _("Wanted")),
]


class Holder(models.Model):
    """A person who has, or asks for, a permit, as declared.

    Anybody can type anybody's number on the public page, so a number alone never finds a row to
    overwrite: who declares other particulars under the same number is another row.
    """

    full_name = models.CharField(_("full name"), max_length=120)
    personal_number = models.CharField(_("personal number"), max_length=12, db_index=True)
    birth_date = models.DateField(_("birth date"))
    sex = models.CharField(_("sex"), max_length=6, choices=Sex)
    phone = models.CharField(_("phone"), max_length=20)

    class Meta:
        verbose_name = _("holder")
        verbose_name_plural = _("holders")

    def __str__(self) -> str:
        return f"{self.full_name} ({self.personal_number[-4:]})"


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
        return self.name_vi


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
    state = models.CharField(_("state"), max_length=8, choices=PERMIT_STATES)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    # Ward, district and province in one line, as the citizen wrote them.
    origin = models.CharField(_("from"), max_length=160)
    destination = models.CharField(_("to"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=200)
    plate = models.CharField(_("plate"), max_length=12, blank=True)
    travel_at = models.DateTimeField(_("time of travel"))
    declared_at = models.DateTimeField(_("declared at"))
    # The private link itself is known to the citizen alone: here is its SHA-256.
    link_digest = models.BinaryField(max_length=32, unique=True, editable=False)

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        indexes = [
            models.Index(fields=["state", "-declared_at"], name="permit_queue"),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def serial(self) -> str:
        """The ten characters that a holder reads out."""
        return serials.format_serial(self.number)


class Approval(models.Model):
    """One act of an issuer on a permit. Kept as long as the permit, never changed."""

    permit = models.ForeignKey(
        Permit, models.CASCADE, related_name="approvals", verbose_name=_("permit")
    )
    issuer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("issuer"))
    state = models.CharField(_("new state"), max_length=8, choices=PERMIT_STATES)
    note = models.CharField(_("note"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["decided_at", "id"]

    def __str__(self) -> str:
        return f"{self.permit_id}: {self.state}"


class WatchlistEntry(models.Model):
    """A person or a vehicle that checkpoints look for."""

    personal_number = models.CharField(
        _("personal number"), max_length=12, blank=True, db_index=True
    )
    plate = models.CharField(
        _("plate, letters and digits alone"), max_length=12, blank=True, db_index=True
    )
    level = models.CharField(_("level"), max_length=10, choices=WATCHLIST_LEVELS)
    active_from = models.DateTimeField(_("from"))
    active_until = models.DateTimeField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("watchlist entry")
        verbose_name_plural = _("watchlist entries")
        constraints = [
            models.CheckConstraint(
                name="watchlist_entry_names_somebody",
                condition=~models.Q(personal_number="", plate=""),
                violation_error_message=_("Give a personal number, a plate, or both."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.personal_number[-4:] or self.plate}"
