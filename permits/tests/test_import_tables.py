"""Files of many rows: every spelling of CSV, XLSX, and what is refused before it is stored."""

import io
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from permits.imports import delimited, limits, table
from permits.imports.headings import match, plain
from permits.imports.table import BadFile, Cell, FileFault, Row

HEADER = ["Họ và tên", "Biển số"]
ROW = ["Nguyễn Thị Hồng Nhung", "99A-123.45"]
KNOWN = {"ho va ten", "bien so", "ghi chu"}


def rows_of(content: bytes) -> list[list[Cell]]:
    found = table.read(content, KNOWN)
    return [list(found.header), *(list(row.cells) for row in found.rows)]


def fault_of(content: bytes) -> FileFault:
    with pytest.raises(BadFile) as refused:
        rows_of(content)
    return refused.value.fault


def workbook(*rows: Sequence[Cell], change: Callable[[Workbook], None] | None = None) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv_of(separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in (HEADER, ROW)) + "\r\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_of_any_separator_and_character_set(separator: str, encoding: str) -> None:
    assert rows_of(csv_of(separator).encode(encoding)) == [HEADER, ROW]


def test_windows_1258_as_old_excel_writes_it() -> None:
    # It has the tone marks apart from the letters.
    text = "Họ và tên;Ghi chú\r\nHà Nô\u0323i;"
    content = text.replace("ọ", "o\u0323").encode("cp1258")
    header, row = rows_of(content)
    assert plain(str(header[0])) == "ho va ten"
    assert row == ["Hà Nô\u0323i"]


def test_excel_may_say_its_separator() -> None:
    assert rows_of(b"sep=;\r\n" + csv_of(";").encode()) == [HEADER, ROW]


def test_a_separator_within_quotes_is_text() -> None:
    content = 'Họ và tên;Ghi chú\n"Mẫu; Thị";"a, b, c, d"\n'.encode()
    assert rows_of(content)[1] == ["Mẫu; Thị", "a, b, c, d"]


def test_a_line_break_within_a_cell_and_empty_rows_do_not_shift_the_numbers() -> None:
    content = 'Họ và tên,Ghi chú\n"a\nb",1\n\n,\nc,2\n'.encode()
    found = table.read(content, KNOWN)
    assert list(found.rows) == [Row(2, ["a\nb", "1"]), Row(5, ["c", "2"])]


def test_xlsx_has_texts_numbers_and_dates() -> None:
    born = datetime(1990, 5, 17)  # noqa: DTZ001 as a spreadsheet has it
    content = workbook(["Họ và tên", "Số", "Ngày"], ["Nguyễn", 190012345, born], [None, 0.5, None])
    assert rows_of(content)[1:] == [["Nguyễn", 190012345, born], [None, 0.5]]


def test_a_formula_is_not_computed() -> None:
    assert rows_of(workbook(["Họ và tên"], ["=1+1"]))[1] == ["=1+1"]


def test_an_empty_sheet_before_the_first_row_is_skipped_and_rows_keep_their_numbers() -> None:
    found = table.read(workbook([None], HEADER, [None], ROW), KNOWN)
    assert list(found.header) == HEADER
    assert list(found.rows) == [Row(4, ROW)]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"\xef\xbb\xbf \r\n", FileFault.EMPTY),
        (b"%PDF-1.7 ...", FileFault.WRONG_TYPE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileFault.OLD_EXCEL),
        (b"\x89PNG\r\n\x1a\n\x00\x00", FileFault.WRONG_TYPE),
        (b"PK\x03\x04 cut off", FileFault.DAMAGED),
        (b"a\xff\xd2b,\x8a", FileFault.NOT_TEXT),
    ],
)
def test_what_is_neither_csv_nor_xlsx_is_refused(content: bytes, fault: FileFault) -> None:
    assert fault_of(content) is fault


