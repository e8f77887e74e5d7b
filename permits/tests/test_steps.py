"""The declaration step by step: what leads where, what is kept meanwhile, and for whom."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from permits import documents, drafts, personal_data, retention
from permits.documents import MAX_BYTES
from permits.models import Companion, Document, Draft, DraftDocument, Permit, PermitKind
from permits.tests.conftest import Clock
from permits.tests.typed import STEPS, declare, fill_in, page, send, typed
from permits.uploads import MOST_BYTES
from permits.verdict import PermitState

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock", "empty_cache", "signing_keys"),
]
PERSON = {"0-full_name": "Trần Văn Mẫu", "0-personal_number": "000085000001"}
GOODS = "/declare/5/"
PDF = b"%PDF-1.4 made up"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where documents are."""
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    return tmp_path / "documents"


def png() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, format="PNG")
    return buffer.getvalue()


def upload(client: Client, *files: tuple[str, bytes], go: str = "add") -> str:
    """Add files, and return the page that comes of it."""
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    address = f"{GOODS}papers/"
    response = client.post(
        address, {"plate": "99A-123.45", "go": go, "documents": sent}, follow=True
    )
    return str(response.content.decode())


# --- The way ---


@pytest.mark.parametrize(
    ("number", "names"),
    [(1, ["you", "trip", "people", "papers", "check"]), (5, ["you", "trip", "papers", "check"])],
)
def test_each_step_leads_to_the_next_and_says_where_one_is(
    english: Client, number: int, names: list[str]
) -> None:
    for place, (step, after) in enumerate(pairwise(names), start=1):
        address = f"/declare/{number}/{step}/"
        assert f"Step {place} of {len(names)}" in page(english, address)
        response = english.post(address, STEPS[step])
        assert response.headers["Location"] == f"/declare/{number}/{after}/"
    assert f"Step {len(names)} of {len(names)}" in page(english, f"/declare/{number}/check/")


def test_a_step_that_a_kind_does_not_have_is_not_there(client: Client) -> None:
    assert client.get("/declare/5/people/").status_code == 404
    assert client.get("/declare/1/nowhere/").status_code == 404


def test_who_jumps_ahead_is_led_to_the_first_step_that_is_missing(client: Client) -> None:
    assert client.get("/declare/1/check/").headers["Location"] == "/declare/1/you/"
    client.post("/declare/1/you/", STEPS["you"])
    assert client.get("/declare/1/check/").headers["Location"] == "/declare/1/trip/"
    assert send(client).headers["Location"] == "/declare/1/trip/"


def test_going_back_keeps_what_was_typed_right_or_wrong(client: Client) -> None:
    client.post("/declare/1/you/", STEPS["you"])
    response = client.post(
        "/declare/1/trip/", {"origin": "Gia Lâm", "travel_at": "x", "go": "back"}
    )

    assert response.headers["Location"] == "/declare/1/you/"
    assert 'value="Nguyễn Thị Hồng Nhung"' in page(client, "/declare/1/you/")
    again = page(client, "/declare/1/trip/")
    assert 'value="Gia Lâm"' in again
    assert 'aria-invalid="true"' not in again


def test_a_change_from_the_last_step_leads_back_to_it(client: Client) -> None:
    fill_in(client)
    assert 'href="/declare/1/trip/?change"' in page(client, "/declare/1/check/")

    response = client.post("/declare/1/trip/?change", STEPS["trip"] | {"purpose": "Khám bệnh"})

    assert response.headers["Location"] == "/declare/1/check/"
    assert "Khám bệnh" in page(client, "/declare/1/check/")


def test_adding_a_person_does_not_forget_where_one_came_from(client: Client) -> None:
    fill_in(client)
    response = client.post("/declare/1/people/?change", {"go": "add"})

    assert response.headers["Location"] == "/declare/1/people/?change#id_0-full_name"


