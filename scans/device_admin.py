"""Devices in the admin: there to be read. They are let in and cut off on the page of devices."""

from django.contrib import admin

from permits.read_only_admin import ReadOnlyAdmin
from scans.models import Device, DeviceReport, Enrolment


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    list_display = ["name", "enrolled_at", "enrolled_by", "last_seen_at", "cut_off_at"]
    search_fields = ["name"]
    list_select_related = ["enrolled_by"]
    exclude = ["secret_digest"]


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    list_display = ["device_name", "made_at", "made_by", "used_at"]
    search_fields = ["device_name"]
    list_select_related = ["made_by"]
    exclude = ["seed", "code_digest"]


@admin.register(DeviceReport)
class DeviceReportAdmin(ReadOnlyAdmin):
    list_display = ["made_at", "device", "officer"]
    search_fields = ["device__name", "officer__username"]
    list_select_related = ["device", "officer"]
