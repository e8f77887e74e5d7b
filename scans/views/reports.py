"""The day's report as a page, as files, and by e-mail."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permits import exports, labels, mail
from scans.models import ReportSubscription
from scans.oversight import Oversight
from scans.reports import days, reading, subscriptions
from scans.reports.report import Report, day_report
from scans.reports.tables import export_of, let_through_words, name_of, notes
from scans.views.devices import user_of
from scans.views.supervisors import for_supervisors

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
FORMATS = [("pdf", "PDF"), ("xlsx", "XLSX")]


class SubscriptionForm(forms.Form):
    """When, as what, and in which language the report comes."""

    hour = forms.TypedChoiceField(label=gettext_lazy("Each day at"), choices=HOURS, coerce=int)
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("As"),
        choices=FORMATS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one kind of file.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("In"), choices=settings.LANGUAGES)


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """Today's report. POST: have it by e-mail from now on, or otherwise than before."""
    now = timezone.now()
    if request.method != "POST":
        return _page(request, days.day_of(now), oversight)
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return _page(request, days.day_of(now), oversight, form=form)
    formats = form.cleaned_data["formats"]
    try:
        subscriptions.subscribe(
            user_of(request),
            hour=form.cleaned_data["hour"],
            with_pdf="pdf" in formats,
            with_xlsx="xlsx" in formats,
            language=form.cleaned_data["language"],
            now=now,
        )
    except subscriptions.NoAddress:
        messages.error(request, _("Your account has no e-mail address. Ask an administrator."))
    else:
        messages.success(request, _("You get the report each day by e-mail."))
    return redirect("reports")


@for_supervisors
@require_POST
def unsubscribe(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """No more by e-mail."""
    subscriptions.unsubscribe(user_of(request))
    messages.success(request, _("You get no more reports by e-mail."))
    return redirect("reports")


@for_supervisors
@require_safe
def report(request: HttpRequest, oversight: Oversight, day: str) -> HttpResponseBase:
    """One day's."""
    found = days.parse(day)
    if found is None:
        raise Http404
    return _page(request, found, oversight)


@for_supervisors
@require_safe
def choose(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """Lead to the day that was chosen in the form; nonsense leads to today."""
    day = days.parse(request.GET.get("day", ""))
    return redirect("report", day) if day else redirect("reports")


def _page(
    request: HttpRequest, day: date, oversight: Oversight, *, form: SubscriptionForm | None = None
) -> HttpResponseBase:
    now = timezone.now()
    today = days.day_of(now)
    if day > today:
        return _nothing(request, day, today, _("This day is still to come."))
    first = reading.first_moment()
    if day != today and (first is None or day < days.day_of(first)):
        return _nothing(request, day, today, _("Of this day nothing is kept."))
    asked = exports.asked_for(request)
    found = day_report(day, oversight, now=now)
    if asked:
        return exports.answer(asked, {"report": lambda: export_of(found, oversight)}, now=now)
    context = _context(found, oversight, today)
    context |= _subscription(request, form)
    status = 400 if form else 200
    return render(request, "scans/reports/report.html", context, status=status)


def _nothing(request: HttpRequest, day: date, today: date, why: str) -> HttpResponseBase:
    context = {"day": day, "today": today, "why": why}
    return render(request, "scans/reports/nothing.html", context, status=404)


def _context(found: Report, oversight: Oversight, today: date) -> dict[str, Any]:
    return {
        "report": found,
        "today": today,
        "notes": notes(found, oversight),
        "address": reverse("report", args=[found.day]),
        "compared": [found.day_before, found.week_before],
        "day_after": found.day + days.DAY if found.is_over else None,
        "outcomes": labels.OUTCOMES.values(),
        "kinds": [(name_of(row), row.codes) for row in found.kinds],
        "reasons": [(name_of(row), row.codes) for row in found.reasons],
        "let_through": [(let_through_words(code), cars) for code, cars in found.let_through],
    }


def _subscription(request: HttpRequest, form: SubscriptionForm | None) -> dict[str, Any]:
    user = user_of(request)
    row = ReportSubscription.objects.filter(supervisor=user, is_active=True).first()
    initial = {"hour": 7, "formats": ["pdf"], "language": get_language()}
    if row is not None:
        formats = [name for name, on in (("pdf", row.with_pdf), ("xlsx", row.with_xlsx)) if on]
        initial = {"hour": row.hour, "formats": formats, "language": row.language}
    return {
        "form": form or SubscriptionForm(initial=initial),
        "is_subscribed": row is not None,
        "has_address": bool(user.email),
        "is_mail_set_up": mail.is_set_up(),
    }
