"""The access log: who looked for whom and what for. For administrators; nobody changes it."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from permits import exports
from permits.roles import Role, role_required
from permits.views.private import private
from scans import look_up_words, look_ups
from scans.exports.access_log import access_log as log_export
from scans.models import LookUp, LookUpKind
from scans.tracing.forms import MomentField

ON_A_PAGE = 50
LATEST_VERIFIED = 1_000


class LogForm(forms.Form):
    """Which rows. Nothing in it is about whom was looked for, so it may stand in the address."""

    supervisor = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Supervisor"), required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("All")), *LookUpKind.choices],
    )
    since = MomentField(label=gettext_lazy("Since"))
    until = MomentField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people: Any = self.fields["supervisor"]
        people.queryset = User.objects.filter(
            pk__in=LookUp.objects.values("supervisor").distinct()
        ).order_by("username")
        people.empty_label = _("All")

    def limits(self) -> dict[str, Any]:
        """As a query takes them; what cannot be read limits nothing, and is said at its field."""
        cleaned = self.cleaned_data
        wanted = {
            "supervisor": cleaned.get("supervisor"),
            "kind": cleaned.get("kind"),
            "made_at__gte": cleaned.get("since"),
            "made_at__lte": cleaned.get("until"),
        }
        return {name: value for name, value in wanted.items() if value}


@require_safe
@role_required(Role.ADMINISTRATOR)
def access_log(request: HttpRequest) -> HttpResponseBase:
    """The latest first, and whether the chain holds."""
    form = LogForm(request.GET)
    form.is_valid()
    look = LookUp.objects.filter(**form.limits()).select_related("supervisor")
    if asked := exports.asked_for(request):
        export = {"log": lambda: log_export(look)}
        return private(exports.answer(asked, export, now=timezone.now()))
    page = Paginator(look.order_by("-number"), ON_A_PAGE).get_page(request.GET.get("page"))
    filters = request.GET.copy()
    filters.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": [(look_up, look_up_words.of(look_up)) for look_up in page],
        "asked": filters.urlencode(),
        "faults": look_ups.faults(latest=LATEST_VERIFIED),
        "verified": LATEST_VERIFIED,
    }
    return private(render(request, "scans/access_log.html", context))
