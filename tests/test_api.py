"""The REST API: the same use case by another way."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits.models import Permit
from permits.verdict import PermitState
from scans.models import Lane, Scan
from scans.serializers import SubjectSerializer, VerdictSerializer
from scans.tests.conftest import token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client: Client, officer: User, river_lane: Lane) -> Any:
    token = token_for(officer)

    def post(**changes: Any) -> Any:
        check = {
            "payload": "x",
            "lane": river_lane.pk,
            "captured_at": timezone.now().isoformat(),
            "scan_id": str(uuid4()),
            **changes,
        }
        check = {name: value for name, value in check.items() if value is not None}
        return client.post(
            "/api/v1/checks/",
            check,
            content_type="application/json",
            headers={"authorization": f"Token {token}"},
        )

    return post


def test_a_check_gives_the_verdict_and_records_the_scan(
    post: Any, code: str, permit: Permit
) -> None:
    scan_id = str(uuid4())
    answer = post(payload=code, scan_id=scan_id).json()
    assert (answer["outcome"], answer["reasons"]) == ("allow", [])
    assert answer["subject"]["serial"] == permit.serial
    assert answer["subject"]["number"] == "••••2345"
    scan = Scan.objects.get()
    assert (str(scan.scan_id), scan.source, scan.permit_id) == (scan_id, "api", permit.pk)


def test_the_answer_is_what_the_schema_says(post: Any, code: str) -> None:
    answer = post(payload=code).json()
    assert set(answer) == set(VerdictSerializer().fields)
    assert set(answer["subject"]) == set(SubjectSerializer().fields)


def test_the_same_scan_id_gives_the_same_answer_and_no_second_scan(
    post: Any, code: str, permit: Permit
) -> None:
    scan_id = str(uuid4())
    first = post(payload=code, scan_id=scan_id).json()
    Permit.objects.filter(pk=permit.pk).update(state=PermitState.REVOKED.value)
    assert post(payload=code, scan_id=scan_id).json() == first
    assert Scan.objects.count() == 1
    assert post(payload=code).json()["reasons"] == ["revoked"]


def test_a_scan_id_for_another_payload_is_a_conflict(post: Any, code: str) -> None:
    scan_id = str(uuid4())
    post(payload=code, scan_id=scan_id)
    answer = post(payload="other", scan_id=scan_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "scan_id_reused")
    assert Scan.objects.count() == 1


def test_an_unknown_lane_is_said(post: Any) -> None:
    answer = post(lane=999_999)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_lane")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payload", ""),
        ("payload", "x" * 7_090),
        ("payload", None),
        ("lane", "first"),
        ("lane", 0),
        ("lane", 2**70),
        ("direction", "up"),
        ("captured_at", "yesterday"),
        ("captured_at", None),
        ("scan_id", "1"),
        ("scan_id", None),
    ],
)
def test_a_bad_field_gets_its_own_message_and_records_nothing(
    post: Any, field: str, value: Any
) -> None:
    answer = post(**{field: value})
    if field == "lane" and value == 2**70:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 400
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"#/{field}"]
        assert answer["Content-Type"] == "application/problem+json"
    assert not Scan.objects.exists()


def test_the_longest_payload_is_taken(post: Any) -> None:
    assert post(payload="x" * 7_089).json()["reasons"] == ["unknown_code"]


def test_text_that_is_no_json_is_said(client: Client, officer: User) -> None:
    token = token_for(officer)
    answer = client.post(
        "/api/v1/checks/",
        "{",
        content_type="application/json",
        headers={"authorization": f"Token {token}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize(
    ("plate", "expected"), [("99a-123.45", []), ("99A-123.46", ["plate_mismatch"]), ("", [])]
)
def test_the_vehicle_in_front_may_be_told(
    post: Any, code: str, plate: str, expected: list[str]
) -> None:
    assert post(payload=code, plate=plate).json()["reasons"] == expected


def test_a_device_says_how_old_its_rows_were(post: Any, code: str) -> None:
    now = timezone.now()
    old, fresh = now - timedelta(hours=13), now - timedelta(hours=11)
    assert post(payload=code, bundle_at=fresh.isoformat()).json()["reasons"] == []
    assert post(payload=code, bundle_at=old.isoformat()).json()["reasons"] == ["stale_offline"]


def test_the_schema_knows_the_check(client: Client) -> None:
    text = client.get("/api/schema/").content.decode()
    assert "/api/v1/checks/" in text
    assert "scan_id" in text
    assert "/card/" in text
    assert "multipart/form-data" in text
