"""Who looked for whom, and what for. Written by look_ups.py alone, and never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from scans.models.choices import LookUpKind

DIGEST_CHARACTERS = 16


class LookUp(models.Model):
    """One look at where a person or a vehicle passed: a link of a chain (look_up_chain.py).

    The database refuses to change a row, and to remove one within a year (look_up_guard.py).
    """

    # Its place in the chain, without a gap.
    number = models.PositiveBigIntegerField(_("number"), unique=True)
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="look_ups",
        verbose_name=_("supervisor"),
    )
    made_at = models.DateTimeField(_("made at"), db_index=True)
    kind = models.CharField(_("kind"), max_length=8, choices=LookUpKind)
    # The number of the look-up for whose purpose this one was made too; none: it has its own.
    within = models.PositiveBigIntegerField(null=True)
    purpose_sealed = models.BinaryField(blank=True, default=b"")
    query_sealed = models.BinaryField(blank=True, default=b"")
    # Whom it is about (kept_digests.py), in hexadecimal; empty: nobody in particular.
    about_digest = models.CharField(max_length=DIGEST_CHARACTERS, blank=True)
    found = models.PositiveIntegerField(_("rows found"))
    # Of a supervisor who does not see all checkpoints: which they saw then.
    checkpoint_ids = models.JSONField(null=True)
    previous_digest = models.BinaryField(max_length=32)
    own_digest = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        indexes = [models.Index(fields=["supervisor", "made_at"], name="look_up_of_supervisor")]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_kind_display()}"
