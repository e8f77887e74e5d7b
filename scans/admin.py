"""The admin of checkpoints; scans, alerts and shifts are there to be read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from permits.models import Zone
from permits.read_only_admin import ReadOnlyAdmin
from scans import alert_admin as _alert_admin  # noqa: F401 registers alerts
from scans import device_admin as _device_admin  # noqa: F401 registers devices
from scans import instruction_admin as _instruction_admin  # noqa: F401 registers instructions
from scans import webhook_admin as _webhook_admin  # noqa: F401 registers webhooks and wards
from scans.list_admin import ListAdmin
from scans.models import (
    Checkpoint,
    DayTally,
    District,
    Lane,
    Passage,
    ReportSubscription,
    Scan,
    Shift,
    Supervision,
    TripUse,
)


class LaneInline(admin.TabularInline):
    model = Lane
    extra = 1


@admin.register(Checkpoint)
class CheckpointAdmin(admin.ModelAdmin):
    list_display = ["name", "road", "district", "latitude", "longitude"]
    list_filter = ["district"]
    list_select_related = ["district"]
    search_fields = ["name", "road"]
    filter_horizontal = ["zones"]
    inlines = [LaneInline]


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Supervision)
class SupervisionAdmin(admin.ModelAdmin):
    list_display = ["supervisor"]
    search_fields = ["supervisor__username"]
    autocomplete_fields = ["supervisor"]
    filter_horizontal = ["districts"]


class ZoneForm(forms.ModelForm):
    """A zone with its checkpoints: a change counts from the next scan on."""

    checkpoints = forms.ModelMultipleChoiceField(
        Checkpoint.objects.all(),
        label=_("checkpoints"),
        required=False,
        widget=FilteredSelectMultiple(_("checkpoints"), is_stacked=False),
        help_text=_("A permit of this zone is valid at these, from the next scan on."),
    )

    class Meta:
        model = Zone
        fields = ["name_vi", "name_en"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk:
            self.initial["checkpoints"] = self.instance.checkpoints.all()


@admin.register(Zone)
class ZoneAdmin(admin.ModelAdmin):
    form = ZoneForm
    list_display = ["name_vi", "name_en"]
    search_fields = ["name_vi", "name_en"]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.checkpoints.set(form.cleaned_data["checkpoints"])


@admin.register(Lane)
class LaneAdmin(admin.ModelAdmin):
    list_display = ["checkpoint", "name"]
    list_filter = ["checkpoint"]
    search_fields = ["name", "checkpoint__name"]
    list_select_related = ["checkpoint"]


@admin.register(Shift)
class ShiftAdmin(ListAdmin):
    list_display = ["lane", "officer", "direction", "started_at", "last_seen_at", "left_at"]
    list_filter = ["direction", "lane__checkpoint", "started_at"]
    search_fields = ["officer__username", "lane__checkpoint__name"]
    list_select_related = ["lane__checkpoint", "officer"]


@admin.register(Scan)
class ScanAdmin(ListAdmin):
    list_display = [
        "recorded_at",
        "checkpoint",
        "lane",
        "direction",
        "outcome",
        "reason",
        "masked_number",
        "elapsed_ms",
    ]
    list_filter = ["outcome", "reason", "direction", "checkpoint", "source", "recorded_at"]
    search_fields = ["=scan_id", "=masked_number"]
    list_select_related = ["checkpoint", "lane__checkpoint"]
    show_full_result_count = False  # a count of millions of scans takes seconds
    ordering = ["-id"]
    exclude = ["payload_digest"]


@admin.register(TripUse)
class TripUseAdmin(ListAdmin):
    list_display = ["used_at", "permit", "direction", "checkpoint"]
    list_filter = ["direction", "checkpoint"]
    search_fields = ["permit__holder__full_name"]
    list_select_related = ["permit", "checkpoint"]


@admin.register(Passage)
class PassageAdmin(ListAdmin):
    list_display = ["acted_at", "act", "outcome", "reason", "direction", "lane", "officer"]
    list_filter = ["act", "outcome", "direction", "checkpoint", "acted_at"]
    search_fields = ["=passage_id", "officer__username"]
    list_select_related = ["lane__checkpoint", "officer"]
    exclude = ["note_sealed"]


@admin.register(ReportSubscription)
class ReportSubscriptionAdmin(ReadOnlyAdmin):
    list_display = ["supervisor", "hour", "is_active", "last_sent_day"]
    list_filter = ["is_active"]
    search_fields = ["supervisor__username"]
    list_select_related = ["supervisor"]


@admin.register(DayTally)
class DayTallyAdmin(ListAdmin):
    list_display = ["start", "checkpoint", "direction", "outcome", "n"]
    list_filter = ["direction", "outcome", "checkpoint", "start"]
    search_fields = ["checkpoint__name"]
    list_select_related = ["checkpoint"]
    ordering = ["-start", "checkpoint"]
