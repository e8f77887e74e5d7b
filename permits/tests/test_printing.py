"""Permits on paper: what a camera reads from the print, and what a person does."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from django.utils import translation
from PIL import Image

from permits import printing
from permits.printing import PrintedPermit
from permits.tests.paper import CODE, LONGEST, PERMIT, photographed, pictures

Draw = Callable[[PrintedPermit], bytes]
PAPERS: dict[str, Draw] = {
    "a6": printing.a6,
    "a4": printing.a4,
    "card": lambda permit: printing.cards([permit]),
}
every_paper = pytest.mark.parametrize("draw", PAPERS.values(), ids=PAPERS)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def texts(content: bytes) -> list[str]:
    """The text of each page, its lines joined."""
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def codes(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@every_paper
@pytest.mark.parametrize("permit", [PERMIT, LONGEST], ids=["usual", "longest"])
def test_a_camera_reads_the_print(draw: Draw, permit: PrintedPermit) -> None:
    [paper] = pictures(draw(permit))

    assert codes(paper) == [CODE]
    assert codes(photographed(paper)) == [CODE]


@every_paper
def test_the_paper_says_all_that_an_officer_asks(draw: Draw) -> None:
    [text] = texts(draw(PERMIT))

    for said in (
        "0A1B2-C3D4E",
        "Nguyễn Thị Ánh Tuyết",
        "Goods transport / Vận chuyển hàng hóa",
        "24 November 2026, 09:30",
        "27 November 2026, 09:30",
        "Tràng Tiền, Hoàn Kiếm, Hà Nội",
        "Phú Minh, Phú Xuyên, Hà Nội",
        "99A12345",
        "Đỗ Hữu Khôi, Lê Thị Mẫu",
        "Vùng đỏ; Vùng 2",
        "Direction Out",
        "05:00 – 20:30",
        "Monday, Sunday",
        "Trips One",
    ):
        assert said in text


@every_paper
def test_what_is_not_set_is_not_mentioned(draw: Draw) -> None:
    plain = replace(
        PERMIT, plate="", direction="", hours=None, days=(), zones=(), one_trip=False, companions=()
    )
    [text] = texts(draw(plain))

    for label in ("Plate", "Direction", "Hours", "Days", "Zones", "Trips", "Companions"):
        assert label not in text


@every_paper
def test_in_vietnamese_the_kind_stands_there_once(draw: Draw) -> None:
    with translation.override("vi"):
        [text] = texts(draw(replace(PERMIT, kind_name=PERMIT.kind_name_vi)))

    assert text.count("Vận chuyển hàng hóa") == 1
    assert "09:30 24/11/2026" in text
    assert "Biển số xe 99A12345" in text


@every_paper
@pytest.mark.parametrize(
    "name",
    [
        "Đỗ Hữu Khôi",
        "ẰẲẴẮẶ ẦẨẪẤẬ ỀỂỄẾỆ ỒỔỖỐỘ ỜỞỠỚỢ",
        "ằẳẵắặ ầẩẫấậ ềểễếệ ồổỗốộ",
        "ờởỡớợ ừửữứự ỳỷỹýỵ đăâêôơư",
    ],
)
def test_a_name_keeps_its_diacritics(draw: Draw, name: str) -> None:
    [text] = texts(draw(replace(PERMIT, full_name=name)))

    assert name in text


@pytest.mark.parametrize(
    ("paper", "last_companion", "last_zone"),
    [
        ("a4", "Nguyễn Thị Ánh Tuyết Số 30", "Vùng số 40"),
        ("a6", "and 29 more", "and 39 more"),
        ("card", "and 29 more", "and 39 more"),
    ],
)
def test_the_longest_texts_are_whole_and_long_lists_say_what_they_leave_out(
    paper: str, last_companion: str, last_zone: str
) -> None:
    [text] = texts(PAPERS[paper](LONGEST))

    joined = text.replace(" ", "")
    assert LONGEST.full_name in text
    for whole in (LONGEST.kind_name, LONGEST.kind_name_vi, LONGEST.origin, LONGEST.destination):
        assert whole in joined
    assert "Nguyễn Thị Ánh Tuyết Số 1" in text
    assert last_companion in text
    assert last_zone in text


@every_paper
def test_nothing_is_printed_over_another_or_beyond_the_paper(draw: Draw) -> None:
    for permit in (PERMIT, LONGEST):
        with pypdfium2.PdfDocument(draw(permit)) as document:
            page = document[0]
            width, height = page.get_size()
            text = page.get_textpage()
            boxes = [text.get_rect(number) for number in range(text.count_rects())]
        for left, bottom, right, top in boxes:
            assert 0 <= left < right <= width
            assert 0 <= bottom < top <= height
        overlapping = [
            (one, other)
            for number, one in enumerate(boxes)
            for other in boxes[number + 1 :]
            if min(one[2], other[2]) - max(one[0], other[0]) > 1
            and min(one[3], other[3]) - max(one[1], other[1]) > 1
        ]
        assert overlapping == []


def test_the_papers_have_their_sizes() -> None:
    sizes = []
    for draw in PAPERS.values():
        with pypdfium2.PdfDocument(draw(PERMIT)) as document:
            sizes.append([round(length / 72 * 25.4) for length in document[0].get_size()])

    assert sizes == [[105, 148], [210, 297], [210, 297]]


def staff(count: int) -> Iterator[PrintedPermit]:
    for number in range(count):
        yield replace(PERMIT, code=f"CP1:{number:05d}{CODE[9:]}", full_name=f"Lê Mẫu {number}")


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (8, 1), (9, 2), (17, 3)])
def test_eight_cards_stand_on_a_sheet(count: int, pages: int) -> None:
    sheets = pictures(printing.cards(staff(count)))

    assert len(sheets) == pages
    found = [code for sheet in sheets for code in codes(sheet)]
    assert sorted(found) == [permit.code for permit in staff(count)]


def test_each_card_has_its_own_person_beside_the_code() -> None:
    [sheet] = texts(printing.cards(staff(8)))

    assert [sheet.count(f"Lê Mẫu {number}") for number in range(8)] == [1] * 8


def test_the_fonts_are_in_the_file_and_of_them_only_what_is_used() -> None:
    content = printing.a4(PERMIT)

    assert b"DejaVuSansCondensed" in content
    assert b"/FontFile2" in content
    assert len(content) < 60_000  # the two fonts are 1.3 MB
