"""The admin: what an issuer does there, and what nobody can."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from permits.models import (
    Approval,
    Draft,
    DraftDocument,
    Import,
    ImportedRow,
    Permit,
    PolicyRow,
    Round,
    WatchlistEntry,
    Worker,
)
from permits.roles import Role
from permits.verdict import Direction, PermitState
from scans.check import Checked, check_batch
from scans.evidence import CheckRequest
from scans.models import (
    DayCauseTally,
    HourTally,
    Lane,
    LookUp,
    MinuteTally,
    OfficerPin,
    PassageScan,
    Scan,
    SliceTally,
    Still,
    TallyMark,
)
from scans.shifts import lane_context

pytestmark = pytest.mark.django_db
PERMITS = "/admin/permits/permit/"


@pytest.fixture
def issuer(make_user: Callable[..., User], client: Client) -> User:
    user = make_user(Role.ISSUER)
    client.force_login(user, backend="permits.roles.RoleBackend")
    return user


def act(client: Client, action: str, permit: Permit) -> str:
    data = {"action": action, "_selected_action": [permit.pk]}
    return client.post(PERMITS, data, follow=True).content.decode()


def put_in_state(permit: Permit, state: PermitState) -> None:
    Permit.objects.filter(pk=permit.pk).update(state=state.value)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("approve", PermitState.PENDING, PermitState.APPROVED),
        ("reject", PermitState.PENDING, PermitState.REJECTED),
        ("revoke", PermitState.APPROVED, PermitState.REVOKED),
    ],
)
def test_an_issuer_s_act_changes_the_state_and_is_kept(
    client: Client,
    issuer: User,
    permit: Permit,
    action: str,
    before: PermitState,
    after: PermitState,
) -> None:
    put_in_state(permit, before)
    act(client, action, permit)
    permit.refresh_from_db()
    assert permit.state == after.value
    approval = Approval.objects.get()
    assert (approval.issuer, approval.state) == (issuer, after.value)


def test_an_act_that_the_state_does_not_admit_is_said_and_changes_nothing(
    client: Client, issuer: User, permit: Permit
) -> None:
    put_in_state(permit, PermitState.REVOKED)
    page = act(client, "approve", permit)
    permit.refresh_from_db()
    assert permit.state == PermitState.REVOKED.value
    assert not Approval.objects.exists()
    assert 'class="warning"' in page


def test_a_serial_finds_its_permit_in_any_spelling(
    client: Client, issuer: User, permit: Permit
) -> None:
    page = client.get(PERMITS, {"q": permit.serial.lower().replace("-", "")}).content.decode()
    assert permit.serial in page
    assert permit.serial not in client.get(PERMITS, {"q": "nobody"}).content.decode()


def test_nobody_edits_a_scan(
    client: Client, make_user: Callable[..., User], officer: User, river_lane: Lane, code: str
) -> None:
    lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
    check_batch([CheckRequest(code, uuid4(), timezone.now(), lane, "api")])
    scan = Scan.objects.get()
    client.force_login(make_user(Role.ADMINISTRATOR), backend="permits.roles.RoleBackend")
    address = f"/admin/scans/scan/{scan.pk}/change/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"outcome": "refuse"}).status_code == 403
    assert client.post(f"/admin/scans/scan/{scan.pk}/delete/", {"post": "yes"}).status_code == 403
    scan.refresh_from_db()
    assert scan.outcome == "allow"


def watch(client: Client, **changes: str) -> str:
    """Add a watchlist entry in the admin, and return the page that follows."""
    entry = {
        "personal_number": "",
        "plate": "",
        "level": "wanted",
        "active_from_0": "2021-09-01",
        "active_from_1": "00:00:00",
        "active_until_0": "",
        "active_until_1": "",
        "note": "",
        "source": "",
        **changes,
    }
    address = "/admin/permits/watchlistentry/add/"
    return client.post(address, entry, follow=True).content.decode()


def test_a_plate_on_the_watchlist_is_kept_as_checks_look_for_it(
    client: Client, issuer: User, permit: Permit, river_lane: Lane, officer: User, code: str
) -> None:
    watch(client, plate=" 99a-123.45 ")
    lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
    (answer,) = check_batch([CheckRequest(code, uuid4(), timezone.now(), lane, "api")])
    assert isinstance(answer, Checked)
    assert (answer.reasons, answer.hits) == (("watchlisted",), ("wanted",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"personal_number": "00019001234"},
        {"personal_number": "00019001234x"},
        {"plate": "99A-123.45", "active_until_0": "2021-08-31", "active_until_1": "00:00:00"},
        {},
    ],
)
def test_an_entry_that_could_never_match_is_refused(
    client: Client, issuer: User, wrong: dict[str, str]
) -> None:
    assert "errorlist" in watch(client, **wrong)
    assert not WatchlistEntry.objects.exists()


def test_behind_a_proxy_the_attempts_of_one_do_not_lock_out_another(
    client: Client, officer: User, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    wrong = {"username": officer.username, "password": "wrong"}
    for _ in range(5):
        answer = client.post("/login/", wrong, headers={"x-forwarded-for": "192.0.2.1"})
    assert answer.status_code == 429
    right = {"username": officer.username, "password": "a long passphrase"}
    answer = client.post("/login/", right, headers={"x-forwarded-for": "192.0.2.2"})
    assert answer.status_code == 302


def test_every_model_of_ours_is_in_the_admin_with_search() -> None:
    from django.apps import apps

    for app in ("permits", "scans"):
        # One row; what nobody has sent yet, which is nobody's business; the desk's own pages; a
        # part of a passage; and what supervisors alone see, or nobody.
        others = {PolicyRow, Draft, DraftDocument, Import, ImportedRow, Worker}
        others |= {PassageScan, Still, OfficerPin, Round}
        others |= {LookUp}  # has a page of its own, which nobody edits either
        # Parts of a day's tally, and how far they are.
        others |= {MinuteTally, SliceTally, HourTally, DayCauseTally, TallyMark}
        for model in set(apps.get_app_config(app).get_models()) - others:
            assert admin.site.get_model_admin(model).search_fields, model.__name__


def test_an_attacker_s_guesses_at_a_password_are_limited(client: Client, officer: User) -> None:
    wrong = {"username": officer.username, "password": "wrong"}
    for _ in range(4):
        assert client.post("/login/", wrong).status_code == 200
    assert client.post("/login/", wrong).status_code == 429
    right = {"username": officer.username, "password": "a long passphrase"}
    locked_out = client.post("/login/", right)
    assert locked_out.status_code == 429
    assert "15 phút" in locked_out.content.decode()


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.OFFICER, "/checkpoint/"),
        (Role.SUPERVISOR, "/dashboard/"),
        (Role.ISSUER, "/desk/"),
        (Role.ADMINISTRATOR, "/desk/"),
    ],
)
def test_a_login_leads_to_the_page_of_the_role(
    client: Client, make_user: Callable[..., User], role: Role, page: str
) -> None:
    make_user(role, username="an")
    answer = client.post("/login/", {"username": "an", "password": "a long passphrase"})
    assert answer["Location"] == page


def test_every_page_forbids_inline_script(client: Client) -> None:
    for path in ("/", "/login/", "/api/docs/", "/admin/login/", "/nowhere/"):
        policy = client.get(path)["Content-Security-Policy"]
        assert "script-src 'self';" in policy + ";"
        assert "unsafe" not in policy
