"""A declaration that is being filled in. What was typed is sealed, and short-lived (drafts.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """What one browser has typed so far. Only that browser has the key, in a cookie."""

    key_digest = models.BinaryField(max_length=32, unique=True, editable=False)
    sealed = models.BinaryField(editable=False)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return str(self.pk)


class DraftDocument(models.Model):
    """A paper that was added to a draft. The file itself is sealed (documents.py)."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="documents")
    name = models.CharField(_("name"), max_length=120)
    size = models.PositiveIntegerField(_("size in bytes"))
    file_name = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("document of a draft")
        verbose_name_plural = _("documents of drafts")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
