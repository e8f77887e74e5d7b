"""The supervisors' page that tells the lanes something, and says who has read it."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from permits import exports
from scans import instruction_reach as reach
from scans import instructions as writer
from scans.exports.instructions import instructions as instructions_export
from scans.instruction_form import COMMON_TEXTS, InstructionForm
from scans.instructions import BadInstruction, FormReused
from scans.models import Instruction
from scans.oversight import Oversight, districts_of
from scans.shifts import name_of
from scans.times import to_milliseconds
from scans.views.supervisors import for_supervisors

ON_A_PAGE = 30
MOST_NAMES = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_supervisors
def instructions(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """What stands, what stood, and a form for another. `?where=lane-7` chooses its lane."""
    if asked := exports.asked_for(request):
        export = {"instructions": lambda: instructions_export(_seen(oversight), oversight)}
        return exports.answer(asked, export, now=timezone.now())
    form = InstructionForm(
        request.POST if request.method == "POST" else None,
        oversight=oversight,
        districts=districts_of(_user(request)),
        initial={"where": request.GET.get("where", "")},
    )
    if form.is_bound and _give(request, form):
        messages.success(request, _("The lanes are told."))
        return redirect("instructions")
    rows = _seen(oversight)
    stand = writer.standing(now=timezone.now()).values("pk")
    past = Paginator(rows.exclude(pk__in=stand), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "common_texts": COMMON_TEXTS,
        "standing": [_card(row, oversight) for row in rows.filter(pk__in=stand)],
        "past": past,
    }
    return render(request, "scans/instructions.html", context)


@require_POST
@for_supervisors
def withdraw(request: HttpRequest, oversight: Oversight, instruction_id: int) -> HttpResponse:
    """Let one no longer stand. Only where all that it is for are theirs."""
    instruction = get_object_or_404(_seen(oversight), pk=instruction_id)
    if not reach.is_theirs(instruction, oversight):
        messages.error(request, _("It is for others too: who sees all of them can withdraw it."))
    elif writer.withdraw(instruction, by=_user(request).pk, now=timezone.now()):
        messages.success(request, _("It is withdrawn, and the lanes are told."))
    else:
        messages.warning(request, _("It had ended already."))
    return redirect("instructions")


@require_GET
@for_supervisors
def state(request: HttpRequest, oversight: Oversight, instruction_id: int) -> HttpResponse:
    """Who has confirmed one, and who has not: {"stands", "confirmed", "waiting"}.

    Both are lists of {"lane", "officer", "at"}: `at` is when it was confirmed, or since when the
    officer has had it, in milliseconds. At most MOST_NAMES each.
    """
    instruction = get_object_or_404(_seen(oversight), pk=instruction_id)
    found = _state(instruction, oversight)
    for line in (*found["confirmed"], *found["waiting"]):
        line["at"] = to_milliseconds(line["at"])
    return JsonResponse(found)


def _give(request: HttpRequest, form: InstructionForm) -> bool:
    """Whether it was given. If not, the form says why."""
    if not form.is_valid():
        if "instruction_id" in form.errors:
            form.begin_anew()
        return False
    try:
        writer.give(form.instruction(), made_by=_user(request).pk, now=timezone.now())
    except BadInstruction as error:
        form.say(error.code)
        return False
    except FormReused:
        form.begin_anew()
        form.add_error(None, _("This form was sent before. Look below, then send it again."))
        return False
    return True


def _seen(oversight: Oversight) -> QuerySet[Instruction]:
    rows = Instruction.objects.filter(reach.touching(oversight))
    related = rows.select_related("lane__checkpoint", "checkpoint", "made_by", "withdrawn_by")
    return related.prefetch_related("districts")


def _card(instruction: Instruction, oversight: Oversight) -> dict[str, Any]:
    return {
        "row": instruction,
        "by": name_of(instruction.made_by),
        "may_withdraw": reach.is_theirs(instruction, oversight),
        "state": _state(instruction, oversight),
    }


def _state(instruction: Instruction, oversight: Oversight) -> dict[str, Any]:
    now = timezone.now()
    stands = writer.standing(now=now).filter(pk=instruction.pk).exists()
    confirmed = reach.confirmed_at(instruction, oversight)
    waiting = reach.not_confirmed_at(instruction, oversight, now=now)
    read = [_line(one.lane, one.officer, one.confirmed_at) for one in confirmed[:MOST_NAMES]]
    missing = [
        _line(one.lane, one.officer, max(instruction.made_at, one.started_at))
        for one in (waiting[:MOST_NAMES] if stands else [])
    ]
    return {"stands": stands, "confirmed": read, "waiting": missing}


def _line(lane: object, officer: User, at: datetime) -> dict[str, Any]:
    return {"lane": str(lane), "officer": name_of(officer), "at": at}


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
