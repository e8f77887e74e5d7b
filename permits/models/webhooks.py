"""Systems that are told what happened, and what each was told; wards, and their notices."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models.permits import Permit


class Event(models.TextChoices):
    """What can be told."""

    PERMIT_ISSUED = "permit.issued", _("A permit counts from now on")
    PERMIT_REVOKED = "permit.revoked", _("A permit counts no longer")
    PERMIT_REJECTED = "permit.rejected", _("An application was rejected")
    SCAN_RECORDED = "scan.recorded", _("Scans, some at a time")
    ALERT_RAISED = "alert.raised", _("An alert was raised")
    ALERT_RESOLVED = "alert.resolved", _("An alert was resolved")


WARD_NOTICE = "ward.notice"  # for a ward's own endpoint, whatever its events


class WebhookEndpoint(models.Model):
    """An address that is told. The secret with which messages are signed is sealed."""

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=400)
    events = models.JSONField(_("events"), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    secret_sealed = models.BinaryField(editable=False)
    # The last scan that it was told of.
    last_scan_id = models.BigIntegerField(default=0, editable=False)
    # Counts up when the endpoint is saved: the task that collected scans until then ends.
    collector = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    """How far a message has come."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")


class Delivery(models.Model):
    """A message for an endpoint, and what became of it. It names nobody (docs/api.md)."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, verbose_name=_("webhook endpoint")
    )
    message_id = models.UUIDField(_("message id"), default=uuid.uuid4, editable=False)
    event = models.CharField(_("event"), max_length=20)
    content = models.JSONField(_("content"))
    state = models.CharField(
        _("state"), max_length=9, choices=DeliveryState, default=DeliveryState.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    answer = models.CharField(_("last answer"), max_length=80, blank=True)
    made_at = models.DateTimeField(_("made at"))
    next_try_at = models.DateTimeField(_("next try at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, db_index=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["endpoint", "state", "next_try_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"


class Ward(models.Model):
    """A ward that is told who leaves it and who comes."""

    name = models.CharField(_("ward"), max_length=80)
    district = models.CharField(_("district"), max_length=80)
    province = models.CharField(_("province"), max_length=80)
    # wards.key_of these three: by it a declaration's line finds the ward.
    key = models.CharField(max_length=250, unique=True, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("webhook endpoint"),
    )

    class Meta:
        verbose_name = _("ward")
        verbose_name_plural = _("wards")
        ordering = ["province", "district", "name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.district}, {self.province}"


class Role(models.TextChoices):
    """What a ward is to a trip."""

    LEAVES = "leaves", _("Leaves it")
    ARRIVES = "arrives", _("Comes to it")


class WardNotice(models.Model):
    """That a ward was told of a permit."""

    ward = models.ForeignKey(Ward, models.CASCADE, verbose_name=_("ward"))
    permit = models.ForeignKey(
        Permit, models.CASCADE, related_name="ward_notices", verbose_name=_("permit")
    )
    role = models.CharField(_("direction"), max_length=7, choices=Role)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("ward notice")
        verbose_name_plural = _("ward notices")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["permit", "role"], name="one_notice_a_role")]

    def __str__(self) -> str:
        return f"{self.ward} {self.role}"
