"""Where travellers are stopped."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models import Zone


class District(models.Model):
    """Some checkpoints that are watched together."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Supervision(models.Model):
    """The districts that a supervisor sees; one who has no such row sees everything.

    With a row and no district in it nothing is seen: who loses the last one does not gain the rest.
    """

    supervisor = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="supervision",
        verbose_name=_("supervisor"),
    )
    districts = models.ManyToManyField(
        District, blank=True, related_name="supervisions", verbose_name=_("districts")
    )

    class Meta:
        verbose_name = _("supervision")
        verbose_name_plural = _("supervisions")

    def __str__(self) -> str:
        return str(self.supervisor)


class Checkpoint(models.Model):
    """A place where travellers are stopped."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    road = models.CharField(_("road"), max_length=160, blank=True)
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checkpoints",
        verbose_name=_("district"),
    )
    # Within Viet Nam and its neighbours: whoever exchanges the two is told.
    latitude = models.FloatField(
        _("latitude"), validators=[MinValueValidator(-60), MaxValueValidator(60)]
    )
    longitude = models.FloatField(
        _("longitude"), validators=[MinValueValidator(60), MaxValueValidator(180)]
    )
    zones = models.ManyToManyField(
        Zone, blank=True, related_name="checkpoints", verbose_name=_("zones")
    )

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Lane(models.Model):
    """One row of vehicles at a checkpoint, with one camera."""

    checkpoint = models.ForeignKey(
        Checkpoint, models.CASCADE, related_name="lanes", verbose_name=_("checkpoint")
    )
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        ordering = ["checkpoint", "name"]
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "name"], name="lane_name_at_checkpoint")
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint} · {self.name}"
