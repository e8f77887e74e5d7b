"""An issuer imports a file in the browser; JavaScript is not needed."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from permits.imports import files
from permits.models import Import, ImportState, Permit, PermitKind, WatchlistEntry
from permits.roles import Role
from permits.tests.conftest import Clock
from permits.tests.test_imports import THREE, row, staff
from permits.tests.typed import NOW
from permits.worker import TaskRunner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_keys", "clock")]


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.IMPORTS_DIR = str(tmp_path / "imports")
    monkeypatch.setattr("permits.removal.time.sleep", lambda seconds: None)


@pytest.fixture
def kind(db: None) -> PermitKind:
    return PermitKind.objects.create(number=91, name_vi="Sản xuất", name_en="Production")


@pytest.fixture
def issuer(english: Client) -> Client:
    user = User.objects.create_user("issuer")
    user.groups.set(Group.objects.filter(name=Role.ISSUER.value))
    english.force_login(user, backend="permits.roles.RoleBackend")
    return english


def send(client: Client, of_kind: PermitKind, content: bytes = THREE, **typed: Any) -> Any:
    start = timezone.localtime(NOW)
    fields = {
        "kind": of_kind.pk,
        "valid_from": f"{start:%Y-%m-%dT%H:%M}",
        "valid_until": f"{start + timedelta(hours=48):%Y-%m-%dT%H:%M}",
        "company": "Cty Mẫu",
        "purpose": "Đi làm",
        "file": SimpleUploadedFile("ds.csv", content, "image/png"),
    }
    return client.post("/desk/imports/new/", fields | typed)


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(response.content.decode())).split())


def uploaded(client: Client, kind: PermitKind, content: bytes = THREE) -> str:
    response = send(client, kind, content)
    assert response.status_code == 302, text_of(response)
    return str(response["Location"])


def test_from_the_file_to_the_result(issuer: Client, kind: PermitKind) -> None:
    page = uploaded(issuer, kind, staff(row(1), row(2, name="X"), row(3)))
    assert 'http-equiv="refresh"' in issuer.get(page).content.decode()
    TaskRunner().run_all()
    shown = text_of(issuer.get(page))
    assert "Rows 3 Good rows 2 Bad rows 1" in shown
    assert "Row 3 Full name X This is not a name" in shown
    assert "2 permits will be issued. The bad rows are left out." in shown
    assert "Row 2 Nguyễn Thị Mẫu · ••••0001" in shown
    assert "000190" not in shown

    assert issuer.post(f"{page}decide/", {"act": "take"})["Location"] == page
    progress = issuer.get(f"{page}progress/").json()
    assert progress == {"state": "issuing", "done": 0, "of": 2, "percent": 0, "at_work": True}
    assert '<progress id="bar" max="2" value="0">' in issuer.get(page).content.decode()
    TaskRunner().run_all()
    assert issuer.get(f"{page}progress/").json()["at_work"] is False
    assert "Permits issued 2" in text_of(issuer.get(page))
    for name, start in (
        ("result.csv", "\ufeffRow".encode()),
        ("result.xlsx", b"PK"),
        ("codes-1.zip", b"PK"),
        ("cards-1.pdf", b"%PDF"),
    ):
        response = issuer.get(f"{page}{name}")
        assert response.content.startswith(start)
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Cache-Control"] == "no-store"
    for name in ("result.doc", "codes-0.zip", "codes-2.zip", "cards-2.pdf"):
        assert issuer.get(f"{page}{name}").status_code == 404


def test_nothing_is_there_to_download_before_it_is_issued(issuer: Client, kind: PermitKind) -> None:
    page = uploaded(issuer, kind)
    TaskRunner().run_all()
    for name in ("result.csv", "codes-1.zip", "cards-1.pdf"):
        assert issuer.get(f"{page}{name}").status_code == 404


def test_none_is_a_choice_too(issuer: Client, kind: PermitKind) -> None:
    page = uploaded(issuer, kind, staff(row(1), row(2, name="X")))
    TaskRunner().run_all()
    issuer.post(f"{page}decide/", {"act": "discard"})
    TaskRunner().run_all()
    assert Import.objects.get().state == ImportState.DISCARDED
    assert Permit.with_staged.count() == 0
    issuer.post(f"{page}decide/", {"act": "take"})
    assert "This was decided already." in text_of(issuer.get(page))
    assert issuer.post(f"{page}decide/", {"act": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "This is neither a CSV nor an XLSX file."),
        (
            "Họ và tên;Nơi đi\na;b".encode(),
            "These columns are missing: Personal number, Birth date",
        ),
        (b"x" * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB. Divide it."),
    ],
)
def test_a_wrong_file_is_told_at_its_field(
    issuer: Client, kind: PermitKind, content: bytes, says: str
) -> None:
    response = send(issuer, kind, content)
    assert response.status_code == 400
    assert f"File: {says}" in text_of(response)
    assert 'value="Cty Mẫu"' in response.content.decode()
    assert Import.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"kind": ""}, "Choose the kind of permit."),
        ({"company": " "}, "Fill in the company."),
        ({"valid_until": "2026-11-23T00:00"}, "The end lies in the past."),
        (
            {"valid_from": "2026-11-27T00:00", "valid_until": "2026-11-26T00:00"},
            "before the beginning",
        ),
        (
            {"valid_from": "2026-11-24T10:00", "valid_until": "2026-11-27T10:01"},
            "Permits of this kind are valid for 72 hours: until 27/11/2026 10:00.",
        ),
        ({"valid_from": "x"}, "This is not a time."),
    ],
)
def test_each_wrong_choice_is_told(
    issuer: Client, kind: PermitKind, typed: dict[str, Any], says: str
) -> None:
    response = send(issuer, kind, **typed)
    assert response.status_code == 400
    assert says in text_of(response)


def test_a_wrong_file_is_told_beside_a_wrong_choice(issuer: Client, kind: PermitKind) -> None:
    shown = text_of(send(issuer, kind, b"%PDF-1.7", company=""))
    assert "Company: Fill in the company." in shown
    assert "File: This is neither a CSV nor an XLSX file." in shown


def test_the_longest_validity_is_taken(issuer: Client, kind: PermitKind) -> None:
    typed: dict[str, Any] = {"valid_from": "2026-11-24T10:00", "valid_until": "2026-11-27T10:00"}
    assert send(issuer, kind, **typed).status_code == 302


def test_many_bad_cells_come_page_by_page(issuer: Client, kind: PermitKind) -> None:
    page = uploaded(issuer, kind, staff(*(row(n, name="X") for n in range(51))))
    TaskRunner().run_all()
    first, second = (text_of(issuer.get(f"{page}?page={n}")) for n in (1, 2))
    assert "Row 51 Full name" in first
    assert "Row 52 Full name" not in first
    assert "Page 1 of 2" in first
    assert "Row 52 Full name" in second
    assert "No row is good" in second
    for odd in ("0", "99", "x", "9" * 99):
        assert issuer.get(f"{page}?page={odd}").status_code == 200


def test_mended_cells_are_told_apart(issuer: Client, kind: PermitKind) -> None:
    page = uploaded(issuer, kind, staff(row(1).replace(";0912", ";912")))
    TaskRunner().run_all()
    assert "Mended cells 1" in text_of(issuer.get(page))
    assert "•••678 The spreadsheet has dropped" in text_of(issuer.get(f"{page}?notices=1"))


@pytest.mark.parametrize("subject", ["staff", "watchlist"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_is_taken_as_it_is(issuer: Client, subject: str, language: str) -> None:
    issuer.cookies["django_language"] = language
    content = issuer.get(f"/desk/imports/template/{subject}.csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    path = "/desk/watchlist/import/" if subject == "watchlist" else "/desk/imports/new/"
    response = issuer.post(path, {"file": SimpleUploadedFile("t.csv", content)})
    form = response.context and response.context["form"]
    assert not form or "file" not in form.errors


def test_the_workbook_explains_its_columns_and_keeps_zeros(issuer: Client, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(issuer.get("/desk/imports/template/staff.xlsx").content)
    rows, explanations = load_workbook(path).worksheets
    assert [cell.value for cell in rows[1]][:3] == ["Full name", "Personal number", "Birth date"]
    assert rows.column_dimensions["B"].number_format == "@"
    assert explanations.max_row == 11


def test_what_is_no_template_is_not_found(issuer: Client) -> None:
    for name in ("staff.doc", "other.csv"):
        assert issuer.get(f"/desk/imports/template/{name}").status_code == 404


def test_a_watchlist_by_file(issuer: Client) -> None:
    content = "Số định danh;Mức;Từ\n000190012345;F0;\n000190012346;F9;\n".encode()
    response = issuer.post(
        "/desk/watchlist/import/", {"source": "CDC", "file": SimpleUploadedFile("l.csv", content)}
    )
    page = response["Location"]
    TaskRunner().run_all()
    shown = text_of(issuer.get(page))
    assert "1 entry is new. The bad rows are left out." in shown
    assert "Row 2 ••••2345 · F0 (infected)" in shown
    assert "Row 3 Level F9 Write F0, F1, quarantine or wanted." in shown
    issuer.post(f"{page}decide/", {"act": "take"})
    TaskRunner().run_all()
    assert "New entries 1" in text_of(issuer.get(page))
    assert WatchlistEntry.objects.get().source == "CDC"
    assert issuer.get(f"{page}result.csv").status_code == 404


def test_an_import_whose_files_are_gone_says_so(
    issuer: Client, kind: PermitKind, clock: Clock
) -> None:
    page = uploaded(issuer, kind)
    TaskRunner().run_all()
    issuer.post(f"{page}decide/", {"act": "take"})
    TaskRunner().run_all()
    Import.objects.update(folder="", link_secret=b"")
    assert "kept no longer" in text_of(issuer.get(page))
    assert issuer.get(f"{page}result.csv").status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR, None])
def test_imports_are_for_the_desk(client: Client, kind: PermitKind, role: Role | None) -> None:
    if role:
        user = User.objects.create_user("somebody")
        user.groups.set(Group.objects.filter(name=role.value))
        client.force_login(user, backend="permits.roles.RoleBackend")
    expected = 403 if role else 302
    assert send(client, kind).status_code == expected
    for path in ("", "progress/", "result.csv", "result.xlsx", "codes-1.zip", "cards-1.pdf"):
        assert client.get(f"/desk/imports/1/{path}").status_code == expected
    assert client.post("/desk/imports/1/decide/", {"act": "take"}).status_code == expected
    assert Import.objects.count() == 0


def test_pages_of_an_import_whose_folder_is_not_there(issuer: Client, kind: PermitKind) -> None:
    page = uploaded(issuer, kind)
    TaskRunner().run_all()
    files.remove(Import.objects.get().folder)
    assert "Waits for your decision" in text_of(issuer.get(page))
    issuer.post(f"{page}decide/", {"act": "discard"})
    assert "Discarded" in text_of(issuer.get(page))
