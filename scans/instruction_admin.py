"""Instructions, confirmations and the devices' health in the admin: there to be read."""

from django.contrib import admin

from permits.read_only_admin import ReadOnlyAdmin
from scans.models import Confirmation, Instruction, LaneHealth


@admin.register(Instruction)
class InstructionAdmin(ReadOnlyAdmin):
    list_display = ["made_at", "kind", "scope", "text", "made_by", "ends_at", "withdrawn_at"]
    list_filter = ["kind", "scope", "made_at"]
    search_fields = ["text", "made_by__username"]
    list_select_related = ["made_by"]


@admin.register(Confirmation)
class ConfirmationAdmin(ReadOnlyAdmin):
    list_display = ["confirmed_at", "instruction", "lane", "officer"]
    search_fields = ["officer__username", "lane__checkpoint__name"]
    list_select_related = ["instruction", "lane__checkpoint", "officer"]


@admin.register(LaneHealth)
class LaneHealthAdmin(ReadOnlyAdmin):
    list_display = ["shift", "reported_at", "camera", "battery", "round_trip_ms", "unsent_acts"]
    list_filter = ["camera"]
    search_fields = ["shift__officer__username", "shift__lane__checkpoint__name"]
    list_select_related = ["shift__lane__checkpoint"]
