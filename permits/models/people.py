"""Holders and those who travel with them. Their numbers are sealed (personal_data.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits import personal_data
from permits.people import mask_number
from permits.personal_data import DIGEST_CHARACTERS


class Sex(models.TextChoices):
    """As the citizen card has it."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Person(models.Model):
    """What a person who travels is known by. The last four digits are all that a screen shows."""

    full_name = models.CharField(_("full name"), max_length=120)
    number_digest = models.CharField(max_length=DIGEST_CHARACTERS, editable=False)
    number_sealed = models.BinaryField(max_length=200)
    number_tail = models.CharField(max_length=4, editable=False)

    class Meta:
        abstract = True

    @property
    def personal_number(self) -> str:
        """The whole number, unsealed."""
        return personal_data.unseal(self.number_sealed)

    @property
    def masked_number(self) -> str:
        """All that a screen shows of it."""
        return mask_number(self.number_tail)


class Holder(Person):
    """A person who has, or asks for, a permit, as declared.

    Anybody can type anybody's number on the public page, so a number alone never finds a row to
    overwrite: who declares other particulars under the same number is another row.
    """

    # people.plain_name of it: who looks for a name types no accents.
    search_name = models.CharField(max_length=120, editable=False)
    birth_date = models.DateField(_("birth date"))
    sex = models.CharField(_("sex"), max_length=6, choices=Sex)
    phone_digest = models.CharField(max_length=DIGEST_CHARACTERS, editable=False)
    phone_sealed = models.BinaryField(max_length=200)

    class Meta:
        verbose_name = _("holder")
        verbose_name_plural = _("holders")
        indexes = [
            models.Index(fields=["number_digest"], name="holder_number"),
            models.Index(fields=["phone_digest"], name="holder_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.number_tail})"

    @property
    def phone(self) -> str:
        """Unsealed."""
        return personal_data.unseal(self.phone_sealed)


class Companion(Person):
    """Who travels on another's permit."""

    permit = models.ForeignKey(
        "permits.Permit", models.CASCADE, related_name="companions", verbose_name=_("permit")
    )
    doses = models.PositiveSmallIntegerField(_("vaccine doses"), default=0)

    class Meta:
        verbose_name = _("companion")
        verbose_name_plural = _("companions")
        ordering = ["id"]
        indexes = [models.Index(fields=["number_digest"], name="companion_number")]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.number_tail})"
