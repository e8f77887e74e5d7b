"""Who and what checkpoints look for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.people import mask_number
from permits.personal_data import DIGEST_CHARACTERS
from permits.verdict import WatchlistLevel

WATCHLIST_LEVELS = [
    (WatchlistLevel.F0.value, _("F0 (infected)")),
    (WatchlistLevel.F1.value, _("F1 (close contact)")),
    (WatchlistLevel.QUARANTINE.value, _("Quarantine")),
    (WatchlistLevel.WANTED.value, _("Wanted")),
]


class CountingEntries(models.Manager["WatchlistEntry"]):
    """All entries but those that an import has staged: they count once they all are there."""

    def get_queryset(self) -> models.QuerySet["WatchlistEntry"]:
        return super().get_queryset().filter(is_staged=False)


class WatchlistEntry(models.Model):
    """A person or a vehicle that checkpoints look for. The number is sealed (personal_data.py)."""

    number_digest = models.CharField(max_length=DIGEST_CHARACTERS, blank=True, editable=False)
    number_sealed = models.BinaryField(max_length=200, blank=True)
    number_tail = models.CharField(max_length=4, blank=True, editable=False)
    plate = models.CharField(
        _("plate, letters and digits alone"), max_length=12, blank=True, db_index=True
    )
    level = models.CharField(_("level"), max_length=10, choices=WATCHLIST_LEVELS)
    active_from = models.DateTimeField(_("from"))
    active_until = models.DateTimeField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True)
    is_staged = models.BooleanField(default=False, db_default=False, editable=False)

    objects = CountingEntries()
    with_staged: models.Manager["WatchlistEntry"] = models.Manager()

    class Meta:
        verbose_name = _("watchlist entry")
        verbose_name_plural = _("watchlist entries")
        indexes = [models.Index(fields=["number_digest"], name="watchlist_number")]
        constraints = [
            models.CheckConstraint(
                name="watchlist_entry_names_somebody",
                condition=~models.Q(number_digest="", plate=""),
                violation_error_message=_("Give a personal number, a plate, or both."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.number_tail or self.plate}"

    @property
    def masked_number(self) -> str:
        """All that a screen shows of the number; nothing where the entry names a plate alone."""
        return mask_number(self.number_tail)
