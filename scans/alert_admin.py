"""Alerts in the admin, to be read."""

from django.contrib import admin

from permits.read_only_admin import ReadOnlyAdmin
from scans.list_admin import ListAdmin
from scans.models import Alert, AlertAct, AlertSubscription


@admin.register(Alert)
class AlertAdmin(ListAdmin):
    list_display = ["raised_at", "severity", "kind", "level", "checkpoint", "owner", "resolved_at"]
    list_filter = ["kind", "severity", "level", "raised_at"]
    search_fields = ["=scan_uuid", "checkpoint__name", "owner__username"]
    list_select_related = ["checkpoint", "owner"]
    raw_id_fields = ["scan"]
    exclude = ["note_sealed"]


@admin.register(AlertAct)
class AlertActAdmin(ListAdmin):
    list_display = ["at", "act", "by", "to", "alert"]
    list_filter = ["act", "at"]
    search_fields = ["=alert__id", "by__username", "to__username"]
    list_select_related = ["by", "to", "alert"]


@admin.register(AlertSubscription)
class AlertSubscriptionAdmin(ReadOnlyAdmin):
    list_display = ["supervisor", "least_severity", "is_active"]
    list_filter = ["least_severity", "is_active"]
    search_fields = ["supervisor__username"]
    list_select_related = ["supervisor"]
