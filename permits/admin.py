"""The admin of permits. Its acts go through the services."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from permits import serials, services
from permits.admin_forms import KindForm, PolicyForm, WatchlistEntryForm
from permits.api import admin as _api_admin  # noqa: F401 registers what the API keeps
from permits.models import (
    Approval,
    Companion,
    Document,
    Holder,
    Permit,
    PermitKind,
    PolicyRow,
    WatchlistEntry,
)
from permits.read_only_admin import ReadOnlyAdmin
from permits.verdict import PermitState


@admin.register(Holder)
class HolderAdmin(ReadOnlyAdmin):
    list_display = ["full_name", "masked_number", "birth_date", "sex"]
    list_filter = ["sex"]
    search_fields = ["full_name"]
    exclude = ["number_sealed", "phone_sealed"]


@admin.register(PermitKind)
class PermitKindAdmin(admin.ModelAdmin):
    form = KindForm
    list_display = ["number", "name_vi", "name_en", "needs_approval", "valid_hours", "one_trip"]
    list_filter = ["needs_approval", "one_trip"]
    search_fields = ["name_vi", "name_en"]
    filter_horizontal = ["zones"]


@admin.register(Companion)
class CompanionAdmin(ReadOnlyAdmin):
    list_display = ["full_name", "masked_number", "permit"]
    search_fields = ["full_name"]
    list_select_related = ["permit"]
    exclude = ["number_sealed"]


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ["name", "content_type", "size", "permit", "added_at"]
    search_fields = ["name"]
    list_select_related = ["permit"]


@admin.register(PolicyRow)
class PolicyAdmin(admin.ModelAdmin):
    form = PolicyForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ["decided_at", "permit", "state", "issuer", "note"]
    list_filter = ["state", "decided_at"]
    search_fields = ["issuer__username"]
    list_select_related = ["permit", "issuer"]


class ApprovalInline(admin.TabularInline):
    model = Approval
    extra = 0
    can_delete = False
    fields = ["decided_at", "state", "issuer", "note"]
    readonly_fields = ["decided_at", "state", "issuer", "note"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Permit)
class PermitAdmin(ReadOnlyAdmin):
    list_display = [
        "serial_number",
        "holder",
        "kind",
        "state",
        "valid_from",
        "valid_until",
        "plate",
    ]
    list_filter = ["state", "kind", "declared_at"]
    search_fields = ["holder__full_name", "plate"]
    search_help_text = _("A serial, a name or a plate")
    list_select_related = ["holder", "kind"]
    inlines = [ApprovalInline]
    actions = ["approve", "reject", "revoke"]

    @admin.display(description=_("Serial"), ordering="number")
    def serial_number(self, permit: Permit) -> str:
        return permit.serial

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A serial finds its permit, in any spelling."""
        try:
            number = serials.parse_serial(search_term)
        except serials.BadSerial:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(number=number), False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may approve, reject and revoke: the rows themselves nobody edits."""
        return request.user.has_perm("permits.change_permit")

    @admin.action(description=_("Approve the chosen permits"), permissions=["act"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Permit]) -> None:
        self._act(request, queryset, PermitState.APPROVED)

    @admin.action(description=_("Reject the chosen permits"), permissions=["act"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Permit]) -> None:
        self._act(request, queryset, PermitState.REJECTED)

    @admin.action(description=_("Revoke the chosen permits"), permissions=["act"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Permit]) -> None:
        self._act(request, queryset, PermitState.REVOKED)

    def _act(self, request: HttpRequest, queryset: QuerySet[Permit], state: PermitState) -> None:
        assert isinstance(request.user, User)  # noqa: S101 the admin lets nobody else in
        done, refused = 0, 0
        for permit_id in queryset.values_list("id", flat=True):
            try:
                services.decide_on(permit_id, state, issuer=request.user, now=timezone.now())
                done += 1
            except services.NotAllowedNow:
                refused += 1
        if done:
            text = ngettext("%(n)d permit changed.", "%(n)d permits changed.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)
        if refused:
            text = ngettext(
                "%(n)d permit is in a state that does not admit this.",
                "%(n)d permits are in a state that does not admit this.",
                refused,
            )
            self.message_user(request, text % {"n": refused}, messages.WARNING)


@admin.register(WatchlistEntry)
class WatchlistEntryAdmin(admin.ModelAdmin):
    form = WatchlistEntryForm
    list_display = ["level", "masked_number", "plate", "active_from", "active_until", "source"]
    list_filter = ["level", "active_from"]
    search_fields = ["plate", "note", "source"]