def test_what_has_become_wrong_meanwhile_is_said_at_its_field(
    english: Client, clock: Clock
) -> None:
    fill_in(english)
    clock.now += timedelta(hours=1, minutes=59)
    page(english, "/declare/1/trip/")  # looking does not prolong it
    PermitKind.objects.filter(number=1).update(needs_vehicle=True)
    english.post("/declare/1/papers/", {"plate": ""})

    response = send(english)

    assert response.headers["Location"] == "/declare/1/papers/?faults"
    html = page(english, response.headers["Location"])
    assert '<a href="#id_plate">Plate: A permit of this kind needs a vehicle' in html
    assert html.count('aria-invalid="true"') == 1


def test_a_second_tap_makes_no_second_permit(client: Client) -> None:
    fill_in(client)
    key = client.cookies["draft"].value
    assert send(client).headers["Location"].startswith("/permits/")

    client.cookies["draft"] = key
    send(client)

    assert Permit.objects.count() == 1


# --- The draft ---


def test_what_is_typed_is_sealed_and_another_browser_has_none_of_it(client: Client) -> None:
    fill_in(client)

    kept = bytes(Draft.objects.get().sealed)
    assert "001190123456" not in kept.decode("latin-1")
    assert b"001190123456" in personal_data.unseal_bytes(kept)
    assert "Nhung" not in page(Client(), "/declare/1/")
    cookie = client.cookies["draft"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        "/declare/1/",
        True,
        "Strict",
    )
    assert cookie["max-age"] == 7200


def test_a_draft_lives_two_hours_after_the_last_change(client: Client, clock: Clock) -> None:
    client.post("/declare/1/you/", STEPS["you"])
    clock.now += timedelta(hours=1, minutes=59, seconds=59)
    client.post("/declare/1/trip/", STEPS["trip"])
    clock.now += timedelta(hours=1, minutes=59, seconds=59)
    assert "Nhung" in page(client, "/declare/1/you/")

    clock.now += timedelta(seconds=1)

    assert "Nhung" not in page(client, "/declare/1/you/")


def test_it_is_deleted_when_it_was_sent_and_when_one_says_so(client: Client) -> None:
    declare(client)
    assert not Draft.objects.exists()
    assert client.cookies["draft"].value == ""

    client.post("/declare/1/you/", STEPS["you"])
    response = client.post("/declare/1/trip/", {"go": "discard"})

    assert response.headers["Location"] == "/"
    assert not Draft.objects.exists()


def test_a_draft_under_a_key_that_is_gone_is_empty(client: Client, settings: Settings) -> None:
    client.post("/declare/1/you/", STEPS["you"])
    settings.PERSONAL_DATA_KEYS = ["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXkhISE="]

    assert "Nhung" not in page(client, "/declare/1/you/")


def test_too_many_drafts_are_put_off_with_everything_still_there(
    english: Client, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"drafts": "1/hour"},
    }
    Client().post("/declare/1/you/", typed())

    response = english.post("/declare/1/you/", typed())

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "3600"
    html = response.content.decode()
    assert "again at 10:31" in html
    assert 'value="Nguyễn Thị Hồng Nhung"' in html
    assert Draft.objects.count() == 1


# --- People ---


def test_people_are_added_and_removed_without_a_script(client: Client) -> None:
    fill_in(client, steps=("you", "trip"))
    address = "/declare/1/people/"
    assert "0-full_name" not in page(client, address)

    response = client.post(address, {"go": "add"})
    assert response.headers["Location"] == f"{address}#id_0-full_name"
    assert 'name="0-full_name"' in page(client, address)

    other = {"1-full_name": "Lê Thị Mẫu", "1-personal_number": "000185000002"}
    client.post(address, {**PERSON, "go": "add"})
    client.post(address, {**PERSON, **other, "go": "remove-0"})
    html = page(client, address)
    assert 'value="Lê Thị Mẫu"' in html
    assert "Trần Văn Mẫu" not in html

    client.post(address, {"0-full_name": "Lê Thị Mẫu", "0-personal_number": "000185000002"})
    client.post("/declare/1/papers/", STEPS["papers"])
    send(client)
    [companion] = Companion.objects.all()
    assert (companion.full_name, companion.personal_number) == ("Lê Thị Mẫu", "000185000002")


