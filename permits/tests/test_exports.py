"""Tables to take away: opened again, failed half-way, and full of formulas."""

import csv
import io
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from django.http import Http404
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from permits.exports import (
    Column,
    Export,
    Format,
    Table,
    Value,
    answer,
    asked_for,
    in_chunks,
    paper,
    workbook,
)
from permits.exports.answer import Streamed
from permits.models import Zone

NOW = datetime(2021, 9, 14, 17, 30, tzinfo=UTC)  # half past midnight of the 15th in Hanoi
NOW_IN_HANOI = timezone.make_naive(NOW)  # as a spreadsheet has it
COLUMNS = [
    Column("Tên", width=20),
    Column("Số xe", Format.NUMBER),
    Column("Tỷ lệ", Format.SHARE),
    Column("Lúc", Format.MOMENT),
    Column("ms", Format.MILLISECONDS),
]
ROWS: list[Sequence[Value]] = [
    ["Ngã ba Cầu Giẽ", 1531, 0.1254, NOW, 42],
    ["=1+1", -3, None, None, None],
]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def breaks_after(count: int) -> Iterator[Sequence[Value]]:
    """So many rows, and then a fault whose text nobody may read."""
    for number in range(count):
        yield [f"row {number}", number, 0.5, NOW, 1]
    raise ConnectionError("the name of a person")


def an_export(rows: Any = ROWS, count: int | None = 2) -> Export:
    return Export("passages", "Lượt qua chốt", [Table("Acts", COLUMNS, rows, count)], ["14/09"])


def ask(ending: str, export: Export) -> HttpResponseBase:
    request = RequestFactory().get(f"/?export=acts.{ending}")
    asked = asked_for(request)
    assert asked is not None
    return answer(asked, {"acts": lambda: export}, now=NOW)


