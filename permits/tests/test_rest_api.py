"""Permits and the watchlist over the API: what it does, for whom, and how it refuses."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from permits import selectors, services
from permits.models import (
    AnsweredRequest,
    ApiToken,
    Import,
    Permit,
    PermitKind,
    WatchlistEntry,
    Zone,
)
from permits.roles import Role
from permits.scopes import Scope
from permits.services.tokens import make_token
from permits.tests.conftest import Clock
from permits.tests.test_services import DECLARATION
from permits.tests.typed import NOW
from permits.verdict import WatchlistLevel
from permits.worker import TaskRunner

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock", "signing_keys", "empty_cache"),
]
NUMBER = "000190012345"
ISSUE = {
    "kind": 1,
    "full_name": "Nguyễn Thị Mẫu",
    "personal_number": "0001 9001 2345",
    "birth_date": "1990-05-17",
    "sex": "female",
    "phone": "+84 900 000 000",
    "origin": "phường Mẫu, Hà Nội",
    "destination": "xã Mẫu, Hải Phòng",
    "purpose": "Đi làm",
    "plate": "99a-123.45",
    "travel_at": NOW.isoformat(),
}
Call = Callable[..., Any]


@pytest.fixture
def issuer() -> User:
    user = User.objects.create_user("issuer")
    user.groups.add(Group.objects.get(name=Role.ISSUER.value))
    return user


@pytest.fixture
def token(issuer: User) -> str:
    return make_token(user=issuer, name="t", scopes=Scope, now=NOW, expires_at=None)[1]


@pytest.fixture
def call(client: Client, token: str) -> Call:
    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return client.generic(
            method,
            f"/api/v1/{path}",
            data=b"" if body is None else json_bytes(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {token}", **headers},
        )

    return call


def json_bytes(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


@pytest.fixture
def permit() -> Permit:
    return services.declare(DECLARATION, now=NOW).permit


# --- Issue ----------------------------------------------------------------------------------------


def test_an_issued_permit_is_good_at_once_and_its_link_is_told_once(
    call: Call, client: Client
) -> None:
    answer = call("POST", "permits/", ISSUE)
    issued = answer.json()
    permit = Permit.objects.get()
    assert answer.status_code == 201
    assert (issued["serial"], issued["state"], issued["plate"]) == (
        permit.serial,
        "approved",
        "99A12345",
    )
    assert issued["number"] == "••••2345"
    assert issued["code"] == selectors.travel_code(permit)
    assert client.get(f"/permits/{issued['link']}/").status_code == 200
    assert NUMBER not in answer.content.decode()
    assert "link" not in call("GET", f"permits/{permit.serial}/").json()


def test_companions_zones_direction_and_validity_are_kept(call: Call) -> None:
    zone = Zone.objects.create(name_vi="Vùng đỏ", name_en="Red zone")
    along = {"full_name": "Trần Văn Mẫu", "personal_number": "000090054321"}
    until = (NOW + timedelta(hours=5)).isoformat()
    body = {**ISSUE, "companions": [along], "zones": [zone.pk], "direction": "in"}
    issued = call("POST", "permits/", {**body, "valid_until": until}).json()
    assert issued["companions"] == [{"full_name": "Trần Văn Mẫu", "number": "••••4321", "doses": 0}]
    assert (issued["zones"], issued["direction"]) == ([zone.pk], "in")
    assert Permit.objects.get().valid_until == NOW + timedelta(hours=5) - timedelta(
        microseconds=NOW.microsecond
    )


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"kind": 99}, "#/kind", "does_not_exist"),
        ({"personal_number": "00019001234"}, "#/personal_number", "digits"),
        ({"personal_number": "000190012345x"}, "#/personal_number", "other"),
        ({"personal_number": "000191012345"}, "#/personal_number", "unfitting"),
        ({"personal_number": "000090012345"}, "#/personal_number", "unfitting"),
        ({"personal_number": 1}, "#/personal_number", "not_text"),
        ({"plate": "99"}, "#/plate", "plate"),
        ({"phone": "1"}, "#/phone", "phone"),
        ({"full_name": "1"}, "#/full_name", "no_name"),
        ({"full_name": None}, "#/full_name", "null"),
        ({"sex": "x"}, "#/sex", "invalid_choice"),
        ({"doses": -1}, "#/doses", "min_value"),
        ({"zones": [9]}, "#/zones", "does_not_exist"),
        (
            {"companions": [{"full_name": "Trần Văn Mẫu"}]},
            "#/companions/0/personal_number",
            "required",
        ),
    ],
)
def test_a_wrong_field_is_told_by_its_place_and_nothing_is_kept(
    call: Call, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = call("POST", "permits/", {**ISSUE, **changes})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "invalid")
    assert answer["Content-Type"] == "application/problem+json"
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [(pointer, code)]
    assert not Permit.objects.exists()


def test_what_the_kind_asks_for_is_told_by_field(call: Call) -> None:
    PermitKind.objects.filter(number=1).update(needs_vehicle=True, most_companions=0)
    along = {"full_name": "Trần Văn Mẫu", "personal_number": NUMBER}
    answer = call("POST", "permits/", {**ISSUE, "plate": "", "companions": [along]})
    assert (answer.status_code, answer.json()["code"]) == (422, "does_not_fit_kind")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("#/plate", "vehicle_missing"),
        ("#/companions", "too_many_companions"),
        ("#/companions/0/personal_number", "same_person_twice"),
    ]
    assert not Permit.objects.exists()


# --- Read, search, revoke -------------------------------------------------------------------------


def test_a_permit_is_read_by_its_serial_in_any_spelling(call: Call, permit: Permit) -> None:
    spelled = permit.serial.lower().replace("-", "")
    assert call("GET", f"permits/{spelled}/").json()["serial"] == permit.serial


@pytest.mark.parametrize("serial", ["XXXXX-XXXXX", "00000-00000", "1"])
def test_an_unknown_serial_is_told(call: Call, serial: str) -> None:
    answer = call("GET", f"permits/{serial}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_permit")


def test_a_list_is_filtered_and_comes_a_page_at_a_time(call: Call, client: Client) -> None:
    permits = [services.declare(DECLARATION, now=NOW).permit for _ in range(3)]
    services.cancel(permits[1].pk, now=NOW)
    first = call("GET", "permits/?page_size=2").json()
    assert [one["serial"] for one in first["results"]] == [permits[2].serial, permits[1].serial]
    rest = call("GET", first["next"].partition("/api/v1/")[2]).json()
    assert [one["serial"] for one in rest["results"]] == [permits[0].serial]
    assert rest["next"] is None
    cancelled = call("GET", "permits/?state=cancelled&plate=99a 123.45").json()
    assert [one["serial"] for one in cancelled["results"]] == [permits[1].serial]
    assert call("GET", "permits/?plate=99A1&kind=2").json()["results"] == []
    assert call("GET", "permits/?state=x").status_code == 400


def test_a_person_is_searched_in_the_body(call: Call, permit: Permit) -> None:
    found = call("POST", "permits/search/", {"personal_number": NUMBER}).json()
    assert [one["serial"] for one in found] == [permit.serial]
    assert call("POST", "permits/search/", {"personal_number": "000190099999"}).json() == []


def test_a_revoked_permit_has_no_code_and_is_not_revoked_twice(call: Call, permit: Permit) -> None:
    answer = call("POST", f"permits/{permit.serial}/revoke/", {"note": "Khai sai"})
    assert (answer.json()["state"], answer.json()["code"]) == ("revoked", None)
    assert permit.approvals.get().note == "Khai sai"
    again = call("POST", f"permits/{permit.serial}/revoke/", {"note": "Khai sai"})
    assert (again.status_code, again.json()["code"]) == (409, "not_allowed_now")
    assert call("POST", f"permits/{permit.serial}/revoke/", {}).status_code == 400


# --- The watchlist --------------------------------------------------------------------------------


def test_an_entry_is_added_changed_and_ended(call: Call) -> None:
    added = call("POST", "watchlist/", {"personal_number": NUMBER, "level": "f0"})
    assert (added.status_code, added.json()["number"]) == (201, "••••2345")
    entry_id = added.json()["id"]
    changed = call("PATCH", f"watchlist/{entry_id}/", {"level": "f1", "note": "Nhà số 3"}).json()
    assert (changed["level"], changed["note"]) == ("f1", "Nhà số 3")
    assert call("POST", f"watchlist/{entry_id}/end/").json()["active_until"] is not None
    assert [one["id"] for one in call("GET", "watchlist/").json()["results"]] == [entry_id]
    assert NUMBER not in call("GET", "watchlist/").content.decode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"level": "f0"}, "names_nobody"),
        ({"level": "f9", "plate": "99A-123.45"}, "invalid_choice"),
        ({"level": "f0", "plate": "99"}, "plate"),
        (
            {"level": "f0", "plate": "99A-123.45", "active_until": "2021-01-01T00:00:00Z"},
            "ends_before_it_begins",
        ),
    ],
)
def test_a_wrong_entry_is_told(call: Call, body: dict[str, str], code: str) -> None:
    answer = call("POST", "watchlist/", body)
    assert answer.status_code == 400
    assert [one["code"] for one in answer.json()["errors"]] == [code]
    assert not WatchlistEntry.objects.exists()


def test_an_entry_that_is_not_there_is_told(call: Call) -> None:
    for method, path in (("PATCH", "watchlist/9/"), ("POST", "watchlist/9/end/")):
        assert call(method, path, {}).json()["code"] == "no_such_entry"


# --- Imports --------------------------------------------------------------------------------------


def send_file(client: Client, token: str, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("nhân viên.csv", content, "text/csv")
    order = {
        "kind": "1",
        "valid_from": "2026-11-25T08:00",
        "valid_until": "2026-11-26T08:00",
        "company": "Công ty Mẫu",
    }
    return client.post(
        "/api/v1/imports/",
        {"file": file, **order, **fields},
        headers={"authorization": f"Bearer {token}"},
    )


def test_a_file_is_checked_and_then_all_its_good_rows_are_issued(
    client: Client, call: Call, token: str, settings: Settings, tmp_path: Path
) -> None:
    settings.IMPORTS_DIR = tmp_path
    row = "Nguyễn Thị Mẫu,000190012345,17/05/1990,Nữ,0900000000,phường Mẫu,xã Mẫu,Đi làm"
    head = "họ và tên,số định danh,ngày sinh,giới tính,điện thoại,nơi đi,nơi đến,mục đích"
    sent = send_file(client, token, f"{head}\n{row}\n".encode())
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    address = f"imports/{sent.json()['id']}/"
    TaskRunner().run_all()
    assert call("GET", address).json()["state"] == "checked"
    assert call("POST", f"{address}take/").status_code == 202
    TaskRunner().run_all()
    done = call("GET", address).json()
    assert (done["state"], done["good"], done["bad"], done["issued"]) == ("done", 1, 0, 1)
    assert Permit.objects.get().holder.full_name == "Nguyễn Thị Mẫu"
    again = call("POST", f"{address}discard/")
    assert (again.status_code, again.json()["code"]) == (409, "not_allowed_now")


def test_what_a_file_is_not_is_told_and_nothing_is_kept(
    client: Client, call: Call, token: str, settings: Settings, tmp_path: Path
) -> None:
    settings.IMPORTS_DIR = tmp_path
    refused = send_file(client, token, b"%PDF-1.7")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_file")
    wrong = send_file(client, token, b"a,b\n1,2\n", kind="99", valid_until="x")
    assert wrong.status_code == 400
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"#/kind", "#/valid_until"}
    assert call("GET", "imports/9/").json()["code"] == "no_such_import"
    assert not Import.objects.exists()


# --- Codes ----------------------------------------------------------------------------------------


def test_a_code_is_verified_without_the_database(call: Call, permit: Permit, clock: Clock) -> None:
    code = selectors.travel_code(permit)
    Permit.objects.all().delete()
    said = call("POST", "verify/", {"code": code}).json()
    assert (said["signature"], said["serial"], said["is_valid_now"]) == (
        "good",
        permit.serial,
        True,
    )
    clock.now = permit.valid_until + timedelta(seconds=1)
    assert call("POST", "verify/", {"code": code}).json()["is_valid_now"] is False
    forged = code[:60] + ("0" if code[60] != "0" else "1") + code[61:]
    assert call("POST", "verify/", {"code": forged}).json()["signature"] == "bad"
    assert call("POST", "verify/", {"code": "x"}).json()["signature"] == "malformed"


def test_the_public_keys_verify_a_code(client: Client, permit: Permit) -> None:
    import base64

    import base45
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    answer = client.get("/.well-known/checkpoint-keys.json")
    [key] = answer.json()["keys"]
    assert "max-age=300" in answer["Cache-Control"]
    assert "d" not in key
    code = selectors.travel_code(permit)
    content = base45.b45decode(code[4:].encode())
    assert content[:4].hex() == key["kid"]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    public.verify(content[28:], b"CP1:" + content[:28])


# --- Who may --------------------------------------------------------------------------------------


def test_each_scope_opens_its_own_addresses_and_no_other(
    client: Client, issuer: User, permit: Permit
) -> None:
    addresses = {
        Scope.PERMITS_READ: [("GET", "permits/"), ("GET", f"permits/{permit.serial}/")],
        Scope.PERMITS_WRITE: [("POST", "permits/"), ("POST", f"permits/{permit.serial}/revoke/")],
        Scope.WATCHLIST_READ: [("GET", "watchlist/")],
        Scope.WATCHLIST_WRITE: [("POST", "watchlist/"), ("PATCH", "watchlist/9/")],
    }
    for scope in Scope:
        _row, text = make_token(user=issuer, name="t", scopes=[scope], now=NOW, expires_at=None)
        for other, requests in addresses.items():
            for method, path in requests:
                answer = client.generic(
                    method,
                    f"/api/v1/{path}",
                    data=b"{}",
                    content_type="application/json",
                    headers={"authorization": f"Bearer {text}"},
                )
                assert (answer.status_code == 403) == (scope is not other), (scope, path)


def test_a_token_gives_its_user_no_role(client: Client) -> None:
    officer = User.objects.create_user("officer")
    officer.groups.add(Group.objects.get(name=Role.OFFICER.value))
    _row, text = make_token(user=officer, name="t", scopes=Scope, now=NOW, expires_at=None)
    answer = client.get("/api/v1/permits/", headers={"authorization": f"Bearer {text}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_a_token_ends_when_it_expires_is_revoked_or_its_user_goes(
    client: Client, token: str, issuer: User, clock: Clock
) -> None:
    def status() -> int:
        headers = {"authorization": f"Bearer {token}"}
        answer = client.get("/api/v1/watchlist/", headers=headers)
        if answer.status_code == 401:
            assert answer["WWW-Authenticate"] == "Bearer"
            assert answer.json()["code"] == "bad_token"
        return answer.status_code

    assert status() == 200
    ApiToken.objects.update(expires_at=NOW + timedelta(hours=1))
    clock.now = NOW + timedelta(minutes=59, seconds=59)
    assert status() == 200
    clock.now = NOW + timedelta(hours=1)
    assert status() == 401
    ApiToken.objects.update(expires_at=None, revoked_at=NOW)
    assert status() == 401
    ApiToken.objects.update(revoked_at=None)
    assert status() == 200
    issuer.is_active = False
    issuer.save()
    assert status() == 401


def test_without_a_token_a_request_is_refused(client: Client) -> None:
    answer = client.get("/api/v1/permits/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    headers = {"authorization": "Bearer nobody"}
    assert client.get("/api/v1/permits/", headers=headers).json()["code"] == "bad_token"


def test_the_text_of_a_token_is_not_kept(token: str) -> None:
    row = ApiToken.objects.values().get()
    assert token not in str(row)
    assert len(token) >= 40


def test_when_a_token_was_used_is_kept_to_the_minute(call: Call, clock: Clock) -> None:
    for seconds, expected in ((0, 0), (59, 0), (60, 60), (61, 60)):
        clock.now = NOW + timedelta(seconds=seconds)
        call("GET", "watchlist/")
        assert ApiToken.objects.get().last_used_at == NOW + timedelta(seconds=expected)


def test_each_token_has_its_own_rate(
    call: Call, client: Client, issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from permits.api.access import ApiThrottle

    cache.clear()
    monkeypatch.setattr(ApiThrottle, "rate", "2/min", raising=False)
    monkeypatch.setattr(ApiThrottle, "timer", staticmethod(lambda: 1.0))
    assert [call("GET", "watchlist/").status_code for _ in range(3)] == [200, 200, 429]
    refused = call("GET", "watchlist/")
    assert (refused.json()["code"], refused["Retry-After"]) == ("throttled", "60")
    _row, other = make_token(user=issuer, name="t", scopes=Scope, now=NOW, expires_at=None)
    headers = {"authorization": f"Bearer {other}"}
    assert client.get("/api/v1/watchlist/", headers=headers).status_code == 200


# --- Idempotency ----------------------------------------------------------------------------------


def test_a_write_sent_twice_with_one_key_is_done_once(call: Call) -> None:
    key = {"idempotency-key": "abc"}
    first, second = (call("POST", "permits/", ISSUE, **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert Permit.objects.count() == 1
    assert first.json()["link"].encode() not in bytes(AnsweredRequest.objects.get().answer_sealed)
    call("POST", "permits/", ISSUE, **{"idempotency-key": "abd"})
    assert Permit.objects.count() == 2


def test_a_key_is_of_one_request(call: Call) -> None:
    key = {"idempotency-key": "abc"}
    call("POST", "permits/", ISSUE, **key)
    other = call("POST", "permits/", {**ISSUE, "purpose": "Khác"}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Permit.objects.count() == 1


def test_a_refused_write_leaves_its_key_free(call: Call) -> None:
    key = {"idempotency-key": "abc"}
    assert call("POST", "permits/", {**ISSUE, "plate": "99"}, **key).status_code == 400
    assert call("POST", "permits/", ISSUE, **key).status_code == 201


def test_a_key_is_free_again_after_a_day(call: Call, clock: Clock) -> None:
    key = {"idempotency-key": "abc"}
    call("POST", "permits/", ISSUE, **key)
    clock.now = NOW + timedelta(hours=24)
    assert "Idempotent-Replayed" not in call("POST", "permits/", ISSUE, **key)
    assert Permit.objects.count() == 2


def test_a_key_that_is_too_long_is_told(call: Call) -> None:
    answer = call("POST", "permits/", ISSUE, **{"idempotency-key": "x" * 201})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


# --- Other failures -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "content_type", "body", "status", "code"),
    [
        ("DELETE", "permits/", "application/json", b"", 405, "method_not_allowed"),
        ("POST", "permits/", "text/plain", b"x", 415, "unsupported_media_type"),
        ("POST", "permits/", "application/json", b"{", 400, "parse_error"),
        ("POST", "permits/", "application/json", b"[]", 400, "invalid"),
        ("GET", "nothing/", "application/json", b"", 404, "no_such_address"),
        ("GET", "watchlist/?cursor=x", "application/json", b"", 404, "not_found"),
    ],
)
def test_every_failure_is_a_problem(
    client: Client,
    token: str,
    method: str,
    path: str,
    content_type: str,
    body: bytes,
    status: int,
    code: str,
) -> None:
    answer = client.generic(
        method,
        f"/api/v1/{path}",
        data=body,
        content_type=content_type,
        headers={"authorization": f"Bearer {token}"},
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_new_watchlist_entry_of_the_api_is_kept_with_who_made_it(
    call: Call, issuer: User
) -> None:
    from django.contrib.admin.models import LogEntry

    call("POST", "watchlist/", {"plate": "99A-123.45", "level": WatchlistLevel.WANTED.value})
    assert LogEntry.objects.get().user == issuer
    assert WatchlistEntry.objects.get().active_from == timezone.now()