def test_a_row_left_empty_is_nobody(client: Client) -> None:
    fill_in(client, people={"0-full_name": " ", "0-personal_number": ""})

    assert send(client).status_code == 302
    assert not Companion.objects.exists()


def test_a_fault_of_a_companion_stands_at_that_companion(english: Client) -> None:
    fill_in(english, steps=("you", "trip"))
    sent = {**PERSON, "1-full_name": "Lê Thị Mẫu", "1-personal_number": "000085000001"}

    html = english.post("/declare/1/people/", sent).content.decode()

    assert '<a href="#id_1-personal_number">Personal number: This number stands here twice.' in html
    assert html.count('aria-invalid="true"') == 1


def test_there_is_no_room_for_more_than_the_kind_lets(english: Client) -> None:
    PermitKind.objects.filter(number=1).update(most_companions=1)
    fill_in(english, steps=("you", "trip"))
    english.post("/declare/1/people/", {**PERSON, "go": "add"})
    html = page(english, "/declare/1/people/")

    assert 'name="1-full_name"' not in html
    assert "add-person" not in html


# --- Documents ---


def test_files_are_kept_sealed_and_become_the_permit_s(client: Client, folder: Path) -> None:
    fill_in(client, GOODS, steps=("you", "trip"))
    html = upload(client, ("giấy.pdf", PDF), ("ảnh.png", png()))
    assert "giấy.pdf" in html
    assert "ảnh.png" in html
    assert all(PDF not in path.read_bytes() for path in folder.rglob("*") if path.is_file())

    client.post(f"{GOODS}papers/", {"plate": "99A-123.45"})
    send(client, GOODS)

    permit = Permit.objects.get()
    assert permit.state == PermitState.PENDING
    kept = list(permit.documents.values_list("name", "content_type", "size"))
    assert kept == [
        ("giấy.pdf", "application/pdf", len(PDF)),
        ("ảnh.png", "image/png", len(png())),
    ]
    assert documents.read(permit.documents.get(name="giấy.pdf")) == PDF
    assert not DraftDocument.objects.exists()


def test_a_file_is_taken_away_again(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    fill_in(client, GOODS, steps=("you", "trip"))
    upload(client, ("a.pdf", PDF), ("b.pdf", PDF))
    first = DraftDocument.objects.earliest("id")

    upload(client, go=f"remove-new-{first.pk}")

    assert [one.name for one in DraftDocument.objects.all()] == ["b.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"", "a.pdf is empty."),
        ("a.pdf", b"MZ this is a program", "a.pdf is neither a PDF nor a JPEG or PNG picture."),
        ("a.png", b"<svg onload='alert(1)'/>", "a.png is neither a PDF nor"),
        ("a.png", png()[:60], "a.png is damaged"),
        ("a.pdf", b"%PDF-" + bytes(MAX_BYTES - 5), ""),
        ("a.pdf", b"%PDF-" + bytes(MAX_BYTES - 4), "a.pdf is too large: at most 8 MB"),
    ],
    ids=["empty", "program", "svg", "damaged", "largest", "too large"],
)
def test_a_bad_file_is_refused_before_it_is_kept(
    english: Client, folder: Path, name: str, content: bytes, message: str
) -> None:
    fill_in(english, GOODS, steps=("you", "trip"))
    html = upload(english, (name, content))

    assert message in html
    assert ('aria-invalid="true"' in html) is bool(message)
    assert DraftDocument.objects.exists() is not bool(message)
    assert any(path.is_file() for path in folder.rglob("*")) is not bool(message)


