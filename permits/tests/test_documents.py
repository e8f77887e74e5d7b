"""Papers: what they are their content says, and nobody reads them on the disk."""

import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from PIL import Image
from pytest_django import Settings

from permits import documents, services
from permits.documents import BadDocument, DocumentFault, NewDocument
from permits.models import Document, Permit
from permits.tests.test_services import DECLARATION
from permits.tests.typed import NOW

PDF = b"%PDF-1.7\n%%EOF"


def picture(form: str = "PNG", *, size: tuple[int, int] = (8, 8)) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", size, 200).save(buffer, form)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    settings.DOCUMENTS_DIR = folder
    return folder


@pytest.fixture
def permit(db: None) -> Permit:
    return services.declare(DECLARATION, now=NOW).permit


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PDF, "application/pdf"),
        (picture(), "image/png"),
        (picture("JPEG"), "image/jpeg"),
    ],
)
def test_the_content_says_what_a_file_is_whatever_its_name(
    content: bytes, content_type: str
) -> None:
    assert documents.examine("giấy.exe", content).content_type == content_type


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", DocumentFault.EMPTY),
        (b"x" * (documents.MAX_BYTES + 1), DocumentFault.TOO_LARGE),
        (b"<html><script>", DocumentFault.WRONG_TYPE),
        (picture("GIF"), DocumentFault.WRONG_TYPE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", DocumentFault.WRONG_TYPE),
        (picture(size=(400, 400))[:-20], DocumentFault.DAMAGED),
        (b" %PDF-1.7", DocumentFault.WRONG_TYPE),
    ],
)
def test_what_is_neither_pdf_nor_picture_is_refused(content: bytes, fault: DocumentFault) -> None:
    with pytest.raises(BadDocument) as refused:
        documents.examine("giấy.pdf", content)
    assert refused.value.fault is fault


def test_a_picture_of_too_many_pixels_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_PIXELS", 64)
    assert documents.examine("a.png", picture(size=(8, 8)))
    with pytest.raises(BadDocument):
        documents.examine("a.png", picture(size=(8, 9)))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Ảnh\\giấy.png", "giấy.png"),
        ("", "-"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_shown_and_leads_nowhere(name: str, kept: str) -> None:
    assert documents.examine(name, PDF).name == kept


def test_a_file_is_kept_sealed_and_comes_back_the_same(permit: Permit, folder: Path) -> None:
    documents.add(permit, [documents.examine("giấy.pdf", PDF)], now=NOW)
    document = permit.documents.get()
    [file] = folder.iterdir()
    assert (document.name, document.size, document.content_type) == (
        "giấy.pdf",
        len(PDF),
        "application/pdf",
    )
    assert file.name == document.file_name
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"PDF" not in file.read_bytes()
    assert documents.read(document) == PDF


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_removed_document_takes_its_file_along(folder: Path) -> None:
    permit = services.declare(DECLARATION, now=NOW, new_documents=[new(), new()]).permit
    first, second = permit.documents.all()
    with transaction.atomic():
        documents.remove(permit, [first.pk])
        assert len(list(folder.iterdir())) == 2  # the row may still come back
    assert [file.name for file in folder.iterdir()] == [second.file_name]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_document_of_another_permit_is_not_removed(folder: Path) -> None:
    own, other = (
        services.declare(DECLARATION, now=NOW, new_documents=[new()]).permit for _ in range(2)
    )
    with transaction.atomic():
        documents.remove(own, [other.documents.get().pk])
    assert len(list(folder.iterdir())) == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_file_whose_row_never_came_is_a_stray_an_hour_later(folder: Path) -> None:
    services.declare(DECLARATION, now=NOW, new_documents=[new()])
    with suppress(ConnectionError), transaction.atomic():
        services.declare(DECLARATION, now=NOW, new_documents=[new()])
        raise ConnectionError
    kept = Document.objects.get().file_name
    [stray] = [file for file in folder.iterdir() if file.name != kept]
    written = datetime.fromtimestamp(stray.stat().st_mtime, UTC)
    assert documents.strays(written + timedelta(minutes=59)) == []
    assert documents.strays(written + timedelta(minutes=61)) == [stray]


def new() -> NewDocument:
    return documents.examine("giấy.pdf", PDF)
