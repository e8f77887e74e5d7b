"""What every view of the API has in common."""

from typing import Any, NoReturn

from rest_framework import status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from permits.api.access import ApiThrottle, NeedsScope
from permits.api.problems import Problem


class ScopedView(APIView):
    """For a scope, and as often as API_RATE allows."""

    permission_classes = [NeedsScope]
    throttle_classes = [ApiThrottle]


class NewestFirst(CursorPagination):
    """A page at a time. What is added meanwhile moves nothing."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class UnknownAddressView(APIView):
    """Whatever else is asked for below /api/."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def dispatch_unknown(self, request: Request, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise Problem("no_such_address", status.HTTP_404_NOT_FOUND)

    get = post = put = patch = delete = dispatch_unknown
