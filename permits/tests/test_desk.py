"""The issuer's pages: what they show, what they do, and who is told that somebody was quicker."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from permits import documents, services
from permits.models import Permit, PermitKind, WatchlistEntry, Zone
from permits.roles import Role
from permits.tests.conftest import Clock
from permits.tests.test_documents import PDF, picture
from permits.tests.test_services import DECLARATION
from permits.tests.typed import NOW
from permits.verdict import WatchlistLevel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "signing_keys")]
NUMBER = "000190012345"


def user_of(role: Role, name: str = "") -> User:
    user = User.objects.create_user(name or role.value)
    user.groups.add(Group.objects.get(name=role.value))
    return user


@pytest.fixture
def issuer(client: Client) -> User:
    user = user_of(Role.ISSUER)
    client.force_login(user, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def colleague() -> User:
    return user_of(Role.ISSUER, "colleague")


@pytest.fixture
def kind() -> PermitKind:
    return PermitKind.objects.create(
        number=80, name_vi="Công vụ", name_en="Duty", needs_approval=True, valid_hours=72
    )


@pytest.fixture
def application(kind: PermitKind, settings: Settings, tmp_path: Path) -> Permit:
    settings.DOCUMENTS_DIR = tmp_path
    papers = [documents.examine("giấy.pdf", PDF), documents.examine("thẻ.png", picture())]
    return services.declare(DECLARATION, now=NOW, kind=kind, new_documents=papers).permit


def act(client: Client, permit: Permit, name: str, **typed: Any) -> Any:
    """As the page sends it, with what it shows filled in."""
    terms = {
        "approve-valid_until": f"{permit.valid_until.astimezone(NOW.tzinfo):%Y-%m-%dT%H:%M}",
        "approve-direction": "",
        "approve-note": "",
    }
    fields = {**(terms if name == "approve" else {}), "act": name, "version": permit.version}
    return client.post(f"/desk/permits/{permit.serial}/act/", {**fields, **typed})


def text_of(response: Any) -> str:
    content: str = response.content.decode()
    return content


def fresh(permit: Permit) -> Permit:
    permit.refresh_from_db()
    return permit


# --- The queue ------------------------------------------------------------------------------------


def test_the_queue_shows_no_number(client: Client, issuer: User, application: Permit) -> None:
    page = text_of(client.get("/desk/"))
    assert application.serial in page
    assert "Nguyễn Thị Mẫu" in page
    assert NUMBER not in page


def test_a_searched_number_is_in_no_address(
    client: Client, issuer: User, application: Permit
) -> None:
    sent = client.post("/desk/search/", {"q": NUMBER})
    assert sent["Location"] == "/desk/?found=1"
    assert application.serial in text_of(client.get(sent["Location"]))
    client.post("/desk/search/", {"q": "000190099999"})
    assert "Nothing was found" in text_of(client.get("/desk/?found=1"))


@pytest.mark.parametrize(
    "query",
    ["?state=x", "?kind=999", "?after=x&after_id=y", "?declared_from=x", "?after=2021-01-01"],
)
def test_a_mangled_address_shows_the_queue(
    client: Client, issuer: User, application: Permit, query: str
) -> None:
    assert client.get(f"/desk/{query}").status_code == 200


def test_the_marked_ones_are_approved_each_as_it_was_marked(
    client: Client, issuer: User, application: Permit, kind: PermitKind, colleague: User
) -> None:
    other, changed, decided = (
        services.declare(DECLARATION, now=NOW, kind=kind).permit for _ in range(3)
    )
    services.correct(changed.pk, DECLARATION, now=NOW, seen_version=1)
    services.reject(decided.pk, issuer=colleague, now=NOW, note="Không")
    marked = [f"{permit.pk}:1" for permit in (application, other, changed, decided)]
    page = text_of(client.post("/desk/batch/", {"act": "approve", "marked": marked}, follow=True))
    states = [fresh(permit).state for permit in (application, other, changed, decided)]
    assert states == ["approved", "approved", "pending", "rejected"]
    assert "2 applications decided" in page
    assert "2 were left as they are" in page


def test_to_reject_the_marked_ones_takes_a_reason(
    client: Client, issuer: User, application: Permit
) -> None:
    marked = [f"{application.pk}:1"]
    page = text_of(client.post("/desk/batch/", {"act": "reject", "marked": marked}, follow=True))
    assert "a reason is missing" in page
    assert fresh(application).state == "pending"
    client.post("/desk/batch/", {"act": "reject", "marked": marked, "reject-note": "Thiếu giấy"})
    assert fresh(application).state == "rejected"
    assert application.approvals.get().note == "Thiếu giấy"


@pytest.mark.parametrize(
    "sent", [{}, {"act": "revoke", "marked": "1:1"}, {"act": "approve", "marked": "x"}]
)
def test_nothing_marked_changes_nothing(
    client: Client, issuer: User, application: Permit, sent: dict[str, str]
) -> None:
    assert "Nothing was marked" in text_of(client.post("/desk/batch/", sent, follow=True))
    assert fresh(application).state == "pending"


# --- One application ------------------------------------------------------------------------------


def test_an_application_shows_all_there_is_to_decide_on(
    client: Client, issuer: User, application: Permit, kind: PermitKind
) -> None:
    earlier = services.declare(DECLARATION, now=NOW, kind=kind).permit
    services.add_watchlist_entry(
        level=WatchlistLevel.F1,
        active_from=NOW,
        personal_number=NUMBER,
        note="Nhà số 3",
    )
    page = text_of(client.get(f"/desk/permits/{application.serial}/"))
    for said in ("giấy.pdf", "thẻ.png", earlier.serial, "F1", "Nhà số 3", "••••2345", "0000000001"):
        assert said in page
    assert NUMBER not in page


def test_whole_numbers_are_shown_on_demand_and_that_is_kept(
    client: Client, issuer: User, application: Permit
) -> None:
    page = text_of(client.post(f"/desk/permits/{application.serial}/number/"))
    assert NUMBER in page
    assert LogEntry.objects.get().change_message == "number_shown"
    later = text_of(client.get(f"/desk/permits/{application.serial}/"))
    assert NUMBER not in later
    assert "Numbers looked at" in later


def test_an_approval_under_other_terms(client: Client, issuer: User, application: Permit) -> None:
    zone = Zone.objects.create(name_vi="Vùng đỏ", name_en="Red zone")
    sooner = application.valid_until.replace(second=0, microsecond=0, minute=0)
    act(
        client,
        application,
        "approve",
        **{
            "approve-zones": [zone.pk],
            "approve-direction": "in",
            "approve-valid_until": f"{sooner.astimezone(NOW.tzinfo):%Y-%m-%dT%H:%M}",
        },
    )
    approved = fresh(application)
    assert (approved.state, approved.direction, approved.valid_until) == ("approved", "in", sooner)
    assert [*approved.zones.all()] == [zone]


def test_left_alone_the_terms_stay_to_the_second(
    client: Client, issuer: User, application: Permit
) -> None:
    until = application.valid_until
    assert until.second
    act(client, application, "approve")
    assert (fresh(application).state, application.valid_until) == ("approved", until)


@pytest.mark.parametrize("until", ["2026-11-24T09:00", "2026-11-27T09:31", "never"])
def test_terms_beyond_the_kind_are_told_at_their_field(
    client: Client, issuer: User, application: Permit, until: str
) -> None:
    page = act(client, application, "approve", **{"approve-valid_until": until})
    assert "approve-valid_until_error" in text_of(page)
    assert (fresh(application).state, application.version) == ("pending", 1)


@pytest.mark.parametrize(
    ("name", "state"), [("reject", "rejected"), ("ask", "asked"), ("revoke", "revoked")]
)
def test_whoever_says_no_says_why(
    client: Client, issuer: User, application: Permit, name: str, state: str
) -> None:
    if name == "revoke":
        services.approve(application.pk, issuer=issuer, now=NOW)
        application.refresh_from_db()
    before = application.state
    assert "Say why" in text_of(act(client, application, name))
    assert fresh(application).state == before
    act(client, application, name, **{f"{name}-note": "Thiếu giấy tờ"})
    last = fresh(application).approvals.last()
    assert last is not None
    assert (application.state, last.note, last.issuer) == (state, "Thiếu giấy tờ", issuer)


def test_the_second_of_two_issuers_is_told_who_was_quicker(
    client: Client, issuer: User, application: Permit, colleague: User
) -> None:
    services.reject(application.pk, issuer=colleague, now=NOW, note="Không đúng")
    late = act(client, application, "approve")
    assert late.status_code == 409
    assert "colleague has acted on it" in text_of(late)
    assert fresh(application).state == "rejected"
    assert application.approvals.count() == 1


def test_an_issuer_is_told_that_the_holder_has_changed_it(
    client: Client, issuer: User, application: Permit
) -> None:
    services.correct(application.pk, replace(DECLARATION, purpose="Khác"), now=NOW, seen_version=1)
    late = act(client, application, "approve")
    assert "Its holder has changed it" in text_of(late)
    assert fresh(application).state == "pending"


def test_after_one_comes_the_next(
    client: Client, issuer: User, application: Permit, kind: PermitKind
) -> None:
    following = services.declare(DECLARATION, now=NOW, kind=kind).permit
    assert act(client, application, "approve", next="1")["Location"].endswith(
        f"/desk/permits/{following.serial}/"
    )


@pytest.mark.parametrize(
    "path", ["/desk/permits/XXXXX-XXXXX/", "/desk/permits/00000-00000/", "/desk/documents/9/"]
)
def test_what_is_not_there_is_not_found(client: Client, issuer: User, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_act_that_is_none_is_not_found(
    client: Client, issuer: User, application: Permit
) -> None:
    assert act(client, application, "cancel").status_code == 404


# --- Papers ---------------------------------------------------------------------------------------


def test_a_paper_is_shown_and_nothing_in_it_runs(
    client: Client, issuer: User, application: Permit
) -> None:
    pdf, image = application.documents.all()
    shown = client.get(f"/desk/documents/{image.pk}/")
    assert shown.content == picture()
    assert shown["Content-Disposition"].startswith("inline")
    saved = client.get(f"/desk/documents/{pdf.pk}/")
    assert saved["Content-Disposition"].startswith("attachment")
    for response in (shown, saved):
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-store"


def test_a_paper_whose_file_is_gone_is_told(
    client: Client, issuer: User, application: Permit, tmp_path: Path
) -> None:
    for file in tmp_path.iterdir():
        if len(file.name) == 48:
            file.unlink()
    page = client.get(f"/desk/documents/{application.documents.last().pk}/")  # type: ignore[union-attr]
    assert page.status_code == 404
    assert "cannot be shown" in text_of(page)


# --- Others ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
def test_nobody_else_reads_or_decides(
    client: Client, application: Permit, role: Role, clock: Clock
) -> None:
    client.force_login(user_of(role), backend="permits.roles.RoleBackend")
    document = application.documents.first()
    assert document is not None
    entry = services.add_watchlist_entry(level=WatchlistLevel.F0, active_from=NOW, plate="99A1")
    for path in (
        "/desk/",
        f"/desk/permits/{application.serial}/",
        f"/desk/documents/{document.pk}/",
        f"/desk/watchlist/{entry.pk}/",
    ):
        assert client.get(path).status_code == 403
    for path in (
        "/desk/search/",
        "/desk/batch/",
        f"/desk/permits/{application.serial}/act/",
        f"/desk/permits/{application.serial}/number/",
        "/desk/watchlist/search/",
        f"/desk/watchlist/{entry.pk}/end/",
    ):
        assert client.post(path).status_code == 403
    assert fresh(application).state == "pending"


# --- The watchlist --------------------------------------------------------------------------------

ENTRY = {
    "personal_number": "0001 9001 2345",
    "plate": "",
    "level": "f0",
    "active_from": "2026-11-24T09:00",
    "active_until": "",
    "note": "Nhà số 3",
    "source": "Y tế",
}


def test_an_entry_is_added_changed_and_ended_and_each_is_kept(client: Client, issuer: User) -> None:
    added = client.post("/desk/watchlist/add/", ENTRY)
    entry = WatchlistEntry.objects.get()
    assert added["Location"] == f"/desk/watchlist/{entry.pk}/"
    assert (entry.number_tail, entry.level, entry.note) == ("2345", "f0", "Nhà số 3")

    changed = {"level": "f1", "active_until": "2026-12-24T09:00", "note": "", "source": "Y tế"}
    client.post(f"/desk/watchlist/{entry.pk}/", changed)
    entry.refresh_from_db()
    assert (entry.level, entry.note, entry.number_tail) == ("f1", "", "2345")

    client.post(f"/desk/watchlist/{entry.pk}/end/")
    entry.refresh_from_db()
    assert entry.active_until == NOW
    kept = LogEntry.objects.order_by("id").values_list("change_message", "user__username")
    assert [*kept] == [(f"entry_{what}", "issuer") for what in ("added", "changed", "ended")]
    assert NUMBER not in text_of(client.get(f"/desk/watchlist/{entry.pk}/"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"personal_number": "", "plate": ""}, "Give a personal number, a plate, or both."),
        ({"personal_number": "00019001234"}, "This one has 11."),
        ({"personal_number": "", "plate": "99"}, "This is not a vehicle plate."),
        ({"active_until": "2026-11-24T09:00"}, "The end lies before the beginning."),
        ({"level": "f9"}, "f9"),
    ],
)
def test_a_wrong_entry_is_told_and_not_kept(
    client: Client, issuer: User, wrong: dict[str, str], said: str
) -> None:
    page = client.post("/desk/watchlist/add/", {**ENTRY, **wrong})
    assert page.status_code == 400
    assert said in text_of(page)
    assert not WatchlistEntry.objects.exists()


def test_an_entry_is_found_by_number_and_by_plate_in_any_spelling(
    client: Client, issuer: User
) -> None:
    client.post("/desk/watchlist/add/", ENTRY)
    client.post("/desk/watchlist/add/", {**ENTRY, "personal_number": "", "plate": "99a-123.45"})
    person, vehicle = WatchlistEntry.objects.order_by("id")
    for typed, found, other in ((NUMBER, person, vehicle), ("99A 12345", vehicle, person)):
        page = text_of(client.post("/desk/watchlist/search/", {"q": typed}, follow=True))
        assert f"/desk/watchlist/{found.pk}/" in page
        assert f"/desk/watchlist/{other.pk}/" not in page
