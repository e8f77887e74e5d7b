"""Stills: the officer's page sends them, supervisors see them."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from permits.personal_data import CannotUnseal
from scans import look_ups, stills
from scans.models import Lane, LookUpKind, Still
from scans.oversight import Oversight
from scans.stills import BadStill
from scans.times import believable, from_milliseconds
from scans.tracing.query import Query
from scans.views.answers import for_officers, refused
from scans.views.looking import look_up_before, viewer
from scans.views.supervisors import for_supervisors

OLDEST_STILL = timedelta(hours=24)  # it may have waited for the network


@for_officers()
def add(request: HttpRequest, officer: User) -> HttpResponseBase:
    """Keep a still. 400 `bad_message`, `not_an_image` or `too_many`; 413 `image_too_large`."""
    picture = request.FILES.get("picture")
    now = timezone.now()
    try:
        lane = Lane.objects.get(pk=int(request.POST["lane"]))
        still_id, car_id = UUID(request.POST["still_id"]), UUID(request.POST["car_id"])
        taken_at = from_milliseconds(int(request.POST["taken_at"]))
    except (KeyError, ValueError, OverflowError, Lane.DoesNotExist):
        return refused("bad_message")
    if picture is None:
        return refused("bad_message")
    if (picture.size or 0) > stills.MAX_BYTES:
        return refused("image_too_large", status=413)
    try:
        stills.add(
            picture.read(),
            still_id=still_id,
            car_id=car_id,
            lane_id=lane.pk,
            officer_id=officer.pk,
            taken_at=believable(taken_at, now=now, oldest=OLDEST_STILL),
            now=now,
        )
    except BadStill as error:
        return refused(error.code, status=413 if error.code == "image_too_large" else 400)
    return JsonResponse({"still_id": str(still_id)})


@for_supervisors
def show(request: HttpRequest, oversight: Oversight, still_id: UUID) -> HttpResponse:
    """A still, for supervisors. Who looked is in the access log."""
    theirs = oversight.of(Still.objects.all(), "lane__checkpoint_id")
    still = get_object_or_404(theirs, still_id=still_id)
    try:
        picture = stills.picture_of(still)
    except CannotUnseal:
        raise Http404 from None
    look_ups.keep(
        LookUpKind.STILL,
        Query(still=still_id),
        supervisor=viewer(request),
        oversight=oversight,
        found=1,
        now=timezone.now(),
        within=look_up_before(request),
    )
    return HttpResponse(picture, content_type="image/jpeg")
