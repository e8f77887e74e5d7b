"""One application: what is known of it, and what an issuer does about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from permits import documents, labels, personal_data, selectors, serials, services
from permits.desk import queue
from permits.desk.forms import ApproveForm, ReasonForm
from permits.desk.records import NUMBER_SHOWN, record, records_of
from permits.models import Document, Permit
from permits.verdict import PermitState
from permits.views.desk.guard import desk, user_of

EARLIER_SHOWN = 20
REASON_ACTS: dict[str, Callable[..., Permit]] = {
    "reject": services.reject,
    "ask": services.ask,
    "revoke": services.revoke,
}


@desk
@require_safe
def application(request: HttpRequest, serial: str) -> HttpResponse:
    """The application."""
    return _page(request, _permit(serial))


@desk
@require_POST
def act(request: HttpRequest, serial: str) -> HttpResponse:
    """Approve, reject, ask for more or revoke, as the application was when it was looked at."""
    permit = _permit(serial)
    name = request.POST.get("act", "")
    form = _form_of(name, permit, request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _page(request, permit, **{name: form})
    seen = request.POST.get("version", "")
    try:
        _act(name, form, permit, seen_version=int(seen) if seen.isdigit() else 0, request=request)
    except services.TermsDoNotFit:
        form.add_error("valid_until", _out_of_bounds(permit))
        return _page(request, permit, **{name: form})
    except services.NotAllowedNow:
        return _page(request, _permit(serial), status=409, was_late=True)
    messages.success(request, _("Done: %(serial)s") % {"serial": permit.serial})
    following = queue.next_waiting(permit)
    if name in ("approve", "reject") and following and "next" in request.POST:
        return redirect("desk_application", serial=following.serial)
    return redirect("desk_application", serial=permit.serial)


@desk
@require_POST
def show_number(request: HttpRequest, serial: str) -> HttpResponse:
    """The whole personal number, on this page alone. That it was looked at is kept."""
    permit = _permit(serial)
    record(user_of(request), permit, NUMBER_SHOWN, now=timezone.now())
    return _page(request, permit, shows_numbers=True)


@desk
@require_safe
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """A paper: a picture to look at, a PDF to save. Nothing in it may run."""
    found = Document.objects.filter(id=document_id).first()
    if found is None:
        raise Http404
    try:
        content = documents.read(found)
    except (OSError, personal_data.CannotUnseal):
        return render(request, "permits/desk/no_document.html", status=404)
    response = HttpResponse(content, content_type=found.content_type)
    place = "attachment" if found.content_type == documents.PDF else "inline"
    extension = found.content_type.rpartition("/")[2]
    response["Content-Disposition"] = f'{place}; filename="document-{found.pk}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _permit(serial: str) -> Permit:
    try:
        number = serials.parse_serial(serial)
    except serials.BadSerial:
        raise Http404 from None
    found = Permit.objects.select_related("holder", "kind").filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _form_of(name: str, permit: Permit, typed: Any = None) -> Any:
    if name == "approve":
        return ApproveForm(typed, permit=permit)
    return ReasonForm(typed, act=name) if name in REASON_ACTS else None


def _act(
    name: str, form: Any, permit: Permit, *, seen_version: int, request: HttpRequest
) -> Permit:
    known: dict[str, Any] = {
        "issuer": user_of(request),
        "now": timezone.now(),
        "note": form.cleaned_data["note"],
        "seen_version": seen_version,
    }
    if name == "approve":
        terms = services.Terms(
            zones=[zone.pk for zone in form.cleaned_data["zones"]],
            direction=form.cleaned_data["direction"],
            valid_until=form.cleaned_data["valid_until"],
        )
        return services.approve(permit.pk, terms=terms, **known)
    return REASON_ACTS[name](permit.pk, **known)


def _out_of_bounds(permit: Permit) -> str:
    text = _("It must end after it begins, and at most %(hours)d hours later.")
    return text % {"hours": permit.kind.valid_hours}


def _page(
    request: HttpRequest,
    permit: Permit,
    *,
    status: int = 200,
    was_late: bool = False,
    shows_numbers: bool = False,
    **filled: Any,
) -> HttpResponse:
    now = timezone.now()
    acts = list(permit.approvals.select_related("issuer"))
    state = PermitState(permit.state)
    context = {
        "permit": permit,
        "state": state,
        "state_name": labels.STATES[state],
        "companions": permit.companions.all(),
        "zones": permit.zones.all(),
        "documents": permit.documents.all(),
        "earlier": _earlier(permit),
        "hits": selectors.watchlist_hits(permit, now=now),
        "acts": [(one, labels.STATES[PermitState(one.state)]) for one in acts],
        "records": records_of(permit),
        "last_act": acts[-1] if acts else None,
        "was_late": was_late,
        "shows_numbers": shows_numbers,
        "is_waiting": state in queue.WAITING,
        "approve": filled.get("approve") or ApproveForm(permit=permit),
        "reasons": [
            (
                name,
                labels.ISSUER_ACTS[name],
                filled.get(name) or ReasonForm(act=name),
                labels.COMMON_REASONS[name],
            )
            for name in _open_acts(state)
        ],
        "opened": next(iter(filled), ""),
    }
    return render(request, "permits/desk/application.html", context, status=status)


def _open_acts(state: PermitState) -> list[str]:
    if state is PermitState.APPROVED:
        return ["revoke"]
    return {PermitState.PENDING: ["ask", "reject"], PermitState.ASKED: ["reject"]}.get(state, [])


def _earlier(permit: Permit) -> list[tuple[Permit, object]]:
    same_person = selectors.permits_of_person(permit.holder.personal_number)
    found = same_person.exclude(pk=permit.pk)[:EARLIER_SHOWN]
    return [(one, labels.STATES[PermitState(one.state)]) for one in found]
