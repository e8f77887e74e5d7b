"""How a request fails: a problem as RFC 9457 has it, with a stable code.

{"type": "about:blank", "title": "Not Found", "status": 404, "code": "no_such_permit",
"detail": "...", "errors": [{"pointer": "#/plate", "code": "invalid", "detail": "..."}]}
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """A failure with a status and a code of its own. `errors` are (field, code, detail)."""

    def __init__(
        self,
        code: str,
        status: int,
        detail: str = "",
        errors: list[tuple[str, str, str]] | None = None,
    ) -> None:
        super().__init__(detail or code, code)
        self.status_code = status
        self.problem_code = code
        self.text = detail
        self.errors = errors or []


def problem(code: str, status: int, detail: str = "", **more: Any) -> Response:
    """The answer for a failure."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        **({"detail": detail} if detail else {}),
        **more,
    }
    return Response(content, status, content_type=MEDIA_TYPE)


def answer(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework's handler: every exception of its own becomes a problem."""
    plain = exception_handler(exception, context)
    if plain is None:
        return None
    made = _problem_of(exception, plain)
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in plain.headers:
            made[name] = plain.headers[name]
    return made


def _problem_of(exception: Exception, plain: Response) -> Response:
    if isinstance(exception, Problem):
        errors = [_error(f"#/{field}", code, text) for field, code, text in exception.errors]
        more = {"errors": errors} if errors else {}
        return problem(exception.problem_code, exception.status_code, exception.text, **more)
    if isinstance(exception, exceptions.ValidationError):
        errors = [_error(*one) for one in _flat(exception.get_full_details(), "#")]
        return problem("invalid", plain.status_code, _("Some fields are wrong."), errors=errors)
    if isinstance(exception, Http404):
        return problem("not_found", plain.status_code)
    codes = exception.get_codes() if isinstance(exception, exceptions.APIException) else ""
    code = codes if isinstance(codes, str) and codes else "refused"
    detail = str(exception.detail) if isinstance(exception, exceptions.APIException) else ""
    return problem(code, plain.status_code, detail)


def _error(pointer: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}


def _flat(details: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    """Each fault with its place, as `get_full_details` nests them."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield pointer, str(details["code"]), str(details["message"])
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _flat(inner, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(details, list):
        is_of_items = any(isinstance(one, dict) and "message" not in one for one in details)
        for number, inner in enumerate(details):
            yield from _flat(inner, f"{pointer}/{number}" if is_of_items else pointer)
