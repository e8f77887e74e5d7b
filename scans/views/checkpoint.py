"""The officer's page. What happens on it goes over its socket."""

from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from permits import labels
from permits.roles import Role, role_required
from scans import pins
from scans.access import LOCKED
from scans.device_sessions import enrolled_where_asked
from scans.forms import DriversDeclarationForm
from scans.models import Checkpoint, LetThroughReason
from scans.views.public_page import public_page

# How long a picture without a code may last before the next car is another one.
EMPTY_SECONDS = (2, 3, 4, 6, 8, 12, 20)
# Offered to an officer who declares for a driver.
COMMON_PURPOSES = (
    _("Going to work"),
    _("Going home"),
    _("Going to hospital"),
    _("Carrying goods"),
    _("Helping family"),
)


@never_cache
@role_required(Role.OFFICER)
@enrolled_where_asked
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The checkpoint page."""
    user = cast(User, request.user)
    checkpoints = [
        {
            "id": checkpoint.id,
            "name": checkpoint.name,
            "road": checkpoint.road,
            "lanes": [{"id": lane.id, "name": lane.name} for lane in checkpoint.lanes.all()],
        }
        for checkpoint in Checkpoint.objects.prefetch_related("lanes")
    ]
    context = {
        "checkpoints": checkpoints,
        "labels": labels.for_page(),
        "officer_name": user.get_full_name() or user.get_username(),
        "let_through_reasons": LetThroughReason.choices,
        "empty_seconds": EMPTY_SECONDS,
        "lock": {
            "minutes": settings.LOCK_AFTER_MINUTES,
            "isLocked": bool(request.session.get(LOCKED)),
            "hasPin": pins.has_pin(user),
        },
        "declaration_form": DriversDeclarationForm(now=timezone.now()),
        "purposes": [str(purpose) for purpose in COMMON_PURPOSES],
        **public_page(request),
    }
    return render(request, "scans/checkpoint.html", context)
