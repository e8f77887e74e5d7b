"""Tokens of the API: made, shown once, and taken back."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from permits.models import ApiToken
from permits.scopes import Scope

USED_EVERY = timedelta(minutes=1)  # how exactly it is kept when a token was last used


def make_token(
    *, user: User, name: str, scopes: Iterable[Scope], now: datetime, expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """The row, and the token's text, which is not kept anywhere."""
    text = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scopes=sorted(scope.value for scope in scopes),
        digest=token_digest(text),
        created_at=now,
        expires_at=expires_at,
    )
    return token, text


def token_digest(text: str) -> str:
    """What the database keeps of a token: nobody can try out 256 random bits."""
    return hashlib.sha256(text.encode()).hexdigest()


def find_token(text: str, *, now: datetime) -> ApiToken | None:
    """The token of this text, if it is good now. That it was used is kept."""
    found = ApiToken.objects.select_related("user").filter(digest=token_digest(text)).first()
    if found is None or found.revoked_at is not None or not found.user.is_active:
        return None
    if found.expires_at is not None and found.expires_at <= now:
        return None
    if found.last_used_at is None or now - found.last_used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def revoke_tokens(tokens: Iterable[ApiToken], *, now: datetime) -> int:
    """They are good no longer, from the next request on. Returns how many were."""
    ids = [token.pk for token in tokens]
    return ApiToken.objects.filter(pk__in=ids, revoked_at__isnull=True).update(revoked_at=now)
