"""The declaration form: what it reads, what it refuses, and where each edge lies."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.utils import timezone, translation

from permits.forms import DeclarationForm
from permits.services import Declaration
from permits.tests.typed import NOW, typed


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def form_of(**changes: str) -> DeclarationForm:
    return DeclarationForm(typed(**changes), now=NOW)


def declared(**changes: str) -> Declaration:
    form = form_of(**changes)
    assert form.is_valid(), form.errors
    return form.declaration()


def faults(**changes: str) -> dict[str, str]:
    """The fields with a fault, and the code of the first fault of each."""
    return {
        name: errors[0]["code"]
        for name, errors in form_of(**changes).errors.get_json_data().items()
    }


def test_it_reads_what_was_typed() -> None:
    assert declared() == Declaration(
        full_name="Nguyễn Thị Hồng Nhung",
        personal_number="001190123456",
        birth_date=date(1990, 5, 17),
        sex="female",
        phone="0912345678",
        origin="Tràng Tiền, Hoàn Kiếm, Hà Nội",
        destination="Phú Minh, Phú Xuyên, Hà Nội",
        purpose="Đi làm",
        plate="29A12345",
        travel_at=datetime(2026, 11, 24, 10, 0, tzinfo=timezone.get_default_timezone()),
    )


@pytest.mark.parametrize(
    "name",
    [
        "full_name",
        "personal_number",
        "birth_date",
        "sex",
        "phone",
        "origin",
        "destination",
        "purpose",
        "travel_at",
    ],
)
@pytest.mark.parametrize("nothing", ["", "   "])
def test_it_asks_for_every_field_but_the_plate(name: str, nothing: str) -> None:
    codes = faults(**{name: nothing})

    # The browser sends a select's value as it stands: blanks are no choice rather than none.
    assert codes.keys() == {name}
    assert codes[name] in {"required", "invalid_choice", "invalid"}


def test_an_empty_form_has_one_message_for_each_required_field() -> None:
    form = DeclarationForm({}, now=NOW)

    assert len(form.errors) == 9
    assert all(len(messages) == 1 for messages in form.errors.values())


def test_a_short_personal_number_is_told_how_many_digits_it_has() -> None:
    assert "11" in form_of(personal_number="00119012345").errors["personal_number"][0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"birth_date": "1991-05-17"}, "The number does not fit the birth date. Check both."),
        ({"birth_date": "2009-05-17"}, "The number does not fit the birth date. Check both."),
        ({"sex": "male"}, "The number does not fit the sex. Check both."),
        (
            {"birth_date": "1991-05-17", "sex": "male"},
            "The number fits neither the birth date nor the sex. Check all three.",
        ),
    ],
)
def test_the_number_must_fit_birth_date_and_sex(changes: dict[str, str], message: str) -> None:
    assert form_of(**changes).errors == {"personal_number": [message]}


@pytest.mark.parametrize(
    ("number", "birth_date", "sex"),
    [
        ("001099000001", "1999-12-31", "male"),
        ("001199000001", "1999-12-31", "female"),
        ("001200000001", "2000-01-01", "male"),
        ("001300000001", "2000-01-01", "female"),
        ("001000000001", "1900-01-01", "male"),
    ],
)
def test_numbers_on_both_sides_of_the_century(number: str, birth_date: str, sex: str) -> None:
    assert faults(personal_number=number, birth_date=birth_date, sex=sex) == {}


def test_every_faulty_field_is_told_at_once() -> None:
    codes = faults(full_name="1", personal_number="1", phone="1", plate="1", travel_at="1", sex="1")

    assert codes == {
        "full_name": "no_name",
        "personal_number": "digits",
        "phone": "phone",
        "plate": "plate",
        "travel_at": "invalid",
        "sex": "invalid_choice",
    }


def test_a_fault_of_the_birth_date_is_not_blamed_on_the_number() -> None:
    assert faults(birth_date="never") == {"birth_date": "invalid"}


@pytest.mark.parametrize("spelling", ["17/05/1990", "17-05-1990", "17.05.1990"])
def test_a_browser_without_a_picker_sends_dates_as_people_write_them(spelling: str) -> None:
    assert declared(birth_date=spelling).birth_date == date(1990, 5, 17)


@pytest.mark.parametrize(
    ("number", "birth_date", "expected"),
    [
        ("001326000001", "2026-11-24", {}),
        ("001326000001", "2026-11-25", {"birth_date": "future"}),
        ("001100000001", "1900-01-01", {}),
        ("001100000001", "1899-12-31", {"birth_date": "past"}),
        ("001190123456", "1990-02-30", {"birth_date": "invalid"}),
    ],
)
def test_edges_of_the_birth_date(number: str, birth_date: str, expected: dict[str, str]) -> None:
    assert faults(personal_number=number, birth_date=birth_date) == expected


def test_today_is_today_in_viet_nam() -> None:
    # 23:30 of the 24th in London is the 25th in Hà Nội.
    late = datetime(2026, 11, 24, 23, 30, tzinfo=timezone.get_fixed_timezone(0))
    fields = typed(
        personal_number="001326000001", birth_date="2026-11-25", travel_at="2026-11-25T08:00"
    )

    assert DeclarationForm(fields, now=late).is_valid()


@pytest.mark.parametrize("sex", ["other", "MALE", "<script>"])
def test_it_takes_no_sex_that_was_not_offered(sex: str) -> None:
    assert faults(sex=sex) == {"sex": "invalid_choice"}


@pytest.mark.parametrize(
    ("travel_at", "expected"),
    [
        ("2026-11-23T09:30", {}),
        ("2026-11-23T09:29", {"travel_at": "past"}),
        ("2026-11-27T09:30", {}),
        ("2026-11-27T09:31", {"travel_at": "future"}),
        ("2026-11-27T09:30:20", {}),
        ("2026-11-27T09:30:21", {"travel_at": "future"}),
        ("0001-01-01T00:00", {"travel_at": "past"}),
        ("9999-12-31T23:59", {"travel_at": "future"}),
        ("tomorrow", {"travel_at": "invalid"}),
    ],
)
def test_edges_of_the_time_of_travel(travel_at: str, expected: dict[str, str]) -> None:
    assert faults(travel_at=travel_at) == expected


def test_the_time_of_travel_begins_as_now_where_the_site_is() -> None:
    assert 'value="2026-11-24T09:30"' in str(DeclarationForm(now=NOW)["travel_at"])


def test_a_fault_is_tied_to_its_field_for_screen_readers() -> None:
    field = str(form_of(phone="1")["phone"])

    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in field