def test_good_files_beside_a_bad_one_are_kept(english: Client) -> None:
    fill_in(english, GOODS, steps=("you", "trip"))
    html = upload(english, ("good.pdf", PDF), ("bad.txt", b"text"), go="next")

    assert "bad.txt is neither" in html
    assert [one.name for one in DraftDocument.objects.all()] == ["good.pdf"]


def test_no_more_than_eight_files(english: Client) -> None:
    fill_in(english, GOODS, steps=("you", "trip"))
    html = upload(english, *[(f"{place}.pdf", PDF) for place in range(9)])

    assert "8.pdf was not added: at most 8 files." in html
    assert DraftDocument.objects.count() == 8


def test_one_request_brings_no_more_than_memory_holds(english: Client) -> None:
    fill_in(english, GOODS, steps=("you", "trip"))
    large = b"%PDF-" + bytes(MAX_BYTES - 5)
    html = upload(
        english, *[(f"{place}.pdf", large) for place in range(MOST_BYTES // MAX_BYTES + 1)]
    )

    assert "5.pdf is too large" in html
    assert DraftDocument.objects.count() == 5


def test_a_kind_that_nobody_looks_at_takes_no_files(client: Client) -> None:
    fill_in(client, steps=("you", "trip", "people"))
    sent = SimpleUploadedFile("a.pdf", PDF)
    client.post("/declare/1/papers/", {"plate": "", "documents": sent})

    assert 'name="documents"' not in page(client, "/declare/1/papers/")
    assert not DraftDocument.objects.exists()


def test_the_files_of_a_deleted_draft_go_with_it(
    client: Client, folder: Path, django_capture_on_commit_callbacks: object
) -> None:
    fill_in(client, GOODS, steps=("you", "trip"))
    upload(client, ("a.pdf", PDF))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        drafts.discard_all(Draft.objects.all())

    assert not any(path.is_file() for path in folder.rglob("*"))


def test_drafts_whose_time_is_over_are_pruned_with_their_files(
    client: Client, clock: Clock, folder: Path, django_capture_on_commit_callbacks: object
) -> None:
    fill_in(client, GOODS, steps=("you", "trip"))
    upload(client, ("a.pdf", PDF))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert pruned(clock.now + timedelta(hours=2) - timedelta(seconds=1)) == 0
        assert Draft.objects.count() == 1
        assert pruned(clock.now + timedelta(hours=2)) == 1

    assert not Draft.objects.exists()
    assert not any(path.is_file() for path in folder.rglob("*"))


def pruned(now: datetime) -> int:
    [kind] = [kind for kind in retention.kinds(now) if kind.name == "drafts"]
    waiting = kind.count()
    assert kind.remove() == waiting
    return waiting


def test_the_file_of_a_draft_is_no_stray(client: Client, clock: Clock) -> None:
    fill_in(client, GOODS, steps=("you", "trip"))
    upload(client, ("a.pdf", PDF))
    later = datetime.now(UTC) + timedelta(hours=2)

    assert documents.strays(later) == []
    DraftDocument.objects.all().delete()
    assert len(documents.strays(later)) == 1


def test_a_file_name_is_text(english: Client) -> None:
    fill_in(english, GOODS, steps=("you", "trip"))
    html = upload(english, ("<script>x.pdf", PDF))

    assert "&lt;script&gt;x.pdf" in html
    assert not re.search(r"<script>x", html)


def test_an_application_has_the_validity_that_was_chosen(client: Client) -> None:
    fill_in(
        client,
        GOODS,
        steps=("you", "trip", "papers"),
        travel_at="2026-11-26T08:00",
        valid_from="2026-11-26T08:00",
        valid_until="2026-11-27T08:00",
        direction="out",
    )
    send(client, GOODS)

    permit = Permit.objects.get()
    assert permit.valid_until - permit.valid_from == timedelta(days=1)
    assert permit.direction == "out"
    assert Document.objects.count() == 0