def zip_of(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def test_another_zip_file_is_refused() -> None:
    assert fault_of(zip_of(**{"word/document.xml": b"<x/>"})) is FileFault.WRONG_TYPE


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = {"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(limits.MOST_UNPACKED_BYTES)}
    assert fault_of(zip_of(**bomb)) is not FileFault.SWELLS
    bomb["xl/workbook.xml"] = b"."
    content = zip_of(**bomb)
    assert len(content) < 1 << 20
    assert fault_of(content) is FileFault.SWELLS


def test_entities_that_swell_are_refused() -> None:
    content = io.BytesIO(workbook(HEADER, ROW))
    changed = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + text
            new.writestr(part.filename, text)
    assert fault_of(changed.getvalue()) is FileFault.DAMAGED


def test_a_workbook_that_is_cut_off_is_refused() -> None:
    assert fault_of(workbook(HEADER, ROW)[:-200]) is FileFault.DAMAGED


def test_a_file_may_have_just_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv_of().encode()
    monkeypatch.setattr(limits, "MOST_BYTES", len(content))
    assert rows_of(content) == [HEADER, ROW]
    monkeypatch.setattr(limits, "MOST_BYTES", len(content) - 1)
    assert fault_of(content) is FileFault.TOO_LARGE


@pytest.mark.parametrize(
    "make", [lambda n: b"a\n" + b"b\n" * n, lambda n: workbook(["a"], *[["b"]] * n)]
)
def test_a_file_may_have_just_so_many_rows(
    make: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 3)
    assert len(rows_of(make(3))) == 4
    assert fault_of(make(4)) is FileFault.TOO_MANY_ROWS


def test_empty_rows_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_LINES", 5)
    assert len(rows_of(b"a\n\n\n\nb\n")) == 2
    assert fault_of(b"a\n\n\n\n\n\n\n\nb\n") is FileFault.TOO_MANY_ROWS


@pytest.mark.parametrize("make", [lambda row: ",".join(row).encode(), workbook])
def test_a_file_may_have_just_so_many_columns(make: Callable[[list[str]], bytes]) -> None:
    assert len(rows_of(make(["x"] * limits.MOST_COLUMNS))[0]) == limits.MOST_COLUMNS
    assert fault_of(make(["x"] * (limits.MOST_COLUMNS + 1))) is FileFault.TOO_MANY_COLUMNS


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf"]), min_size=1, max_size=20
).filter(lambda text: text.strip() == text)


@given(st.lists(CELLS, min_size=1, max_size=5), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_what_is_written_is_read(cells: list[str], encoding: str) -> None:
    line = ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells)
    header = ",".join(f"c{place}" for place in range(len(cells)))
    assert rows_of(f"{header}\n{line}\n".encode(encoding))[1] == cells


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xff\xfe"):
        with suppress(BadFile):
            rows_of(start + content)


def test_headings_are_known_in_any_spelling_and_order() -> None:
    names = {"full_name": ["Họ và tên", "Full name"], "plate": ["Biển số"]}
    found = match(["STT", "BIEN SO (neu co)", "", "full  NAME*", "Phòng ban"], names, ["full_name"])
    assert found.places == {"plate": 1, "full_name": 3}
    assert found.unknown == ("Phòng ban",)


def test_a_missing_and_a_double_column_are_named() -> None:
    names = {"full_name": ["Họ và tên", "Full name"], "plate": ["Biển số"]}
    with pytest.raises(BadFile) as refused:
        match(["Họ tên", "Biển số"], names, ["full_name"])
    assert (refused.value.fault, refused.value.names) == (
        FileFault.MISSING_COLUMNS,
        ("full_name",),
    )
    with pytest.raises(BadFile) as refused:
        match(["Họ và tên", "Full name"], names, ["full_name"])
    assert (refused.value.fault, refused.value.names) == (
        FileFault.SAME_COLUMN_TWICE,
        ("full_name",),
    )


def test_decoding_leaves_accents_as_they_are() -> None:
    assert delimited.decode("Đặng Thuỳ Trâm".encode()) == "Đặng Thuỳ Trâm"
    assert plain("Đặng  Thuỳ-Trâm") == "dang thuy tram"
    assert date(1990, 5, 17) == rows_of(workbook(["a"], [date(1990, 5, 17)]))[1][0].date()  # type: ignore[union-attr]
