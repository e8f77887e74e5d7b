"""What supervisors must know of: written by the package alerts alone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from permits.models import WATCHLIST_LEVELS
from scans.models.places import Checkpoint, Lane
from scans.models.scans import Scan


class AlertKind(models.TextChoices):
    """What is the matter. docs/alerts.md has the rule of each."""

    WATCHLIST_HIT = "watchlist_hit", _("Watchlist hit")
    IMPOSSIBLE_TRAVEL = "impossible_travel", _("Seen too far away a short time ago")
    FORGED_CODES = "forged_codes", _("Forged codes in a row")
    LANE_SILENT = "lane_silent", _("Lane silent")
    REFUSE_RATE = "refuse_rate", _("Unusual share of refusals")
    CLOCK_OFF = "clock_off", _("Device clock wrong")
    DISK_FULL = "disk_full", _("Disk nearly full")
    DATABASE_TROUBLE = "database_trouble", _("Database trouble")
    REPEATED_LOOK_UPS = "repeated_look_ups", _("One person looked up again and again")


class Severity(models.TextChoices):
    """How much it matters, the gravest first."""

    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class AlertActKind(models.TextChoices):
    """What was done about an alert, or became of it."""

    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    TAKEN = "taken", _("Taken")
    HANDED_OVER = "handed_over", _("Handed over")
    RESOLVED = "resolved", _("Resolved")
    NEWS_AGAIN = "news_again", _("Seen again")
    OVER = "over", _("Over by itself")


class Alert(models.Model):
    """Something that somebody besides the officer must know of, until it is resolved.

    There is one unresolved alert for a `cause`, a key such as "lane_silent:12". `changed_at` moves
    with every change, so that readers ask for what is new alone.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=AlertKind)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    level = models.CharField(_("level"), max_length=10, choices=WATCHLIST_LEVELS, blank=True)
    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, null=True, blank=True, verbose_name=_("checkpoint")
    )
    lane = models.ForeignKey(
        Lane, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("lane")
    )
    # The latest scan of the cause. PostgreSQL cannot point at one row of a partitioned table by its
    # id alone, and would look into every day for it: so the scan's address stands here too.
    scan = models.ForeignKey(
        Scan,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="alerts",
        db_constraint=False,
        verbose_name=_("scan"),
    )
    scan_uuid = models.UUIDField(null=True, blank=True, editable=False)
    # Whom it is about, where that is one of our own.
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="alerts_about",
        verbose_name=_("supervisor"),
    )
    cause = models.CharField(max_length=120, editable=False)
    details = models.JSONField(_("figures"), default=dict)  # numbers alone
    raised_at = models.DateTimeField(_("raised at"), db_index=True)
    last_at = models.DateTimeField(_("last seen at"))
    times = models.PositiveIntegerField(_("times seen"), default=1)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="alerts_owned",
        verbose_name=_("owner"),
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="alerts_acknowledged",
        verbose_name=_("acknowledged by"),
    )
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    # Nobody, where its condition ended by itself.
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="alerts_resolved",
        verbose_name=_("resolved by"),
    )
    note_sealed = models.BinaryField(blank=True, default=b"")
    # Of a lasting condition: it holds still. It may, though somebody has resolved the alert.
    lasts = models.BooleanField(_("lasts"), default=False)
    # When subscribers are to hear of it; null when they have, at told_at.
    tell_at = models.DateTimeField(null=True, db_index=True, editable=False)
    told_at = models.DateTimeField(_("told at"), null=True, db_index=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), db_index=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["cause"], condition=Q(resolved_at=None), name="one_open_alert_a_cause"
            )
        ]
        indexes = [
            models.Index(fields=["cause", "raised_at"], name="alert_cause"),
            models.Index(fields=["kind"], condition=Q(lasts=True), name="alert_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class AlertAct(models.Model):
    """Who did what about an alert. `by` is null where nobody did: it was seen again, or ended."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="acts", verbose_name=_("alert"))
    act = models.CharField(_("act"), max_length=12, choices=AlertActKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="alert_acts",
        verbose_name=_("by"),
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="alerts_given",
        verbose_name=_("to"),
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("act on an alert")
        verbose_name_plural = _("acts on alerts")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.alert_id}"


class AlertSubscription(models.Model):
    """That a supervisor wants alerts by e-mail, in the language of the page on which they asked."""

    supervisor = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="alert_subscription",
        verbose_name=_("supervisor"),
    )
    least_severity = models.CharField(
        _("least severity"), max_length=8, choices=Severity, default=Severity.HIGH
    )
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=8)

    class Meta:
        verbose_name = _("alert subscription")
        verbose_name_plural = _("alert subscriptions")

    def __str__(self) -> str:
        return str(self.supervisor)
