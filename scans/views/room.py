"""The supervisors' room: dashboard and wall. What happens there comes over the socket."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from permits import exports, labels
from scans import alert_words, lane_health
from scans.attention_words import WORDS
from scans.exports import room as taken_away
from scans.models import Checkpoint
from scans.oversight import Oversight
from scans.views.supervisors import for_supervisors

OUTLINE = "vendor/world-atlas/vietnam.json"


@for_supervisors
def dashboard(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """The board, the map and every scan, live."""
    if asked := exports.asked_for(request):
        now = timezone.now()
        tables = {
            "board": lambda: taken_away.board(oversight, now=now),
            "scans": lambda: taken_away.feed(oversight, now=now),
        }
        return exports.answer(asked, tables, now=now)
    return render(request, "scans/room/dashboard.html", room_context(oversight))


@for_supervisors
def wall(request: HttpRequest, oversight: Oversight) -> HttpResponse:
    """Board and map for a large screen: nothing of a person is on it."""
    return render(request, "scans/room/wall.html", room_context(oversight))


@require_POST
@for_supervisors
def wall_stay(request: HttpRequest, oversight: Oversight) -> JsonResponse:
    """A wall still runs, and its login goes on. `release` is another where its files are others."""
    request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    return JsonResponse({"release": static("js/dashboard.js") + static("css/room.css")})


def room_context(oversight: Oversight, **looked_at: int) -> dict[str, Any]:
    """What the pages of the room begin with: places and words. `looked_at`: as in `catch_up`."""
    return {
        "labels": labels.for_page(),
        "places": _places(oversight),
        "attention_words": WORDS,
        "trouble_words": {code.value: words for code, words in lane_health.WORDS.items()},
        "alert_words": alert_words.for_page(),
        "looked_at": looked_at,
        "map_settings": {
            "tiles": settings.MAP_TILES,
            "attribution": settings.MAP_ATTRIBUTION,
            "outline": static(OUTLINE),
        },
    }


def _places(oversight: Oversight) -> list[dict[str, Any]]:
    checkpoints = oversight.of(Checkpoint.objects.all(), "id")
    return [
        {
            "id": checkpoint.id,
            "name": checkpoint.name,
            "address": reverse("checkpoint_now", args=[checkpoint.id]),
            "district": checkpoint.district.name if checkpoint.district else "",
            "latitude": checkpoint.latitude,
            "longitude": checkpoint.longitude,
            "lanes": [{"id": lane.id, "name": lane.name} for lane in checkpoint.lanes.all()],
        }
        for checkpoint in checkpoints.select_related("district").prefetch_related("lanes")
    ]
