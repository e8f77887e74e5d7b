"""What a travel code says by itself, and the keys with which anybody can find that out."""

import base64

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from permits import keys, serials, token
from permits.api.base import ScopedView
from permits.api.serializers import CodeSerializer, VerifiedSerializer
from permits.scopes import Scope
from permits.token import Fault, Token

SIGNATURES = {
    Fault.MALFORMED: "malformed",
    Fault.UNKNOWN_KEY: "unknown_key",
    Fault.BAD_SIGNATURE: "bad",
}


class VerifyView(ScopedView):
    """Verify a travel code."""

    scope = Scope.PERMITS_READ

    @extend_schema(
        operation_id="verify_code", request=CodeSerializer, responses={200: VerifiedSerializer}
    )
    def post(self, request: Request) -> Response:
        """What the code says, and whether its signature is ours. Nothing is recorded.

        It does not know whether the permit was revoked, or its holder is looked for: a check does.
        """
        given = CodeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = token.verify(given.validated_data["code"], keys.load().verifying)
        return Response(VerifiedSerializer(_said(found)).data)


def _said(found: Token | Fault) -> dict[str, object]:
    if isinstance(found, Fault):
        nothing = dict.fromkeys(("serial", "kind", "valid_from", "valid_until"))
        return {**nothing, "signature": SIGNATURES[found], "is_valid_now": False}
    return {
        "signature": "good",
        "serial": serials.format_serial(found.number),
        "kind": found.kind,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "is_valid_now": found.valid_from <= timezone.now() <= found.valid_until,
    }


@require_safe
@cache_control(public=True, max_age=300)
def public_keys(request: HttpRequest) -> JsonResponse:
    """The keys that verify travel codes, as a JSON Web Key Set (RFC 8037: OKP, Ed25519).

    `kid` is the key id that a code names, in hexadecimal (docs/token.md).
    """
    own = keys.load().verifying
    known = [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "kid": key_id.hex(),
            "x": base64.urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode(),
        }
        for key_id, key in own.items()
    ]
    return JsonResponse({"keys": known})
