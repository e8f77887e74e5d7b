"""What supervisors tell the lanes, and which officers have said that they know."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scans.models.choices import DIRECTIONS
from scans.models.places import Checkpoint, District, Lane
from scans.models.shifts import Shift

MAX_TEXT = 300


class InstructionKind(models.TextChoices):
    """What a lane is told."""

    MESSAGE = "message", _("Message")
    CLOSE = "close", _("Close the lane")
    OPEN = "open", _("Open the lane again")
    DIRECTION = "direction", _("Change the direction")


class InstructionScope(models.TextChoices):
    """Whom an instruction is for."""

    LANE = "lane", _("one lane")
    CHECKPOINT = "checkpoint", _("a checkpoint")
    DISTRICTS = "districts", _("all checkpoints of some districts")
    ALL = "all", _("all checkpoints")


class Instruction(models.Model):
    """It stands until `ends_at`, or where that is null until it is withdrawn.

    `scope` says which of `lane`, `checkpoint` and `districts` is filled in. Districts stand for
    their checkpoints of the moment: one that joins a district is told what stands there.
    """

    # Made with the form, so that one that is sent twice is given once.
    instruction_id = models.UUIDField(unique=True)
    kind = models.CharField(_("kind"), max_length=9, choices=InstructionKind)
    text = models.CharField(_("text"), max_length=MAX_TEXT, blank=True)
    direction = models.CharField(_("direction"), max_length=3, choices=DIRECTIONS, blank=True)
    scope = models.CharField(_("for"), max_length=10, choices=InstructionScope)
    lane = models.ForeignKey(
        Lane,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="instructions",
        verbose_name=_("lane"),
    )
    checkpoint = models.ForeignKey(
        Checkpoint,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="instructions",
        verbose_name=_("checkpoint"),
    )
    districts = models.ManyToManyField(
        District, blank=True, related_name="instructions", verbose_name=_("districts")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="instructions",
        verbose_name=_("given by"),
    )
    made_at = models.DateTimeField(_("given at"), db_index=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawn_instructions",
        verbose_name=_("withdrawn by"),
    )

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = ["-made_at", "-id"]
        indexes = [
            # Each lane asks every few seconds what stands.
            models.Index(
                fields=["made_at"],
                name="instructions_not_withdrawn",
                condition=Q(withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.made_at:%Y-%m-%d %H:%M}"


class Confirmation(models.Model):
    """That an officer at a lane has read an instruction."""

    instruction = models.ForeignKey(
        Instruction,
        models.CASCADE,
        related_name="confirmations",
        verbose_name=_("instruction"),
    )
    lane = models.ForeignKey(Lane, models.CASCADE, db_index=False, verbose_name=_("lane"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="confirmations",
        verbose_name=_("officer"),
    )
    # As whom and where: the shift may go before the instruction does.
    shift = models.ForeignKey(
        Shift,
        models.SET_NULL,
        null=True,
        related_name="confirmations",
        verbose_name=_("shift"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["confirmed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["instruction", "officer", "lane"], name="confirmed_once_by_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer} {self.confirmed_at:%Y-%m-%d %H:%M}"
