"""The private page of a permit: whoever has the link sees the travel code."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from permits import found_links, holder_acts, labels, printing, selectors, symbol
from permits.models import Permit
from permits.verdict import Direction, PermitState
from permits.views.private import private


@require_safe
def travel_code(request: HttpRequest, link: str) -> HttpResponse:
    """The code with what it stands for, or why there is none."""
    now = timezone.now()
    permit = selectors.permit_of_link(link, now=now)
    if permit is None:
        return private(render(request, "permits/unknown_link.html", status=404))
    has_code = _has_code(permit, now)
    context = {
        "permit": permit,
        "link": link,
        "address": request.build_absolute_uri(),
        "has_code": has_code,
        "kept": _to_keep(permit) if has_code else {"serial": permit.serial},
        "is_expired": now > permit.valid_until,
        "is_early": now < permit.valid_from,
        "state_name": labels.STATES[PermitState(permit.state)],
        "kind_name": str(permit.kind),
        "masked_number": permit.holder.masked_number,
        **_particulars(permit),
        **_offered(permit, link, now=now),
    }
    return private(render(request, "permits/travel_code.html", context))


def _particulars(permit: Permit) -> dict[str, object]:
    """What stands in other rows than the permit's own."""
    return {
        "direction": _direction(permit),
        "zones": list(permit.zones.all()),
        "companions": list(permit.companions.all()),
        "documents": list(permit.documents.all()),
        "acts": [
            {"name": labels.DONE[PermitState(act.state)][act.issuer_id is None], "act": act}
            for act in permit.approvals.order_by("-decided_at", "-id")
        ],
        "asked": selectors.asked_of(permit),
    }


def _direction(permit: Permit) -> str:
    if not permit.direction:
        return str(labels.BOTH_DIRECTIONS)
    return str(labels.DIRECTIONS[Direction(permit.direction)])


def _offered(permit: Permit, link: str, *, now: datetime) -> dict[str, object]:
    """What the holder can do here, and for how long the link is good."""
    found = found_links.read(link, now=now)
    return {
        "may_correct": holder_acts.may_correct(permit),
        "may_cancel": holder_acts.may_cancel(permit, now=now),
        "may_renew": holder_acts.may_renew(permit),
        "link_ends": found.until if found else None,
    }


@require_safe
def travel_code_svg(request: HttpRequest, link: str) -> HttpResponse:
    """The code as SVG."""
    permit = _permit_with_code(link)
    picture = symbol.svg(selectors.travel_code(permit))
    return private(HttpResponse(picture, content_type="image/svg+xml"))


@require_safe
def travel_code_png(request: HttpRequest, link: str) -> HttpResponse:
    """The code as PNG."""
    permit = _permit_with_code(link)
    picture = symbol.png(selectors.travel_code(permit))
    return private(HttpResponse(picture, content_type="image/png"))


PAPERS = {"a4": printing.a4, "a6": printing.a6}


@require_safe
def travel_code_pdf(request: HttpRequest, link: str) -> HttpResponse:
    """The permit on paper: A4, or what `paper` says."""
    paper = PAPERS.get(request.GET.get("paper", "a4"))
    if paper is None:
        raise Http404
    permit = _permit_with_code(link)
    content = paper(selectors.printed_permit(permit))
    response = private(HttpResponse(content, content_type="application/pdf"))
    response["Content-Disposition"] = f'inline; filename="travel-code-{permit.serial}.pdf"'
    return response


def _permit_with_code(link: str) -> Permit:
    permit = selectors.permit_of_link(link)
    if permit is None or not _has_code(permit, timezone.now()):
        raise Http404
    return permit


def _has_code(permit: Permit, now: datetime) -> bool:
    """A code that every checkpoint would refuse is not given out."""
    return permit.state == PermitState.APPROVED and now <= permit.valid_until


def _to_keep(permit: Permit) -> dict[str, str | int]:
    """What a phone may keep for when there is no network: what shows the code, and no more."""
    return {
        "serial": permit.serial,
        "name": permit.holder.full_name,
        "from": int(permit.valid_from.timestamp() * 1000),
        "until": int(permit.valid_until.timestamp() * 1000),
        "code": selectors.travel_code(permit),
    }
