"""The ward that a line names, in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.tests.properties import whatever_it_takes
from permits.wards import key_of, key_of_line

KEY = "mau|hoan kiem|ha noi"


@pytest.mark.parametrize(
    "line",
    [
        "phường Mẫu, quận Hoàn Kiếm, Hà Nội",
        "Mẫu, Hoàn Kiếm, Hà Nội",
        "P. MẪU , Q.Hoàn Kiếm,  TP Hà Nội",
        "Số 3 ngõ 4, phuong mau, quan hoan kiem, thanh pho ha noi",
        "phường Mẫu,, quận Hoàn Kiếm, Hà Nội,",
    ],
)
def test_every_spelling_names_the_same_ward(line: str) -> None:
    assert key_of_line(line) == KEY
    assert key_of("Phường Mẫu", "Quận Hoàn Kiếm", "Hà Nội") == KEY


@pytest.mark.parametrize("line", ["", "Hà Nội", "quận Hoàn Kiếm, Hà Nội", ",,,"])
def test_a_line_that_names_no_ward_names_none(line: str) -> None:
    assert key_of_line(line) == ""


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Thị trấn Sóc Sơn", "soc son"),
        ("Thị xã Sơn Tây", "son tay"),
        ("Xã Xuân Mai", "xuan mai"),
        ("Phường Phúc Xá", "phuc xa"),
        ("Quảng An", "quang an"),
        ("Xã", "xa"),
    ],
)
def test_only_the_kind_of_place_is_taken_off(name: str, key: str) -> None:
    assert key_of(name, "x", "y").split("|")[0] == key


@given(st.text(), st.text(), st.text())
@whatever_it_takes
def test_a_key_is_the_same_in_any_case(ward: str, district: str, province: str) -> None:
    assert key_of(ward, district, province).count("|") >= 2
