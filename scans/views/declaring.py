"""An officer declares for a driver who has no code: the card fills in most of the form."""

from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone

from permits import services, symbol
from permits.services import DoesNotFitKind
from scans import card_api
from scans.card_api import Busy
from scans.decode import DecodeError
from scans.forms import DriversDeclarationForm
from scans.protocol import MAX_FRAME_BYTES
from scans.views.answers import for_officers, refused


@for_officers()
def read_card(request: HttpRequest, officer: User) -> HttpResponseBase:
    """What stands on the card in a picture of the lane's camera. It is kept nowhere."""
    picture = request.FILES.get("picture")
    if picture is None:
        return refused("no_picture")
    if (picture.size or 0) > MAX_FRAME_BYTES:
        return refused("image_too_large", status=413)
    try:
        symbols = async_to_sync(card_api.decode_card)(picture.read(), is_photo=False)
    except DecodeError as error:
        return refused(error.code)
    except Busy:
        return refused("busy", status=503)
    return JsonResponse(card_api.reading(symbols, with_address=True))


@for_officers()
def declare(request: HttpRequest, officer: User) -> HttpResponseBase:
    """Make the self-declared permit. 400 `faults`: by field, in words."""
    now = timezone.now()
    form = DriversDeclarationForm(request.POST, now=now)
    if not form.is_valid():
        return refused("faults", faults=form.errors.get_json_data())
    try:
        declared = services.declare(form.declaration, now=now)
    except DoesNotFitKind as error:
        return refused("does_not_fit", demands=[fault.demand.value for fault in error.unmet])
    address = request.build_absolute_uri(reverse("travel_code", args=[declared.link]))
    return JsonResponse(
        {"serial": declared.permit.serial, "link": address, "code": symbol.svg(address).decode()}
    )
