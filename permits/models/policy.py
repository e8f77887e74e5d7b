"""What reasons and watchlist levels lead to: what an administrator edits of the decision."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.verdict import Outcome, Policy

ONLY_ROW = 1
OUTCOMES = [
    (Outcome.ALLOW.value, _("Let pass")),
    (Outcome.HOLD.value, _("Look closer")),
    (Outcome.REFUSE.value, _("Do not let pass")),
]
DEFAULT = Policy()


class PolicyRow(models.Model):
    """The one row of the policy (policy.py). What it says counts from the next scan on."""

    # Reasons whose outcome is another than Policy's default: {"expired": "hold"}.
    outcomes = models.JSONField(_("outcomes of reasons"), default=dict, blank=True)
    f0 = models.CharField(
        _("F0 (infected)"), max_length=6, choices=OUTCOMES, default=Outcome.REFUSE.value
    )
    f1 = models.CharField(
        _("F1 (close contact)"), max_length=6, choices=OUTCOMES, default=Outcome.REFUSE.value
    )
    quarantine = models.CharField(
        _("Quarantine"), max_length=6, choices=OUTCOMES, default=Outcome.REFUSE.value
    )
    wanted = models.CharField(
        _("Wanted"), max_length=6, choices=OUTCOMES, default=Outcome.HOLD.value
    )
    fastest_kmh = models.PositiveSmallIntegerField(
        _("fastest car, km/h"),
        default=int(DEFAULT.fastest_kmh),
        validators=[MinValueValidator(20), MaxValueValidator(1000)],
    )
    nearest_measured_km = models.PositiveSmallIntegerField(
        _("checkpoints this near are not compared, km"),
        default=int(DEFAULT.nearest_measured_km),
        validators=[MaxValueValidator(500)],
    )
    same_passage_minutes = models.PositiveSmallIntegerField(
        _("one trip shown again within, minutes"),
        default=int(DEFAULT.same_passage.total_seconds() // 60),
        validators=[MaxValueValidator(24 * 60)],
    )
    oldest_bundle_hours = models.PositiveSmallIntegerField(
        _("offline devices count as old after, hours"),
        default=int(DEFAULT.oldest_bundle.total_seconds() // 3600),
        validators=[MinValueValidator(1), MaxValueValidator(30 * 24)],
    )

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policy")
        constraints = [
            models.CheckConstraint(name="one_policy", condition=models.Q(id=ONLY_ROW)),
        ]

    def __str__(self) -> str:
        return str(_("policy"))
