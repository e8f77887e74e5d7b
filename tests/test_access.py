"""Who may open what: every page, socket and endpoint against every role."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from permits.models import Permit
from permits.roles import Role
from scans import devices, protocol
from scans.models import DeviceReport, Lane
from scans.tests.conftest import cookie_of, socket, token_for

EVERYBODY = frozenset(Role) | {None}
OFFICER, SUPERVISOR = {Role.OFFICER}, {Role.SUPERVISOR}
ADMIN = {Role.ADMINISTRATOR}
DESK = {Role.ADMINISTRATOR, Role.ISSUER}
DEVICES = {Role.ADMINISTRATOR, Role.SUPERVISOR}

PAGES: dict[str, Any] = {
    "/": EVERYBODY,
    "/find/": EVERYBODY,
    "/my-code/": EVERYBODY,
    "/service-worker.js": EVERYBODY,
    "/login/": EVERYBODY,
    "/api/schema/": EVERYBODY,
    "/api/docs/": EVERYBODY,
    "/healthz": EVERYBODY,
    "/readyz": EVERYBODY,
    "/checkpoint/": OFFICER,
    "/checkpoint/test/": OFFICER,
    "/checkpoint/test/clock/": OFFICER,
    "/dashboard/": SUPERVISOR,
    "/dashboard/wall/": SUPERVISOR,
    "/charts/": SUPERVISOR,
    "/passages/": SUPERVISOR,
    "/alerts/": SUPERVISOR,
    "/instructions/": SUPERVISOR,
    "/reports/": SUPERVISOR,
    "/search/": SUPERVISOR,
    "/trace/": SUPERVISOR,
    "/access-log/": ADMIN,
    "/devices/": DEVICES,
    "/enrol/": EVERYBODY,
    "/desk/": DESK,
    "/desk/imports/": DESK,
    "/desk/imports/new/": DESK,
    "/desk/watchlist/import/": DESK,
    "/desk/watchlist/": DESK,
    "/desk/watchlist/add/": DESK,
    "/admin/": DESK,
    "/admin/permits/permit/": DESK,
    "/admin/permits/holder/": DESK,
    "/admin/permits/approval/": DESK,
    "/admin/permits/watchlistentry/": DESK,
    "/admin/permits/watchlistentry/add/": DESK,
    "/admin/permits/permitkind/": DESK,
    "/admin/permits/permitkind/add/": ADMIN,
    "/admin/scans/scan/": ADMIN,
    "/admin/scans/alert/": ADMIN,
    "/admin/scans/alertact/": ADMIN,
    "/admin/scans/alertsubscription/": ADMIN,
    "/admin/scans/tripuse/": ADMIN,
    "/admin/scans/shift/": ADMIN,
    "/admin/scans/passage/": ADMIN,
    "/admin/scans/instruction/": ADMIN,
    "/admin/scans/confirmation/": ADMIN,
    "/admin/scans/lanehealth/": ADMIN,
    "/admin/scans/daytally/": ADMIN,
    "/admin/scans/device/": ADMIN,
    "/admin/scans/enrolment/": ADMIN,
    "/admin/scans/devicereport/": ADMIN,
    "/admin/scans/reportsubscription/": ADMIN,
    "/admin/scans/lane/": ADMIN,
    "/admin/scans/checkpoint/": ADMIN,
    "/admin/scans/checkpoint/add/": ADMIN,
    "/admin/scans/district/": ADMIN,
    "/admin/scans/supervision/": ADMIN,
    "/admin/auth/user/": ADMIN,
    "/admin/auth/group/": ADMIN,
    "/admin/permits/apitoken/": ADMIN,
    "/admin/permits/apitoken/add/": ADMIN,
    "/.well-known/checkpoint-keys.json": EVERYBODY,
}
ROLES = [*Role, None]


@pytest.fixture
def client_of(make_user: Callable[..., User], client: Client) -> Callable[[Role | None], Client]:
    def log_in(role: Role | None) -> Client:
        if role is not None:
            client.force_login(make_user(role), backend="permits.roles.RoleBackend")
        return client

    return log_in


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_for_its_roles_alone(
    client_of: Callable[[Role | None], Client], path: str, role: Role | None
) -> None:
    response = client_of(role).get(path)
    if role in PAGES[path]:
        assert response.status_code == 200
    elif role is None:
        assert response.status_code == 302
        assert "/login/" in response["Location"]
    else:
        # The admin leads whom it does not know to its login page.
        assert response.status_code in (302, 403)
        assert response.status_code == 403 or "/admin/login/" in response["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_checks_are_for_officers(
    make_user: Callable[..., User], client: Client, river_lane: Lane, role: Role | None
) -> None:
    headers = {}
    if role is not None:
        headers["authorization"] = f"Token {token_for(make_user(role))}"
    check = {
        "payload": "x",
        "lane": river_lane.pk,
        "captured_at": timezone.now().isoformat(),
        "scan_id": str(uuid4()),
    }
    response = client.post(
        "/api/v1/checks/", check, content_type="application/json", headers=headers
    )
    expected = 401 if role is None else 200 if role is Role.OFFICER else 403
    assert response.status_code == expected


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("suffix", ["", "code.svg", "code.png", "code.pdf"])
def test_a_private_link_needs_no_login_but_the_link(
    client_of: Callable[[Role | None], Client], permit: Permit, role: Role | None, suffix: str
) -> None:
    client = client_of(role)
    for guess in (permit.serial, str(permit.pk), "x" * 32):
        assert client.get(f"/permits/{guess}/{suffix}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", ["cancel/", "renew/", "correct/", "correct/check/"])
def test_what_a_holder_does_needs_no_login_but_the_link(
    client_of: Callable[[Role | None], Client], permit: Permit, role: Role | None, act: str
) -> None:
    client = client_of(role)
    for guess in (permit.serial, str(permit.pk), "x" * 32):
        assert client.post(f"/permits/{guess}/{act}").status_code == 404
    permit.refresh_from_db()
    assert (permit.state, permit.version) == ("approved", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "path",
    ["enrol/{}/", "enrol/{}/code.svg", "enrol/{}/state/", "{}/cut-off/", "reports/{}/"],
)
def test_devices_are_for_supervisors_and_administrators(
    client_of: Callable[[Role | None], Client],
    make_user: Callable[..., User],
    path: str,
    role: Role | None,
) -> None:
    maker, now = make_user(Role.SUPERVISOR, username="maker"), timezone.now()
    used = devices.make_enrolment(device_name="Tablet 3", made_by=maker, now=now)
    device, _secret = devices.enrol(code=devices.code_of(used), now=now)
    waiting = devices.make_enrolment(device_name="Tablet 4", made_by=maker, now=now)
    report = DeviceReport.objects.create(device=device, officer=maker, made_at=now)
    key = {"enrol": waiting.pk, "reports": report.pk}.get(path.split("/")[0], device.pk)
    client, address = client_of(role), f"/devices/{path.format(key)}"
    expected = 302 if role is None else 200 if role in DEVICES else 403
    assert client.get(address).status_code == expected
    if expected != 200 and "cut-off" in path:
        assert client.post(address).status_code == expected
        assert devices.is_ours(device.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", ["/checkpoints/{lane.checkpoint_id}/", "/lanes/{lane.pk}/"])
def test_a_checkpoint_and_a_lane_are_for_supervisors(
    client_of: Callable[[Role | None], Client], river_lane: Lane, path: str, role: Role | None
) -> None:
    expected = 302 if role is None else 200 if role is Role.SUPERVISOR else 403
    assert client_of(role).get(path.format(lane=river_lane)).status_code == expected


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_wall_stays_logged_in_for_a_supervisor(
    client_of: Callable[[Role | None], Client], role: Role | None
) -> None:
    expected = 302 if role is None else 200 if role is Role.SUPERVISOR else 403
    assert client_of(role).post("/dashboard/wall/stay/").status_code == expected


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ["lane", "dashboard", "test"])
async def test_a_socket_opens_for_its_role_alone(
    make_user: Callable[..., User], river_lane: Lane, name: str, role: Role | None
) -> None:
    path = f"/ws/lanes/{river_lane.pk}/in/" if name == "lane" else f"/ws/{name}/"
    wanted = Role.SUPERVISOR if name == "dashboard" else Role.OFFICER
    cookie = b""
    if role is not None:
        cookie = await sync_to_async(lambda: cookie_of(make_user(role)))()
    page = socket(path, cookie=cookie)
    await page.connect(timeout=5)
    await page.send_json_to({"type": "ping", "sent_at": 1})
    first = await page.receive_output(timeout=5)
    if role is wanted:
        assert first["type"] == "websocket.send"
        await page.disconnect()
        return
    expected = protocol.CLOSE_NOT_LOGGED_IN if role is None else protocol.CLOSE_WRONG_ROLE
    assert (first["type"], first["code"]) == ("websocket.close", expected)


def test_the_matrix_leaves_no_page_out() -> None:
    """A new address must be put into the matrix, or named here with the reason."""
    tested_otherwise = {
        # of one import: test_import_pages.py
        "desk/imports/template/<str:subject>.<str:ending>",
        "desk/imports/<int:import_id>/",
        "desk/imports/<int:import_id>/progress/",
        "desk/imports/<int:import_id>/decide/",
        "desk/imports/<int:import_id>/result.<str:ending>",
        "desk/imports/<int:import_id>/codes-<int:part>.zip",
        "desk/imports/<int:import_id>/cards-<int:part>.pdf",
        "logout/",  # a form for whoever is logged in
        "language/",  # a form for everybody
        "permits/<str:link>/",
        "permits/<str:link>/code.svg",
        "permits/<str:link>/code.png",
        # A kind's own steps are for everybody: permits/tests/test_steps.py.
        "declare/<int:number>/",
        "declare/<int:number>/<slug:step>/",
        "permits/<str:link>/cancel/",
        "permits/<str:link>/renew/",
        "permits/<str:link>/correct/",
        "permits/<str:link>/correct/<slug:step>/",
        "permits/<str:link>/code.pdf",
        "api/v1/checks/",
        # Programs, by scope and role: permits/tests/test_rest_api.py
        *("api/v1/permits/", "api/v1/permits/search/", "api/v1/permits/<str:serial>/"),
        *("api/v1/permits/<str:serial>/revoke/", "api/v1/watchlist/", "api/v1/verify/"),
        *("api/v1/watchlist/<int:entry_id>/", "api/v1/watchlist/<int:entry_id>/end/"),
        *("api/v1/imports/", "api/v1/imports/<int:import_id>/"),
        *("api/v1/imports/<int:import_id>/take/", "api/v1/imports/<int:import_id>/discard/"),
        "^api/",  # what is not there
        # The desk, as its issuer and as an officer: permits/tests/test_desk.py
        *("desk/search/", "desk/batch/", "desk/permits/<str:serial>/"),
        *("desk/permits/<str:serial>/act/", "desk/permits/<str:serial>/number/"),
        *("desk/documents/<int:document_id>/", "desk/watchlist/search/"),
        *("desk/watchlist/<int:entry_id>/", "desk/watchlist/<int:entry_id>/end/"),
        "my-code/standing/",  # a code from whoever has it: test_kept_code.py
        # One device, code or report: below
        *("devices/enrol/<int:enrolment_id>/", "devices/enrol/<int:enrolment_id>/code.svg"),
        *("devices/enrol/<int:enrolment_id>/state/", "devices/<int:device_id>/cut-off/"),
        "devices/reports/<int:report_id>/",
        *("enrol/picture/", "enrol/<str:code>/"),  # from anybody: test_device_pages.py
        "card/",  # a picture from anybody: test_card_api.py
        # Requests of the checkpoint page, by role: scans/tests/test_officers_requests.py
        *("checkpoint/lock/", "checkpoint/unlock/", "checkpoint/pin/", "checkpoint/hand-over/"),
        *("checkpoint/stills/", "checkpoint/card/", "checkpoint/declare/"),
        "screen/<str:token>/",  # for whoever has its address: scans/tests/test_screens.py
        *("checkpoints/<int:checkpoint_id>/", "lanes/<int:lane_id>/", "dashboard/wall/stay/"),
        # One of many, for supervisors: scans/tests/test_passage_pages.py
        *("passages/<uuid:passage_id>/", "stills/<uuid:still_id>/"),
        # One of many, and what is done about it: scans/tests/test_alert_pages.py
        *("alerts/<int:alert_id>/", "alerts/<int:alert_id>/act/", "alerts/subscription/"),
        # One of many, for supervisors: scans/tests/test_instruction_pages.py
        "instructions/<int:instruction_id>/withdraw/",
        "instructions/<int:instruction_id>/state/",
        # Of one day, and by e-mail: scans/tests/test_report_pages.py
        *("reports/<str:day>/", "reports/choose/", "reports/unsubscribe/"),
        # One scan or look-up, for the supervisor who made it: test_search.py, test_trace.py
        *("scans/<uuid:scan_id>/", "search/<int:number>/", "search/<int:number>/export/"),
        *("trace/<int:number>/", "trace/<int:number>/export/", "trace/within/<int:number>/"),
        *("contacts/<int:number>/", "contacts/<int:number>/export/"),
        "contacts/within/<int:number>/",
        "metrics",  # for a token: test_metrics_page.py
        "admin/",  # its pages stand in the matrix one by one
    }
    known = {path.lstrip("/") for path in PAGES} | tested_otherwise
    assert set(addresses(get_resolver().url_patterns)) <= known


def addresses(patterns: list[Any], prefix: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and not address.startswith("admin/"):
            found += addresses(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern | URLResolver):
            found.append(address)
    return found