def content_of(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def csv_rows(export: Export) -> list[list[str]]:
    text = content_of(ask("csv", export)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_csv_says_what_it_shows_and_that_it_is_whole() -> None:
    response = ask("csv", an_export())
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="passages.csv"'
    assert (response["X-Rows"], response["Cache-Control"]) == ("2", "no-store")
    assert content_of(response).startswith(b"\xef\xbb\xbf")
    assert csv_rows(an_export()) == [
        ["Tên", "Số xe", "Tỷ lệ", "Lúc", "ms"],
        ["Ngã ba Cầu Giẽ", "1531", "12.5%", "2021-09-15 00:30:00", "42"],
        ["'=1+1", "-3", "", "", ""],
        ["# Lượt qua chốt"],
        ["# 14/09"],
        ["# COMPLETE: 2 rows, complete."],
    ]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_is_no_formula(evil: str) -> None:
    assert csv_rows(an_export([[evil, 1, 0, NOW, 1]], 1))[1][0] == f"'{evil}"
    content, _ending = workbook.write(an_export([[evil, 1, 0, NOW, 1]], 1))
    cell = load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
    assert (cell.data_type, cell.value[0]) == ("s", "'")


def test_several_tables_in_a_csv_have_their_titles() -> None:
    tables = [Table("First", COLUMNS[:1], [["a"]], 1), Table("Second", COLUMNS[:1], [], 0)]
    assert csv_rows(Export("day", "The day", tables)) == [
        ["# First"],
        ["Tên"],
        ["a"],
        [],
        ["# Second"],
        ["Tên"],
        ["# The day"],
        ["# COMPLETE: 1 rows, complete."],
    ]


def test_a_csv_that_fails_half_way_says_so_in_its_last_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rows = csv_rows(an_export(breaks_after(250), 400))
    assert len([row for row in rows if row[0].startswith("row ")]) == 250
    assert rows[-1] == ["# NOT COMPLETE: 250/400 rows, then it failed. Export it again."]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "person" not in caplog.records[0].getMessage()


def test_after_a_failure_no_other_table_is_begun() -> None:
    tables = [
        Table("First", COLUMNS, breaks_after(1), None),
        Table("Second", COLUMNS, breaks_after(1), None),
    ]
    rows = csv_rows(Export("day", "The day", tables))
    assert rows[-1] == ["# NOT COMPLETE: 1 rows, then it failed. Export it again."]
    assert "X-Rows" not in ask("csv", Export("day", "The day", tables))


def test_an_xlsx_has_numbers_and_moments_that_can_be_counted_with() -> None:
    response = ask("xlsx", an_export())
    assert (response["X-Export"], response["X-Rows"]) == ("complete", "2")
    sheet, about = load_workbook(io.BytesIO(content_of(response))).worksheets
    assert sheet.title == "Acts"
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Tên", "Số xe", "Tỷ lệ", "Lúc", "ms"],
        ["Ngã ba Cầu Giẽ", 1531, 0.1254, NOW_IN_HANOI, 42],
        ["'=1+1", -3, None, None, None],
    ]
    assert sheet["C2"].number_format == "0.0%"
    assert [cell.value for cell in about["A"]] == [
        "Lượt qua chốt",
        "14/09",
        "COMPLETE: 2 rows, complete.",
    ]


def test_an_xlsx_is_made_without_a_file_in_a_temporary_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", None)
    tables = [Table(f"Table {n}", COLUMNS, [*ROWS], 2) for n in range(3)]
    content, _ending = workbook.write(Export("day", "The day", tables))
    assert len(load_workbook(io.BytesIO(content)).worksheets) == 4


def test_titles_and_letters_that_a_workbook_does_not_take_are_left_out() -> None:
    table = Table("In/out: all [of] them? " * 3, COLUMNS[:1], [["a\x00b\x1fc"]], 1)
    content, _ending = workbook.write(Export("day", "x", [table]))
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["A2"].value == "abc"
    assert len(sheet.title) <= 31


def test_an_xlsx_that_fails_half_way_says_so_in_the_table_and_beside_it() -> None:
    response = ask("xlsx", an_export(breaks_after(3), 10))
    assert response["X-Export"] == "failed"
    sheet, about = load_workbook(io.BytesIO(content_of(response))).worksheets
    said = "NOT COMPLETE: 3/10 rows, then it failed. Export it again."
    assert (sheet["A4"].value, sheet["A5"].value) == ("row 2", said)
    assert about["A3"].value == said


def pdf_text(content: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(content) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def test_a_pdf_has_its_header_and_number_on_every_page() -> None:
    rows = [[f"Làn {n}", n, n / 1000, NOW, n] for n in range(150)]
    response = ask("pdf", an_export(rows, 150))
    assert response["X-Export"] == "complete"
    pages = pdf_text(content_of(response))
    assert len(pages) > 2
    for number, text in enumerate(pages[:-1], start=1):
        assert "Tên" in text
        assert f"page {number}" in text
    whole = "\n".join(pages)
    assert all(f"Làn {n}" in whole for n in range(150))
    assert "Lượt qua chốt" in pages[0]
    assert "COMPLETE: 150 rows, complete." in pages[-1]


def test_a_long_text_in_a_pdf_is_wrapped_and_not_cut() -> None:
    words = [f"chữ{n}" for n in range(3_000)]
    pages = pdf_text(paper.write(an_export([[" ".join(words), 1, 1, NOW, 1]], 1), now=NOW)[0])
    assert len(pages) > 1
    found = " ".join(pages).split()
    assert [word for word in words if word not in found] == []


def test_a_pdf_of_wide_tables_lies_across() -> None:
    wide = Table("Wide", [Column(str(n)) for n in range(7)], [], 0)
    for table, lies in ((wide, True), (Table("Narrow", COLUMNS, [], 0), False)):
        content, _ending = paper.write(Export("day", "x", [table]), now=NOW)
        with pypdfium2.PdfDocument(content) as pdf:
            width, height = pdf[0].get_size()
        assert (width > height) is lies
        assert "None." in pdf_text(content)[0]


def test_a_pdf_that_fails_half_way_says_so() -> None:
    response = ask("pdf", an_export(breaks_after(3), None))
    assert response["X-Export"] == "failed"
    assert "NOT COMPLETE: 3 rows, then it failed." in pdf_text(content_of(response))[-1]


@pytest.mark.parametrize("writer", ["xlsx", "pdf"])
def test_what_is_made_in_memory_is_bounded_and_says_so(
    monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    for module in (workbook, paper):
        monkeypatch.setattr(module, "MOST_ROWS", 2)
    row: list[Value] = ["a", 1, 1, NOW, 1]
    assert ask(writer, an_export([row] * 2, 2))["X-Export"] == "complete"
    response = ask(writer, an_export([row] * 3, 3))
    assert response["X-Export"] == "limited"
    content = content_of(response)
    if writer == "pdf":
        assert "NOT COMPLETE: 2/3 rows" in pdf_text(content)[-1]
    else:
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        assert str(sheet["A4"].value).startswith("NOT COMPLETE: 2/3 rows")


@pytest.mark.parametrize("asked", ["acts", "acts.exe", ".csv", "", "acts.csv.exe", "../acts"])
def test_nonsense_is_not_found(asked: str) -> None:
    with pytest.raises(Http404):
        asked_for(RequestFactory().get("/", {"export": asked}))


def test_a_table_that_the_page_has_not_is_not_found() -> None:
    asked = asked_for(RequestFactory().get("/?export=others.csv"))
    assert asked is not None
    with pytest.raises(Http404):
        answer(asked, {"acts": an_export}, now=NOW)
    assert asked_for(RequestFactory().get("/")) is None


async def test_an_asgi_server_sends_rows_before_the_last_is_read() -> None:
    """In the language of the request, though it was another's turn meanwhile."""
    read: list[int] = []

    def rows() -> Iterator[Sequence[Value]]:
        for number in range(1_000):
            read.append(number)
            yield ["a", number, 0, NOW, 1]

    with override("vi"):
        response = ask("csv", an_export(rows(), 1_000))
    assert isinstance(response, Streamed)
    sizes = []
    async for _chunk in response:
        sizes.append(len(read))
    assert sizes[:3] == [0, 199, 399]
    assert len(read) == 1_000


@pytest.mark.django_db
def test_rows_come_in_chunks_newest_first_and_none_twice(
    django_assert_num_queries: Any,
) -> None:
    zones = [Zone.objects.create(name_vi=str(n), name_en=str(n)) for n in range(5)]
    ours = Zone.objects.filter(pk__in=[zone.pk for zone in zones])
    with django_assert_num_queries(3):
        found = list(in_chunks(ours, chunk=2))
    assert found == zones[::-1]
    with django_assert_num_queries(1):
        assert list(in_chunks(ours.filter(name_vi="x"), chunk=2)) == []
