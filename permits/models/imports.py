"""Files that issuers import, and which permit or entry came of which row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models.permits import Permit, PermitKind
from permits.models.watchlist import WatchlistEntry
from permits.personal_data import DIGEST_CHARACTERS


class ImportSubject(models.TextChoices):
    """What the rows of a file are."""

    STAFF = "staff", _("Permits of a company's staff")
    WATCHLIST = "watchlist", _("Entries of the watchlist")


class ImportState(models.TextChoices):
    """How far an import is."""

    WAITING = "waiting", _("Waits to be checked")
    CHECKING = "checking", _("Is being checked")
    REFUSED = "refused", _("The file was refused")
    CHECKED = "checked", _("Waits for your decision")
    ISSUING = "issuing", _("Is being carried out")
    DONE = "done", _("Done")
    DISCARDED = "discarded", _("Discarded")
    WITHDRAWING = "withdrawing", _("Is being taken back")
    FAILED = "failed", _("Failed, nothing was taken")


class Import(models.Model):
    """One file. Its content and its result are sealed in a folder (imports/files.py)."""

    subject = models.CharField(_("subject"), max_length=9, choices=ImportSubject)
    state = models.CharField(_("state"), max_length=11, choices=ImportState)
    file_name = models.CharField(_("file"), max_length=120)
    folder = models.CharField(max_length=48, blank=True, editable=False)
    # What private links are derived from, sealed. Without it nobody knows them.
    link_secret = models.BinaryField(max_length=200, blank=True)

    kind = models.ForeignKey(
        PermitKind, models.PROTECT, null=True, related_name="+", verbose_name=_("permit kind")
    )
    valid_from = models.DateTimeField(_("valid from"), null=True)
    valid_until = models.DateTimeField(_("valid until"), null=True)
    company = models.CharField(_("company"), max_length=160, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issuer")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    # Why the file was refused, and names of columns: the missing ones, or those that nobody reads.
    file_fault = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=list)

    rows_expected = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    notices = models.PositiveIntegerField(default=0)
    chunks = models.PositiveIntegerField(default=0)
    chunks_done = models.PositiveIntegerField(default=0)
    issued = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def bad(self) -> int:
        """Rows with a bad cell."""
        return max(self.rows - self.good, 0)


class ImportedRow(models.Model):
    """What a row became. No second row has the same key, in whatever file."""

    key = models.CharField(max_length=DIGEST_CHARACTERS, unique=True)
    batch = models.ForeignKey(Import, models.SET_NULL, null=True, related_name="issued_rows")
    row = models.PositiveIntegerField()
    permit = models.OneToOneField(Permit, models.CASCADE, null=True, related_name="imported")
    entry = models.OneToOneField(WatchlistEntry, models.CASCADE, null=True, related_name="imported")

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.row}"
