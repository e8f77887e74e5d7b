"""The REST API: for devices that have no camera page."""

import logging
from typing import Any

import msgspec
from django.db import DatabaseError
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from permits.api.access import NeedsScope
from permits.api.problems import Problem
from permits.people import normalise_plate
from permits.scopes import Scope
from permits.verdict import Direction
from scans import events
from scans.answers import verdict_message
from scans.check import ScanIdReused, check_batch
from scans.evidence import OLDEST_CAPTURE, CheckRequest
from scans.models import Source
from scans.serializers import CheckSerializer, VerdictSerializer
from scans.shifts import NoSuchLane, lane_context
from scans.times import believable

log = logging.getLogger(__name__)

NOT_IN_VERDICT = ("type", "seq", "corners", "again")  # what only a picture has


class CheckThrottle(UserRateThrottle):
    """CHECK_RATE for each user."""

    scope = "checks"


class CheckView(APIView):
    """Check a payload."""

    permission_classes = [NeedsScope]
    scope = Scope.CHECKS_WRITE
    throttle_classes = [CheckThrottle]

    @extend_schema(
        operation_id="check",
        request=CheckSerializer,
        responses={200: VerdictSerializer},
    )
    def post(self, request: Request) -> Response:
        """Say what is to be done about a payload, and record the scan.

        404 `no_such_lane`; 409 `scan_id_reused` where the scan_id is recorded for another payload;
        503 `check_failed` where the database did not answer: nothing was recorded, try again.
        """
        form = CheckSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            check = self._check_request(form.validated_data, officer_id=int(request.user.pk or 0))
        except NoSuchLane:
            raise Problem("no_such_lane", status.HTTP_404_NOT_FOUND) from None
        try:
            answer = check_batch([check])[0]
        except DatabaseError as error:
            of_scan = {"lane": check.lane.lane_id, "scan_id": check.scan_id}
            log.error("a check failed: %s", type(error).__name__, extra=of_scan)
            raise Problem("check_failed", status.HTTP_503_SERVICE_UNAVAILABLE) from None
        if isinstance(answer, ScanIdReused):
            raise Problem("scan_id_reused", status.HTTP_409_CONFLICT)
        events.publish_from_thread()
        verdict = msgspec.to_builtins(verdict_message(answer))
        return Response({k: v for k, v in verdict.items() if k not in NOT_IN_VERDICT})

    def _check_request(self, data: dict[str, Any], *, officer_id: int) -> CheckRequest:
        direction = Direction(data["direction"])
        return CheckRequest(
            payload=data["payload"],
            scan_id=data["scan_id"],
            captured_at=believable(
                data["captured_at"],
                now=timezone.now(),
                oldest=OLDEST_CAPTURE,
            ),
            lane=lane_context(data["lane"], direction, officer_id),
            source=Source.API.value,
            plate=normalise_plate(data["plate"]),
            bundle_at=data["bundle_at"],
        )
