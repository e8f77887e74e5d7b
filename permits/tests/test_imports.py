"""From a file to permits: all or none, once, and by whom; whatever dies in between."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from permits import personal_data, selectors, worker
from permits.imports import files, issuing, results, uploading
from permits.imports.cells import CellFault
from permits.imports.table import BadFile, FileFault
from permits.imports.uploading import StaffOrder
from permits.models import (
    Approval,
    Holder,
    Import,
    ImportedRow,
    ImportState,
    Permit,
    PermitKind,
    WatchlistEntry,
    Zone,
)
from permits.resealing import reseal
from permits.retention import kinds
from permits.secret_files import random_key
from permits.services import NotAllowedNow, revoke
from permits.tests.conftest import Clock
from permits.tests.typed import NOW
from permits.worker import TaskRunner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_keys")]
HEADER = "Họ và tên;Số định danh cá nhân;Ngày sinh;Điện thoại;Nơi đi;Nơi đến;Biển số xe"
NAMES = ("Nguyễn Thị Hồng Nhung", "Đặng Thuỳ Trâm", "Lê Thị Mẫu")


def row(number: int, name: str = "Nguyễn Thị Mẫu", plate: str = "") -> str:
    return f"{name};000190{number:06d};17/05/1990;0912345678;Hà Nội;Hải Phòng;{plate}"


def staff(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


THREE = staff(*(row(number, name) for number, name in enumerate(NAMES)))


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.IMPORTS_DIR = str(tmp_path / "imports")
    monkeypatch.setattr("permits.removal.time.sleep", lambda seconds: None)


@pytest.fixture
def issuer(db: None) -> User:
    return User.objects.create_user("issuer")


@pytest.fixture
def kind(db: None) -> PermitKind:
    return PermitKind.objects.create(number=91, name_vi="Sản xuất", name_en="Production")


Upload = Callable[..., Import]


@pytest.fixture
def upload(issuer: User, kind: PermitKind, clock: Clock) -> Upload:
    """A file, checked."""

    def upload(content: bytes = THREE, **order: Any) -> Import:
        terms: dict[str, Any] = {
            "kind": kind,
            "valid_from": NOW,
            "valid_until": NOW + timedelta(hours=48),
            "company": "Cty Mẫu",
            "purpose": "Đi làm",
            "note": "đợt 1",
        }
        batch = uploading.upload_staff(
            content, "C:\\ds.csv", StaffOrder(**(terms | order)), by=issuer, now=clock.now
        )
        TaskRunner().run_all()
        return Import.objects.get(pk=batch.pk)

    return upload


@pytest.fixture
def take(issuer: User, clock: Clock) -> Callable[[Import], Import]:
    def take(batch: Import) -> Import:
        issuing.take(batch, by=issuer, now=clock.now)
        TaskRunner().run_all()
        return Import.objects.get(pk=batch.pk)

    return take


Take = Callable[[Import], Import]


def counted(batch: Import) -> tuple[str, int, int, int, int]:
    return (batch.state, batch.rows, batch.good, batch.bad, batch.known)


def test_a_file_is_checked_and_nothing_is_issued(upload: Upload) -> None:
    batch = upload()
    assert counted(batch) == (ImportState.CHECKED, 3, 3, 0, 0)
    assert batch.file_name == "ds.csv"
    assert Permit.with_staged.count() == Holder.objects.count() == 0


def test_all_rows_become_permits(
    upload: Upload, take: Take, issuer: User, kind: PermitKind, clock: Clock
) -> None:
    kind.zones.set([Zone.objects.create(name_vi="Vùng 1", name_en="Zone 1")])
    batch = take(upload())
    assert (batch.state, batch.issued) == (ImportState.DONE, 3)
    permits = list(Permit.objects.order_by("id").select_related("holder"))
    assert [permit.holder.full_name for permit in permits] == list(NAMES)
    first = permits[0]
    assert (first.state, first.kind, first.valid_from) == (
        "approved",
        kind,
        NOW.replace(microsecond=0),
    )
    assert first.valid_until - first.valid_from == timedelta(hours=48)
    assert (first.purpose, first.origin, first.plate) == ("Đi làm", "Hà Nội", "")
    assert first.holder.personal_number == "000190000000"
    assert first.holder.phone == "0912345678"
    assert [zone.name_vi for zone in first.zones.all()] == ["Vùng 1"]
    [approval] = Approval.objects.filter(permit=first)
    assert (approval.issuer, approval.state, approval.note) == (
        issuer,
        "approved",
        "Cty Mẫu: đợt 1",
    )
    assert approval.decided_at == clock.now


def test_good_rows_are_taken_and_bad_ones_left_out(upload: Upload, take: Take) -> None:
    batch = upload(staff(row(1), row(2, name="X"), row(3)))
    assert counted(batch) == (ImportState.CHECKED, 3, 2, 1, 0)
    [fault] = files.line(batch.folder, files.FAULTS, 0, list[CellFault])
    assert (fault.row, fault.column, fault.code, fault.shown) == (3, "full_name", "no_name", "X")
    assert take(batch).issued == 2
    assert {p.holder.number_tail for p in Permit.objects.all()} == {"0001", "0003"}


def test_none_are_taken(upload: Upload, issuer: User, clock: Clock) -> None:
    batch = upload(staff(row(1), row(2, name="X")))
    issuing.discard(batch, by=issuer, now=clock.now)
    TaskRunner().run_all()
    batch.refresh_from_db()
    assert batch.state == ImportState.DISCARDED
    assert Permit.with_staged.count() == 0


def test_a_decision_stands(upload: Upload, issuer: User, clock: Clock) -> None:
    batch = upload()
    issuing.discard(batch, by=issuer, now=clock.now)
    for again in (issuing.take, issuing.discard):
        with pytest.raises(NotAllowedNow):
            again(batch, by=issuer, now=clock.now)


def test_a_kind_that_is_offered_no_longer_is_not_issued(
    upload: Upload, issuer: User, kind: PermitKind, clock: Clock
) -> None:
    batch = upload()
    kind.is_offered = False
    kind.save()
    batch.refresh_from_db()
    with pytest.raises(NotAllowedNow, match="not_offered"):
        issuing.take(Import.objects.select_related("kind").get(), by=issuer, now=clock.now)
    assert Import.objects.get().state == ImportState.CHECKED


def test_a_row_twice_in_a_file_is_told_with_both_rows(upload: Upload) -> None:
    batch = upload(staff(row(1), row(2), row(1), row(1, plate="99A-123.45")))
    assert counted(batch) == (ImportState.CHECKED, 4, 3, 1, 0)
    [fault] = files.line(batch.folder, files.FAULTS, 0, list[CellFault])
    assert (fault.row, fault.code, fault.params, fault.shown) == (
        4,
        "double",
        {"first": 2},
        "••••0001",
    )


def test_the_same_file_twice_makes_no_second_permit(upload: Upload, take: Take) -> None:
    first = take(upload())
    again = upload(staff(row(9), *(row(n, name) for n, name in enumerate(NAMES))))
    assert counted(again) == (ImportState.CHECKED, 4, 4, 0, 3)
    again = take(again)
    assert (again.state, again.issued) == (ImportState.DONE, 1)
    assert Permit.objects.count() == 4
    old = {one.permit.serial for one in results.result_rows(first)}
    there = {one.permit.serial for one in results.result_rows(again) if one.was_there}
    assert there == old
    assert [one.was_there for one in results.result_rows(again)] == [False, True, True, True]


def test_another_time_another_kind_or_another_plate_is_another_permit(
    upload: Upload, take: Take, kind: PermitKind
) -> None:
    other = PermitKind.objects.create(number=92, name_vi="Khác", name_en="Other")
    take(upload(staff(row(1))))
    for content, order in (
        (staff(row(1)), {"valid_until": NOW + timedelta(hours=49)}),
        (staff(row(1)), {"kind": other}),
        (staff(row(1, plate="99A-123.45")), {}),
    ):
        assert take(upload(content, **order)).issued == 1
    assert take(upload(staff(row(1, plate="99a 12345")))).issued == 0
    assert Permit.objects.count() == 4
    assert Holder.objects.count() == 1


def test_what_two_files_have_in_common_is_issued_once(
    upload: Upload, issuer: User, clock: Clock
) -> None:
    one, other = upload(), upload(staff(row(0, NAMES[0]), row(7)))
    issuing.take(one, by=issuer, now=clock.now)
    issuing.take(other, by=issuer, now=clock.now)
    for _ in range(5):
        TaskRunner().run_all()
        clock.now += issuing.WAIT_FOR_ANOTHER
    assert sorted(Import.objects.values_list("state", "issued")) == [("done", 1), ("done", 3)]
    assert Permit.objects.count() == 4


# --- Dying half-way -------------------------------------------------------------------------------


@pytest.fixture
def _chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permits.imports.checking.CHUNK", 2)


FIVE = staff(*(row(number) for number in range(5)))


class Killed(BaseException):
    """As SIGKILL: nothing that the worker would do afterwards is done."""


@pytest.mark.usefixtures("_chunks_of_two")
@pytest.mark.parametrize("chunk", [0, 1, 2, 3])
def test_an_import_whose_worker_is_killed_shows_nothing_and_then_everything(
    upload: Upload, issuer: User, clock: Clock, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    batch = upload(FIVE)
    assert batch.chunks == 3
    issuing.take(batch, by=issuer, now=clock.now)
    real = Import.objects.select_related
    dies_at = [chunk]

    def dying(*fields: str) -> Any:
        if dies_at and Import.objects.get(pk=batch.pk).chunks_done == dies_at[0]:
            dies_at.clear()
            raise Killed
        return real(*fields)

    monkeypatch.setattr(Import.objects, "select_related", dying)
    with pytest.raises(Killed):
        TaskRunner().run_all()
    assert Permit.objects.count() == 0
    assert Permit.with_staged.count() == min(2 * chunk, 5)
    assert not selectors.permits_of_person("000190000000").exists()
    assert sum(1 for _ in results.result_rows(batch)) == min(2 * chunk, 5)
    clock.now += timedelta(minutes=2)
    assert worker.take_up_what_the_dead_left() == 1
    TaskRunner().run_all()
    assert Permit.objects.count() == Permit.with_staged.count() == 5
    assert Import.objects.get(pk=batch.pk).state == ImportState.DONE


@pytest.mark.usefixtures("_chunks_of_two")
def test_a_chunk_that_fails_for_good_takes_everything_back(
    upload: Upload, issuer: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = upload(FIVE)
    before = Holder.objects.count()
    issuing.take(batch, by=issuer, now=clock.now)
    real = issuing._staging

    def failing(batch: Import, new: Any, now: datetime) -> Any:
        if batch.chunks_done == 2:
            raise DatabaseError
        return real(batch, new, now)

    monkeypatch.setattr(issuing, "_staging", failing)
    for _ in range(5):
        TaskRunner().run_all()
        assert Permit.objects.count() == 0
        clock.now += timedelta(hours=1)
    assert Import.objects.get(pk=batch.pk).state == ImportState.FAILED
    assert Permit.with_staged.count() == ImportedRow.objects.count() == 0
    assert Holder.objects.count() >= before
    monkeypatch.setattr(issuing, "_staging", real)
    again = upload(FIVE)
    assert again.known == 0
    issuing.take(again, by=issuer, now=clock.now)
    TaskRunner().run_all()
    assert Permit.objects.count() == 5


@pytest.mark.usefixtures("_chunks_of_two")
def test_a_chunk_that_is_done_twice_is_there_once(
    upload: Upload, issuer: User, clock: Clock
) -> None:
    batch = upload(FIVE)
    issuing.take(batch, by=issuer, now=clock.now)
    issuing.issue_chunk.func(batch.pk, 0)
    issuing.issue_chunk.func(batch.pk, 0)
    assert Permit.with_staged.count() == 2
    TaskRunner().run_all()
    assert Permit.objects.count() == 5


def test_a_check_that_is_done_again_counts_once(upload: Upload) -> None:
    batch = upload(staff(row(1), row(2, name="X")))
    Import.objects.filter(pk=batch.pk).update(state=ImportState.CHECKING)
    from permits.imports.checking import check

    check.func(batch.pk)
    batch.refresh_from_db()
    assert (*counted(batch), batch.faults) == (ImportState.CHECKED, 2, 1, 1, 0, 1)


# --- Refusals -------------------------------------------------------------------------------------


def test_a_wrong_file_is_refused_before_it_is_stored(upload: Upload, settings: Settings) -> None:
    with pytest.raises(BadFile) as refused:
        upload("Họ và tên;Biển số\na;b".encode())
    assert refused.value.fault is FileFault.MISSING_COLUMNS
    assert Import.objects.count() == 0
    assert not Path(settings.IMPORTS_DIR).exists()


def test_what_only_the_check_finds_refuses_the_file_and_removes_it(
    upload: Upload, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permits.imports.limits.MOST_ROWS", 2)
    batch = upload()
    assert (batch.state, batch.file_fault, batch.folder) == (
        ImportState.REFUSED,
        "too_many_rows",
        "",
    )
    assert list(Path(settings.IMPORTS_DIR).iterdir()) == []


def test_a_header_alone_is_refused(upload: Upload) -> None:
    assert upload(HEADER.encode()).file_fault == "no_rows"


def test_columns_that_nobody_reads_are_told(upload: Upload) -> None:
    assert upload(f"{HEADER};Phòng ban\n{row(1)};Kế toán".encode()).columns == ["Phòng ban"]


# --- What is kept ---------------------------------------------------------------------------------


def test_files_and_queue_say_nothing_of_a_person(
    upload: Upload, take: Take, settings: Settings
) -> None:
    take(upload())
    kept = [path for path in Path(settings.IMPORTS_DIR).rglob("*") if path.is_file()]
    assert len(kept) == 4
    for path in kept:
        assert path.stat().st_mode & 0o777 == 0o600
        assert b"000190" not in path.read_bytes()
        assert b"Nhung" not in path.read_bytes()
    rows = repr(list(DBTaskResult.objects.values()))
    assert "000190" not in rows
    assert "Nhung" not in rows


def prune(now: datetime) -> dict[str, int]:
    names = ("imported files", "stray imported files")
    return {kind.name: kind.remove() for kind in kinds(now) if kind.name in names}


def test_files_and_links_go_after_their_days_and_the_permits_stay(
    upload: Upload, take: Take, settings: Settings, clock: Clock
) -> None:
    batch = take(upload())
    assert prune(NOW + timedelta(days=30)) == {"imported files": 0, "stray imported files": 0}
    assert prune(NOW + timedelta(days=31)) == {"imported files": 1, "stray imported files": 0}
    batch.refresh_from_db()
    assert (batch.folder, bytes(batch.link_secret)) == ("", b"")
    assert list(Path(settings.IMPORTS_DIR).iterdir()) == []
    assert Permit.objects.count() == 3
    clock.now += timedelta(days=31)
    assert upload().known == 3


# --- Results --------------------------------------------------------------------------------------


def address_of(link: str) -> str:
    return f"https://checkpoint.example/permits/{link}/"


def test_the_result_has_serials_and_links_that_open_the_permit(upload: Upload, take: Take) -> None:
    batch = take(upload())
    text = results.as_csv(batch, address_of).decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text))
    assert len(header) == 6
    assert [line[1] for line in lines] == list(NAMES)
    for number, line in enumerate(lines):
        permit = selectors.permit_of_link(line[5].split("/")[-2])
        assert permit is not None
        assert line[:1] + line[2:4] == [str(number + 2), f"000{number}", permit.serial]
    assert results.as_csv(batch, address_of).decode("utf-8-sig") == text


def test_a_spreadsheet_computes_nothing_of_a_result(upload: Upload, take: Take) -> None:
    batch = take(upload(staff(row(1, name="+cmd Mẫu"), row(2, name="-1 Mẫu"))))
    for line, name in zip(
        list(csv.reader(io.StringIO(results.as_csv(batch, address_of).decode("utf-8-sig"))))[1:],
        ("'+cmd Mẫu", "'-1 Mẫu"),
        strict=True,
    ):
        assert line[1] == name
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(results.as_xlsx(batch, address_of)))
    assert [cell.data_type for cell in book.worksheets[0]["B"]] == ["s"] * 3


def test_pictures_are_named_by_row_serial_and_name(upload: Upload, take: Take) -> None:
    batch = take(upload())
    serials = [permit.serial for permit in Permit.objects.order_by("id")]
    with zipfile.ZipFile(io.BytesIO(results.pictures(batch, 1))) as archive:
        names = archive.namelist()
        assert archive.read(names[0]).startswith(b"\x89PNG")
    assert names == [
        f"{number + 2:05d} {serial} {unicodedata.normalize('NFC', name)}.png"
        for number, (serial, name) in enumerate(zip(serials, NAMES, strict=True))
    ]


def test_a_revoked_permit_has_no_picture(
    upload: Upload, take: Take, issuer: User, clock: Clock
) -> None:
    batch = take(upload())
    gone = Permit.objects.order_by("id")[1]
    revoke(gone.pk, issuer=issuer, now=clock.now)
    with zipfile.ZipFile(io.BytesIO(results.pictures(batch, 1))) as archive:
        assert [name.split()[0] for name in archive.namelist()] == ["00002", "00004"]
    assert results.cards(batch, 1).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("count", "parts"),
    [(0, []), (1, [(1, 1, 1)]), (500, [(1, 1, 500)]), (501, [(1, 1, 500), (2, 501, 501)])],
)
def test_parts(count: int, parts: list[tuple[int, int, int]]) -> None:
    assert results.parts(count, 500) == parts


# --- The watchlist --------------------------------------------------------------------------------

LIST = "Số định danh;Biển số;Mức;Từ;Đến;Ghi chú\n000190012345;;F0;;;x\n;99A-123.45;Truy nã;;;\n"


@pytest.fixture
def upload_list(issuer: User, clock: Clock) -> Callable[[str], Import]:
    def upload(text: str) -> Import:
        batch = uploading.upload_watchlist(
            text.encode(), "list.csv", source="CDC", by=issuer, now=clock.now
        )
        TaskRunner().run_all()
        return Import.objects.get(pk=batch.pk)

    return upload


def test_entries_count_once_all_are_there(
    upload_list: Callable[[str], Import], take: Take, clock: Clock
) -> None:
    batch = upload_list(LIST)
    assert counted(batch) == (ImportState.CHECKED, 2, 2, 0, 0)
    assert WatchlistEntry.with_staged.count() == 0
    assert take(batch).issued == 2
    person, car = WatchlistEntry.objects.order_by("id")
    assert personal_data.unseal(person.number_sealed) == "000190012345"
    assert (person.level, person.active_from, person.note) == ("f0", clock.now, "x")
    assert (car.plate, car.level, car.source, car.number_digest) == (
        "99A12345",
        "wanted",
        "CDC",
        "",
    )


def test_the_same_list_twice_adds_nothing(
    upload_list: Callable[[str], Import], take: Take, clock: Clock
) -> None:
    take(upload_list(LIST))
    clock.now += timedelta(days=1)
    again = upload_list(LIST)
    assert again.known == 2
    assert take(again).issued == 0
    assert WatchlistEntry.objects.count() == 2


def test_a_staged_entry_hits_nobody(
    upload_list: Callable[[str], Import], issuer: User, clock: Clock
) -> None:
    batch = upload_list(LIST)
    issuing.take(batch, by=issuer, now=clock.now)
    issuing.issue_chunk.func(batch.pk, 0)
    assert WatchlistEntry.with_staged.count() == 2
    assert WatchlistEntry.objects.count() == 0


def test_a_list_without_number_and_plate_is_refused(upload_list: Callable[[str], Import]) -> None:
    with pytest.raises(BadFile) as refused:
        upload_list("Mức\nF0\n")
    assert refused.value.names == ("personal_number", "plate")


# --- Other keys, other machines -------------------------------------------------------------------


def test_with_new_keys_everything_is_read_and_found(
    upload: Upload, take: Take, settings: Settings
) -> None:
    batch = take(upload(staff(row(1), row(2, name="X"))))
    before = results.as_csv(batch, address_of)
    settings.PERSONAL_DATA_KEYS = [random_key(), *settings.PERSONAL_DATA_KEYS]
    assert reseal() == 1 + 3  # the holder, the file, its rows and its faults
    assert reseal() == 0
    settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS[:1]
    batch.refresh_from_db()
    assert results.as_csv(batch, address_of) == before
    assert len(files.line(batch.folder, files.FAULTS, 0, list[CellFault])) == 1
    assert take(upload(staff(row(1)))).issued == 0


def test_a_file_that_is_gone_fails_its_import_and_nothing_else(
    upload: Upload, issuer: User, clock: Clock
) -> None:
    batch = upload()
    files.remove(batch.folder)
    issuing.take(batch, by=issuer, now=clock.now)
    for _ in range(6):
        TaskRunner().run_all()
        clock.now += timedelta(hours=1)
    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert Permit.with_staged.count() == 0
