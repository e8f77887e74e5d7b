"""What a holder can do on the private page: see what was done, cancel, renew, correct, answer."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from permits import services
from permits.models import Approval, Companion, Permit, PermitKind, Zone
from permits.tests.conftest import Clock
from permits.tests.typed import declare, page, send
from permits.verdict import PermitState

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock", "empty_cache", "signing_keys"),
]
STEPS = ("you", "trip", "papers")
PERSON = {"0-full_name": "Trần Văn Mẫu", "0-personal_number": "000085000001"}


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path / "documents"


@pytest.fixture
def issuer() -> User:
    return User.objects.create_user("nguyen.issuer")


@pytest.fixture
def applied(english: Client) -> str:
    """The private page of an application that nobody has decided on."""
    return declare(english, "/declare/5/", steps=STEPS)


def permit() -> Permit:
    return Permit.objects.latest("id")


def ask(issuer: User, clock: Clock) -> None:
    services.ask(permit().pk, issuer=issuer, now=clock.now, note="Thêm giấy đi đường của công ty.")


def offered(client: Client, path: str) -> set[str]:
    found = re.findall(r'data-testid="(correct|renew|cancel)"', page(client, path))
    return set(found)


# --- What is shown ---


def test_the_page_shows_who_travels_where_and_in_which_direction(english: Client) -> None:
    path = declare(english, people=PERSON, direction="out")
    permit().zones.add(Zone.objects.create(name_vi="Vùng 1", name_en="Zone 1"))
    html = page(english, path)

    assert "<dt>Direction</dt><dd>Out</dd>" in html
    assert "<dt>Zones</dt><dd>Zone 1</dd>" in html
    assert "Trần Văn Mẫu, " in html
    assert "••••0001" in html
    assert "000085000001" not in html


def test_doses_are_shown_where_the_kind_asks_for_them(english: Client) -> None:
    assert "Vaccine doses" not in page(english, declare(english))
    PermitKind.objects.filter(number=1).update(doses_needed=2)

    html = page(english, declare(english, people={**PERSON, "0-doses": "3"}, doses="2"))

    assert "<dt>Vaccine doses</dt><dd>2</dd>" in html
    assert "3 doses" in html


def test_what_was_done_is_shown_with_its_note_and_no_issuer_s_name(
    english: Client, applied: str, issuer: User, clock: Clock
) -> None:
    clock.now += timedelta(hours=1)
    ask(issuer, clock)
    html = page(english, applied)

    assert "The authority asked for more" in html
    assert "24 November 2026, 10:30" in html
    assert "Declared</strong>" in html
    assert "nguyen.issuer" not in html
    assert re.search(r'<p class="asked-note">Thêm giấy đi đường của công ty.</p>', html)


@pytest.mark.parametrize(
    ("state", "words"),
    [("asked", "The authority asks for more"), ("cancelled", "Cancelled by the holder")],
)
def test_every_state_has_a_plain_word(english: Client, state: str, words: str) -> None:
    path = declare(english)
    Permit.objects.update(state=state)

    assert words in page(english, path)
    assert "travel-qr" not in page(english, path)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("pending", {"correct", "cancel"}),
        ("asked", {"correct", "cancel"}),
        ("approved", {"renew", "cancel"}),
        ("rejected", {"renew"}),
        ("revoked", {"renew"}),
        ("cancelled", {"renew"}),
    ],
)
def test_only_what_can_be_done_is_offered(
    english: Client, applied: str, state: str, expected: set[str]
) -> None:
    Permit.objects.update(state=state)

    assert offered(english, applied) == expected


def test_an_expired_permit_can_be_renewed_alone(english: Client, clock: Clock) -> None:
    path = declare(english)
    clock.now = permit().valid_until
    assert offered(english, path) == {"renew", "cancel"}

    clock.now += timedelta(seconds=1)

    assert offered(english, path) == {"renew"}


# --- Cancelling ---


def test_cancelling_asks_once_more(english: Client) -> None:
    path = declare(english)
    assert permit().serial in page(english, f"{path}cancel/")
    assert permit().state == PermitState.APPROVED

    response = english.post(f"{path}cancel/")

    assert response.headers["Location"] == path
    assert permit().state == PermitState.CANCELLED
    [act] = Approval.objects.all()
    assert (act.state, act.issuer) == ("cancelled", None)
    assert "You cancelled it" in page(english, path)


def test_what_was_revoked_meanwhile_is_not_cancelled(english: Client) -> None:
    path = declare(english)
    Permit.objects.update(state="revoked")

    response = english.post(f"{path}cancel/")

    assert response.status_code == 409
    assert "The permit has changed meanwhile" in response.content.decode()
    assert permit().state == PermitState.REVOKED


# --- Renewing ---


def test_a_renewal_begins_with_what_the_permit_says_but_its_dates(
    english: Client, clock: Clock
) -> None:
    path = declare(english, people=PERSON, direction="in", travel_at="2026-11-24T11:00")
    clock.now += timedelta(days=5)
    response = english.post(f"{path}renew/")
    assert response.headers["Location"] == "/declare/1/you/"

    html = page(english, "/declare/1/you/")
    assert 'value="Nguyễn Thị Hồng Nhung"' in html
    assert 'value="••••3456"' in html
    assert "001190123456" not in html
    assert "0912345678" not in html
    english.post("/declare/1/you/", _fields(html))
    html = page(english, "/declare/1/trip/")
    assert 'value="2026-11-29T09:30"' in html
    english.post("/declare/1/trip/", _fields(html))
    english.post("/declare/1/people/", _fields(page(english, "/declare/1/people/")))
    english.post("/declare/1/papers/", _fields(page(english, "/declare/1/papers/")))
    send(english)

    old, new = Permit.objects.order_by("id")
    assert new.holder == old.holder
    assert (new.plate, new.direction, new.purpose) == (old.plate, "in", old.purpose)
    assert [one.personal_number for one in new.companions.all()] == ["000085000001"]
    assert new.valid_from == clock.now
    assert old.state == new.state == PermitState.APPROVED


def test_what_citizens_may_not_choose_they_may_not_renew(english: Client) -> None:
    path = declare(english)
    PermitKind.objects.filter(number=1).update(is_public=False)

    assert offered(english, path) == {"cancel"}
    assert english.post(f"{path}renew/").headers["Location"] == path


def _fields(html: str) -> dict[str, str]:
    """The fields of a page as a browser sends them when nothing is changed."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="hidden"' not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select name="([^"]*)"(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


# --- Correcting ---


def test_an_application_is_corrected_step_by_step_with_its_documents_kept(
    english: Client, clock: Clock
) -> None:
    paper = SimpleUploadedFile("giấy.pdf", b"%PDF-1.4 one")
    path = declare(english, "/declare/5/", steps=STEPS, documents=paper)
    before = permit()
    clock.now += timedelta(hours=2)
    response = english.post(f"{path}correct/")
    assert response.headers["Location"] == f"{path}correct/check/"
    html = page(english, f"{path}correct/check/")
    assert "giấy.pdf" in html
    assert "001190123456" not in html

    other = SimpleUploadedFile("hai.pdf", b"%PDF-1.4 two")
    sent = {"plate": "99A-999.99", "documents": other}
    response = english.post(f"{path}correct/papers/?change", sent)
    assert response.headers["Location"] == f"{path}correct/check/"
    assert permit().plate == before.plate
    response = send(english, f"{path}correct/")

    after = permit()
    assert response.headers["Location"] == path
    assert (after.plate, after.version) == ("99A99999", before.version + 1)
    assert (after.valid_from, after.holder) == (
        before.valid_from.replace(second=0),
        before.holder,
    )
    assert [one.name for one in after.documents.all()] == ["giấy.pdf", "hai.pdf"]
    assert "You corrected it" in page(english, path)


def test_a_document_is_taken_away_only_when_the_correction_is_sent(english: Client) -> None:
    paper = SimpleUploadedFile("giấy.pdf", b"%PDF-1.4 one")
    path = declare(english, "/declare/5/", steps=STEPS, documents=paper)
    english.post(f"{path}correct/")
    gone = permit().documents.get()
    english.post(f"{path}correct/papers/", {"plate": "99A-1234", "go": f"remove-kept-{gone.pk}"})
    assert "giấy.pdf" not in page(english, f"{path}correct/papers/")
    assert permit().documents.count() == 1

    english.post(f"{path}correct/papers/", {"plate": "99A-1234"})
    send(english, f"{path}correct/")

    assert permit().documents.count() == 0


def test_what_the_authority_asked_for_is_answered(
    english: Client, applied: str, issuer: User, clock: Clock
) -> None:
    ask(issuer, clock)
    assert "Answer</button>" in page(english, applied)
    english.post(f"{applied}correct/")
    assert "Thêm giấy đi đường của công ty." in page(english, f"{applied}correct/papers/")

    send(english, f"{applied}correct/")

    assert permit().state == PermitState.PENDING
    assert "asked-note" not in page(english, applied)


@pytest.mark.parametrize("act", [services.approve, services.reject])
@pytest.mark.parametrize("step", ["trip", "check"])
def test_an_issuer_who_was_quicker_wins_and_it_is_said(
    english: Client, applied: str, issuer: User, clock: Clock, act: object, step: str
) -> None:
    english.post(f"{applied}correct/")
    act(permit().pk, issuer=issuer, now=clock.now)  # type: ignore[operator]
    decided = permit().state

    response = english.post(f"{applied}correct/{step}/", {"go": "next"})

    assert response.status_code == 409
    html = response.content.decode()
    assert "The permit has changed meanwhile" in html
    assert f'href="{applied}"' in html
    assert permit().state == decided


def test_what_was_decided_is_not_corrected(english: Client) -> None:
    path = declare(english)

    assert english.post(f"{path}correct/").status_code == 409
    assert english.get(f"{path}correct/you/").headers["Location"] == path


def test_a_companion_is_kept_by_a_correction_that_does_not_touch_it(english: Client) -> None:
    PermitKind.objects.filter(number=5).update(most_companions=2)
    path = declare(english, "/declare/5/", people=PERSON)
    english.post(f"{path}correct/")
    send(english, f"{path}correct/")

    [companion] = Companion.objects.all()
    assert (companion.permit, companion.personal_number) == (permit(), "000085000001")


def test_another_permit_s_documents_cannot_be_taken_away(english: Client) -> None:
    paper = SimpleUploadedFile("giấy.pdf", b"%PDF-1.4 one")
    declare(english, "/declare/5/", steps=STEPS, documents=paper)
    theirs = permit().documents.get()
    path = declare(english, "/declare/5/", steps=STEPS)
    english.post(f"{path}correct/")
    sent = {"plate": "99A-1234", "go": f"remove-kept-{theirs.pk}"}
    english.post(f"{path}correct/papers/", sent)
    english.post(f"{path}correct/papers/", {"plate": "99A-1234"})
    send(english, f"{path}correct/")

    theirs.refresh_from_db()


def test_what_waits_is_corrected_though_its_kind_is_not_offered_any_more(
    english: Client, applied: str
) -> None:
    PermitKind.objects.filter(number=5).update(is_offered=False)
    english.post(f"{applied}correct/")
    english.post(f"{applied}correct/papers/", {"plate": "99A-111.11"})

    assert send(english, f"{applied}correct/").headers["Location"] == applied
    assert permit().plate == "99A11111"


def test_companions_that_the_kind_no_longer_lets_can_be_removed(english: Client) -> None:
    PermitKind.objects.filter(number=5).update(most_companions=1)
    path = declare(english, "/declare/5/", people=PERSON)
    PermitKind.objects.filter(number=5).update(most_companions=0)
    response = english.post(f"{path}correct/", follow=True)
    assert response.redirect_chain[-1][0] == f"{path}correct/people/?faults"
    assert "at most: 0. Remove some." in response.content.decode()

    english.post(f"{path}correct/people/", {**PERSON, "go": "remove-0"})
    english.post(f"{path}correct/papers/", {"plate": "99A-111.11"})

    assert send(english, f"{path}correct/").headers["Location"] == path
    assert not permit().companions.exists()
