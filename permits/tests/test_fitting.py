"""Text into a box: nothing is lost, nothing is wider than its line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.printing.fitting import DoesNotFit, Part, Text, fit, height, lay_out


def one_each(text: str) -> float:
    """A type in which every character is as wide as the type is high."""
    return float(len(text))


@pytest.mark.parametrize(
    ("room", "lines"),
    [
        (11, ["Đỗ Hữu Khôi"]),
        (10, ["Đỗ Hữu", "Khôi"]),
        (5, ["Đỗ", "Hữu", "Khôi"]),
        (2, ["Đỗ", "Hữ", "u", "Kh", "ôi"]),
    ],
)
def test_a_line_breaks_between_words_and_in_them_only_where_a_word_is_too_wide(
    room: float, lines: list[str]
) -> None:
    assert Text("Đỗ  Hữu Khôi", one_each).lines(size=1, room=room) == lines
    assert Text("Đỗ  Hữu Khôi", one_each).lines(size=3, room=room * 3) == lines


def test_accents_are_joined_to_their_letters() -> None:
    apart = unicodedata.normalize("NFD", "Tuyết")
    assert len(apart) == 7

    assert Text(apart, one_each).lines(size=1, room=5) == ["Tuyết"]


@given(st.text("abc Đ", max_size=60), st.integers(1, 20))
def test_no_character_is_lost_and_no_line_is_too_wide(text: str, room: int) -> None:
    lines = Text(text, one_each).lines(size=1, room=room)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(0 < len(line) <= room for line in lines)


def test_a_value_stands_beside_its_label_and_the_next_part_below_the_longer_of_them() -> None:
    parts = [
        Part(Text("one two", one_each), Text("a", one_each)),
        Part(Text("three", one_each), Text("b", one_each)),
    ]
    lines = lay_out(parts, size=1, width=9, label_width=4)

    assert [(line.text, line.x, round(line.y, 2)) for line in lines] == [
        ("a", 0, 1),
        ("one", 4, 1),
        ("two", 4, 2.25),
        ("b", 0, 3.65),
        ("three", 4, 3.65),
    ]


def test_the_first_size_is_taken_that_fits() -> None:
    parts = [Part(Text("aaaa bbbb", one_each))]

    def size_in(room: float) -> float:
        return fit(parts, sizes=(4, 2, 1), width=16, room=room, labels=0)[0].size

    two_lines = height(lay_out(parts, size=2, width=16, label_width=0))
    assert size_in(100) == 4
    assert size_in(two_lines) == 2
    assert size_in(two_lines - 0.1) == 1
    with pytest.raises(DoesNotFit):
        size_in(1.2)
