"""Idempotency-Key: a write that is sent twice, since its answer was lost, is done once.

The key's row is written in the transaction of the write itself, and its uniqueness decides between
two requests that come at the same moment: the second waits for the first, and gets its answer.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from permits import personal_data
from permits.api.access import user_of
from permits.api.problems import Problem
from permits.models import AnsweredRequest

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT = timedelta(hours=24)
View = Callable[..., Response]


def idempotent(view: View) -> View:
    """A view's method whose header `Idempotency-Key` makes it harmless to send it again."""

    @wraps(view)
    def wrapped(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return view(self, request, *args, **kwargs)
        if len(key) > LONGEST:
            raise Problem("bad_idempotency_key", status.HTTP_400_BAD_REQUEST)
        asked = _digest(request)
        try:
            return _do_once(key, asked, request, lambda: view(self, request, *args, **kwargs))
        except _AnsweredAlready:
            return _earlier(key, asked, request)

    return wrapped


class _AnsweredAlready(Exception):
    pass


@transaction.atomic
def _do_once(key: str, asked: str, request: Request, act: Callable[[], Response]) -> Response:
    now = timezone.now()
    kept = _keep(user_of(request), key, asked, now)
    response = act()
    text = json.dumps(response.data, cls=JSONEncoder)
    kept.status, kept.answer_sealed = response.status_code, personal_data.seal(text)
    kept.save(update_fields=["status", "answer_sealed"])
    return response


def _keep(user: User, key: str, asked: str, now: datetime) -> AnsweredRequest:
    AnsweredRequest.objects.filter(user=user, key=key, answered_at__lte=now - KEPT).delete()
    try:
        with transaction.atomic():
            return AnsweredRequest.objects.create(
                user=user, key=key, request_digest=asked, status=0, answered_at=now
            )
    except IntegrityError:
        raise _AnsweredAlready from None


def _earlier(key: str, asked: str, request: Request) -> Response:
    kept = AnsweredRequest.objects.get(user=user_of(request), key=key)
    if kept.request_digest != asked:
        raise Problem("idempotency_key_reused", status.HTTP_422_UNPROCESSABLE_ENTITY)
    answer = json.loads(personal_data.unseal(kept.answer_sealed))
    return Response(answer, kept.status, headers={"Idempotent-Replayed": "true"})


def _digest(request: Request) -> str:
    """Of method, address and body: another request is another one."""
    body = json.dumps(request.data, sort_keys=True, cls=JSONEncoder)
    asked = f"{request.method} {request.path}\n{body}"
    return hashlib.sha256(asked.encode()).hexdigest()
