"""Tokens of the API in the admin: made, shown once, revoked."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from permits.models import AnsweredRequest, ApiToken
from permits.read_only_admin import ReadOnlyAdmin
from permits.scopes import NAMES, Scope
from permits.services.tokens import make_token, revoke_tokens


class TokenForm(forms.ModelForm):
    """A new token."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("scopes"),
        choices=[(scope.value, NAMES[scope]) for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The user needs the role for it as well."),
    )

    class Meta:
        model = ApiToken
        fields = ["user", "name", "scopes", "expires_at"]


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    form = TokenForm
    list_display = ["name", "user", "scopes", "created_at", "expires_at", "last_used_at"]
    list_display += ["revoked_at"]
    list_filter = ["revoked_at"]
    search_fields = ["name", "user__username"]
    list_select_related = ["user"]
    actions = ["revoke"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        made, text = make_token(
            user=obj.user,
            name=obj.name,
            scopes=[Scope(code) for code in form.cleaned_data["scopes"]],
            now=timezone.now(),
            expires_at=obj.expires_at,
        )
        obj.pk = made.pk
        said = _("The token is shown this once, and not kept: %(token)s")
        self.message_user(request, said % {"token": text}, messages.WARNING)

    @admin.action(description=gettext_lazy("Revoke the chosen tokens"), permissions=["act"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        done = revoke_tokens(queryset, now=timezone.now())
        text = ngettext("%(n)d token revoked.", "%(n)d tokens revoked.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)


@admin.register(AnsweredRequest)
class AnsweredRequestAdmin(ReadOnlyAdmin):
    list_display = ["answered_at", "user", "key", "status"]
    search_fields = ["key", "user__username"]
    list_select_related = ["user"]
    exclude = ["answer_sealed"]
