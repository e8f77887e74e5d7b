"""Webhooks and wards in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from permits import personal_data, wards
from permits.models import Delivery, Ward, WardNotice, WebhookEndpoint
from permits.models.webhooks import Event
from permits.read_only_admin import ReadOnlyAdmin
from permits.webhooks.delivering import send_again
from permits.webhooks.signing import new_secret
from scans import scan_webhooks


class EndpointForm(forms.ModelForm):
    """An endpoint. Whether its address may be called is found out when it is."""

    events = forms.MultipleChoiceField(
        label=gettext_lazy("events"),
        choices=Event.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A ward's own endpoint needs none: it gets its notices."),
    )
    url = forms.URLField(label=gettext_lazy("address"), max_length=400, assume_scheme="https")

    class Meta:
        model = WebhookEndpoint
        fields = ["name", "url", "events", "is_active"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(admin.ModelAdmin):
    form = EndpointForm
    list_display = ["name", "url", "is_active"]
    search_fields = ["name", "url"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            secret = new_secret()
            obj.secret_sealed = personal_data.seal(secret)
            said = _("The secret of its signatures is shown this once: %(secret)s")
            self.message_user(request, said % {"secret": secret}, messages.WARNING)
        super().save_model(request, obj, form, change)
        scan_webhooks.start(obj, now=timezone.now())


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["made_at", "endpoint", "event", "state", "tries", "answer", "next_try_at"]
    list_filter = ["state", "event", "endpoint"]
    search_fields = ["message_id"]
    list_select_related = ["endpoint"]
    show_full_result_count = False
    actions = ["send_again"]

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("permits.change_delivery")

    @admin.action(description=gettext_lazy("Send the chosen ones again"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        for delivery in queryset:
            send_again(delivery, now=timezone.now())
        done = queryset.count()
        text = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)


class WardForm(forms.ModelForm):
    """A ward, once: two spellings of one are one."""

    class Meta:
        model = Ward
        fields = ["name", "district", "province", "endpoint"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        key = wards.key_of(*(cleaned.get(name, "") for name in ("name", "district", "province")))
        if Ward.objects.filter(key=key).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This ward is there already."))
        self.instance.key = key
        return cleaned


@admin.register(Ward)
class WardAdmin(admin.ModelAdmin):
    form = WardForm
    list_display = ["name", "district", "province", "endpoint"]
    search_fields = ["name", "district", "province"]
    list_select_related = ["endpoint"]


@admin.register(WardNotice)
class WardNoticeAdmin(ReadOnlyAdmin):
    list_display = ["made_at", "ward", "role", "permit"]
    list_filter = ["role"]
    search_fields = ["ward__name", "ward__district"]
    list_select_related = ["ward", "permit"]
