"""Alerts: what is open, what was, and what a supervisor does about each."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from permits import exports
from permits.personal_data import CannotUnseal
from permits.views.desk.guard import user_of
from scans import alert_words
from scans.alert_forms import OPEN, PAST, AlertsFilter, ResolveForm, SubscriptionForm
from scans.alerts import acting
from scans.alerts.reading import by_gravity
from scans.exports.alerts import export_of
from scans.models import Alert, AlertSubscription
from scans.oversight import Oversight
from scans.views.looking import LONGEST_NUMBER
from scans.views.supervisors import for_supervisors

ON_A_PAGE = 50


@require_safe
@for_supervisors
def alerts(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """What is open, the gravest first; or what was, the latest first."""
    return _list(request, oversight, _subscription_form(request))


@require_POST
@for_supervisors
def subscribe(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """Messages by e-mail, from now on or no longer."""
    form = _subscription_form(request, request.POST)
    if not user_of(request).email:
        return redirect("alerts")
    if not form.is_valid():
        return _list(request, oversight, form)
    subscription = form.save(commit=False)
    subscription.language = get_language() or ""
    subscription.save()
    messages.success(request, _("Kept."))
    return redirect("alerts")


def _subscription_form(request: HttpRequest, filled: Any = None) -> SubscriptionForm:
    supervisor = user_of(request)
    kept = AlertSubscription.objects.filter(supervisor=supervisor).first()
    unasked = AlertSubscription(supervisor=supervisor, is_active=False)
    return SubscriptionForm(filled, instance=kept or unasked)


def _list(request: HttpRequest, oversight: Oversight, form: SubscriptionForm) -> HttpResponseBase:
    chosen = AlertsFilter(request.GET, oversight=oversight)
    state = PAST if request.GET.get("state") == PAST else OPEN
    theirs = chosen.of(oversight.of(Alert.objects.all()))
    if state == OPEN:
        rows = by_gravity(theirs.filter(resolved_at=None))
    else:
        rows = theirs.exclude(resolved_at=None).order_by("-raised_at", "-id")
    rows = rows.select_related("checkpoint", "lane", "owner")
    if asked := exports.asked_for(request):
        export = {"alerts": lambda: export_of(rows, oversight)}
        return exports.answer(asked, export, now=timezone.now())
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "state": state,
        "filter": chosen,
        "is_filtered": any(request.GET.get(name) for name in chosen.fields),
        "page": page,
        "query": query.urlencode(),
        "rows": [_in_words(alert) for alert in page.object_list],
        "subscription": form,
        "address": user_of(request).email,
    }
    return render(request, "scans/alerts.html", context)


@require_safe
@for_supervisors
def alert(request: HttpRequest, oversight: Oversight, alert_id: int) -> HttpResponse:
    """One alert: what is known, what was done, and what can be."""
    return _page(request, _theirs(oversight, alert_id), ResolveForm())


def _page(
    request: HttpRequest, one: Alert, form: ResolveForm, *, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    try:
        note = acting.note_of(one)
    except CannotUnseal:
        note = ""
    context = {
        "alert": one,
        **_in_words(one),
        "note": note,
        "acts": one.acts.select_related("by", "to"),
        "is_open": one.resolved_at is None,
        "may_act": one.resolved_at is None and one.supervisor_id != user.pk,
        "is_mine": one.owner_id == user.pk,
        "others": acting.whom_to_hand_to(one, by=user),
        "form": form,
    }
    return render(request, "scans/alert.html", context, status=status)


@require_POST
@for_supervisors
def act(request: HttpRequest, oversight: Oversight, alert_id: int) -> HttpResponse:
    """Acknowledge it, take it, hand it over or resolve it."""
    form = ResolveForm(request.POST)
    if not form.is_valid():
        return _page(request, _theirs(oversight, alert_id), form, status=400)
    try:
        is_done = _act(request, oversight, alert_id, form.cleaned_data["note"])
    except acting.NoSuchAlert:
        raise Http404 from None
    except acting.AboutThemself:
        raise PermissionDenied from None
    except acting.DoesNotSee:
        messages.error(request, _("That supervisor does not see this alert. Choose another one."))
        return redirect("alert", alert_id=alert_id)
    if is_done:
        messages.success(request, _("Done."))
    else:
        messages.info(request, _("Nothing was left to do: this is how it stands now."))
    return redirect("alert", alert_id=alert_id)


def _act(request: HttpRequest, oversight: Oversight, alert_id: int, note: str) -> bool:
    by, now = user_of(request), timezone.now()
    match request.POST.get("act"):
        case "acknowledge":
            return acting.acknowledge(alert_id, by=by, oversight=oversight, now=now)
        case "take":
            return acting.take(alert_id, by=by, oversight=oversight, now=now)
        case "hand_over":
            to = _user(request.POST.get("to", ""))
            return acting.hand_over(alert_id, to=to, by=by, oversight=oversight, now=now)
        case "resolve":
            return acting.resolve(alert_id, by=by, oversight=oversight, note=note, now=now)
    raise Http404


def _user(typed: str) -> User:
    is_id = typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    return get_object_or_404(User, pk=int(typed) if is_id else 0)


def _theirs(oversight: Oversight, alert_id: int) -> Alert:
    rows: QuerySet[Alert] = oversight.of(Alert.objects.all())
    related = rows.select_related(
        "checkpoint", "lane", "owner", "supervisor", "acknowledged_by", "resolved_by"
    )
    return get_object_or_404(related, pk=alert_id)


def _in_words(one: Alert) -> dict[str, Any]:
    return {
        "alert": one,
        "heading": alert_words.heading(one),
        "severity": alert_words.severity(one.severity),
        "place": alert_words.place(one),
        "details": alert_words.details(one.kind, one.details),
    }
