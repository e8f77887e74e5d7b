"""The queue, its search, and acts on several applications at once."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from permits import exports, labels, services
from permits.desk import queue
from permits.desk.exports import applications_export
from permits.desk.forms import QueueForm, ReasonForm
from permits.desk.queue import Filters, Search
from permits.models import PERMIT_STATES
from permits.verdict import PermitState
from permits.views.desk.guard import desk, user_of

SEARCH = "desk_search"  # in the session: no name and no plate gets into an address or a log
STATE_NAMES = dict(PERMIT_STATES)  # short ones
BATCH_ACTS = {"approve": PermitState.APPROVED, "reject": PermitState.REJECTED}


@desk
@require_safe
def applications(request: HttpRequest) -> HttpResponseBase:
    """The queue, or what was found."""
    form = QueueForm(request.GET)
    form.is_valid()
    filters = _filters(request, form)
    now = timezone.now()
    if asked := exports.asked_for(request):
        made = {"applications": lambda: applications_export(filters, now=now)}
        return exports.answer(asked, made, now=now)
    found = queue.page(filters, now=now)
    context = {
        "form": form,
        "filters": filters,
        "queue": found,
        "rows": [(permit, found.hits.get(permit.id, ())) for permit in found.permits],
        "hit_names": labels.HITS,
        "tabs": [_tab(state, filters) for state in PermitState],
        "next": _address_after(request, found.next),
        "is_filtered": bool(set(request.GET) - {"state", "after", "after_id"}),
        "reject": ReasonForm(act="reject"),
        "may_act": not filters.search and filters.state in queue.WAITING,
    }
    return render(request, "permits/desk/queue.html", context)


@desk
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Look for a serial, a number, a phone, a plate or a name. It is posted, and kept unseen."""
    text = request.POST.get("q", "")[:200]
    if not text.strip():
        request.session.pop(SEARCH, None)
        return redirect("desk")
    request.session[SEARCH] = asdict(queue.parse_search(text))
    return redirect(f"{reverse('desk')}?found=1")


@desk
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """Approve or reject the marked applications, each as it was when it was marked."""
    act = BATCH_ACTS.get(request.POST.get("act", ""))
    marked = [pair for text in request.POST.getlist("marked") if (pair := _marked(text))]
    form = ReasonForm(request.POST, act="reject")
    back = redirect(request.POST.get("back") or "desk") if _is_ours(request) else redirect("desk")
    if act is None or not marked:
        messages.warning(request, _("Nothing was marked."))
        return back
    if act is PermitState.REJECTED and not form.is_valid():
        messages.error(request, _("Nothing was rejected: a reason is missing."))
        return back
    note = form.cleaned_data["note"] if act is PermitState.REJECTED else ""
    outcomes = Counter(_decide(request, *one, act, note) for one in marked)
    _say(request, outcomes)
    return back


def _decide(
    request: HttpRequest, permit_id: int, version: int, state: PermitState, note: str
) -> str:
    try:
        services.decide_on(
            permit_id,
            state,
            issuer=user_of(request),
            now=timezone.now(),
            note=note,
            seen_version=version,
        )
    except services.ChangedMeanwhile:
        return "changed"
    except services.NotAllowedNow:
        return "not_allowed"
    return "done"


def _say(request: HttpRequest, outcomes: Counter[str]) -> None:
    done, changed, refused = (outcomes[name] for name in ("done", "changed", "not_allowed"))
    if done:
        text = ngettext("%(n)d application decided.", "%(n)d applications decided.", done)
        messages.success(request, text % {"n": done})
    if changed:
        text = ngettext(
            "%(n)d was left as it is: somebody has acted on it meanwhile.",
            "%(n)d were left as they are: somebody has acted on them meanwhile.",
            changed,
        )
        messages.warning(request, text % {"n": changed})
    if refused:
        text = ngettext(
            "%(n)d is in a state that does not admit this.",
            "%(n)d are in a state that does not admit this.",
            refused,
        )
        messages.warning(request, text % {"n": refused})


def _filters(request: HttpRequest, form: QueueForm) -> Filters:
    cleaned = form.cleaned_data
    kept = request.session.get(SEARCH) if "found" in request.GET else None
    kind = cleaned.get("kind")
    return Filters(
        state=PermitState(cleaned.get("state") or PermitState.PENDING),
        kind=kind.number if kind else None,
        declared_from=cleaned.get("declared_from"),
        declared_until=cleaned.get("declared_until"),
        with_hits=cleaned.get("with_hits", False),
        search=Search(**{**kept, "digests": tuple(kept["digests"])}) if kept else Search(),
        after=_after(request),
    )


def _after(request: HttpRequest) -> tuple[datetime, int] | None:
    try:
        moment = datetime.fromisoformat(request.GET.get("after", ""))
        return (moment, int(request.GET.get("after_id", ""))) if moment.tzinfo else None
    except ValueError:
        return None


def _address_after(request: HttpRequest, last: tuple[datetime, int] | None) -> str:
    if last is None:
        return ""
    asked = {name: request.GET[name] for name in request.GET}
    following = {"after": last[0].isoformat(), "after_id": str(last[1])}
    return "?" + urlencode({**asked, **following})


def _tab(state: PermitState, filters: Filters) -> dict[str, object]:
    is_waiting = state in queue.WAITING
    return {
        "address": f"{reverse('desk')}?state={state.value}",
        "name": STATE_NAMES[state],
        "is_current": state is filters.state and not filters.search,
        "count": queue.waiting(state) if is_waiting else None,
        "is_bounded": queue.MOST_COUNTED,
    }


def _marked(text: str) -> tuple[int, int] | None:
    permit_id, _separator, version = text.partition(":")
    return (int(permit_id), int(version)) if permit_id.isdigit() and version.isdigit() else None


def _is_ours(request: HttpRequest) -> bool:
    return request.POST.get("back", "").startswith(reverse("desk"))
