"""The citizen's own card, read for the form that its holder fills in. Nothing of it is kept."""

from asgiref.sync import async_to_sync
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from permits.api.problems import problem
from permits.payloads import CitizenCard, card_address, parse_card
from permits.throttles import DeclarationThrottle
from scans import pool
from scans.decode import DecodeError, Symbol
from scans.protocol import MAX_FRAME_BYTES

# A process decodes so many at a time: more, and the lanes' frames would wait behind them.
MOST_AT_ONCE = 2
STATUS_OF_FAULT = {
    "no_picture": status.HTTP_400_BAD_REQUEST,
    "not_an_image": status.HTTP_400_BAD_REQUEST,
    "image_too_large": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "busy": status.HTTP_503_SERVICE_UNAVAILABLE,
}


class CardPictureSerializer(serializers.Serializer[None]):
    """A frame of a phone's camera, or a photo."""

    picture = serializers.FileField(
        help_text=f"JPEG, PNG or WebP: at most {MAX_FRAME_BYTES:,} bytes and 16 million pixels."
    )
    photo = serializers.BooleanField(
        default=False, help_text="Whether somebody chose it, so that no better one follows."
    )


class CardFieldsSerializer(serializers.Serializer[None]):
    """What the form asks of what stands on a card."""

    full_name = serializers.CharField()
    personal_number = serializers.CharField()
    birth_date = serializers.DateField()
    sex = serializers.ChoiceField(["male", "female"])


class CardReadingSerializer(serializers.Serializer[None]):
    """What was seen in the picture. `card` is null unless `found` is `card`."""

    found = serializers.ChoiceField(["card", "other_code", "no_code"])
    card = CardFieldsSerializer(allow_null=True)


class CardThrottle(DeclarationThrottle):
    """CARD_RATE for each network."""

    scope = "cards"


class CardView(APIView):
    """Read a citizen card."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (MultiPartParser,)
    throttle_classes = (CardThrottle,)

    @extend_schema(
        operation_id="read_card",
        request={"multipart/form-data": CardPictureSerializer},
        responses={200: CardReadingSerializer},
    )
    def post(self, request: Request) -> Response:
        """Read the QR of a citizen card in a picture. Neither is kept, nor logged.

        For the citizen's form, so it needs no login; CARD_RATE limits it. 400 `no_picture` or
        `not_an_image`; 413 `image_too_large`, in bytes or in pixels; 503 `busy`: try again.
        """
        picture = request.FILES.get("picture")
        if picture is None:
            return _refused("no_picture")
        if picture.size > MAX_FRAME_BYTES:
            return _refused("image_too_large")
        is_photo = request.POST.get("photo") in ("1", "true")
        try:
            symbols = async_to_sync(decode_card)(picture.read(), is_photo=is_photo)
        except DecodeError as error:
            return _refused(error.code)
        except Busy:
            return _refused("busy")
        return Response(self.answer_to(symbols), headers={"Cache-Control": "no-store"})

    def answer_to(self, symbols: list[Symbol]) -> dict[str, object]:
        """What the page is told of what was seen."""
        return reading(symbols)


class Busy(Exception):
    """As many cards are being read as may be at once."""


_in_hand = 0  # changed on the event loop alone


async def decode_card(image: bytes, *, is_photo: bool) -> list[Symbol]:
    """The symbols in a picture. Raises DecodeError and Busy."""
    global _in_hand
    if _in_hand >= MOST_AT_ONCE:
        raise Busy
    _in_hand += 1
    try:
        reading, _milliseconds = await pool.decode(image, is_picture=is_photo, gives_way=True)
        return reading.symbols
    finally:
        _in_hand -= 1


def reading(symbols: list[Symbol], *, with_address: bool = False) -> dict[str, object]:
    """What was seen, as CardReadingSerializer says; an officer's form asks for the address too."""
    for symbol in symbols:
        card = parse_card(symbol.payload)
        if card:
            address = {"address": card_address(symbol.payload)} if with_address else {}
            return {"found": "card", "card": {**_fields(card), **address}}
    return {"found": "other_code" if symbols else "no_code", "card": None}


def _fields(card: CitizenCard) -> dict[str, str]:
    return {
        "full_name": card.full_name,
        "personal_number": card.personal_number,
        "birth_date": card.birth_date.isoformat(),
        "sex": card.sex,
    }


def _refused(code: str) -> Response:
    return problem(code, STATUS_OF_FAULT[code])
