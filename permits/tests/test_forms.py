"""The forms of the steps: what they read, what they refuse, and where each edge lies."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from permits.drafts import Typed
from permits.forms import Filled, forms_over
from permits.models import PermitKind
from permits.services import CompanionDeclared, Declaration
from permits.steps import Step
from permits.tests.typed import NOW, typed


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


KIND = PermitKind(number=1, needs_approval=False, most_companions=4)
SENT = [step.value for step in Step]


def filled(
    kind: PermitKind = KIND,
    *,
    now: datetime = NOW,
    companions: list[dict[str, str]] | None = None,
    documents: int = 0,
    **changes: Any,
) -> Filled:
    typed_so_far = Typed(fields=typed(**changes), companions=companions or [], sent=SENT)
    return Filled(kind, typed_so_far, now=now, documents=documents)


def declared(**changes: Any) -> Declaration:
    whole = filled(**changes)
    assert whole.first_open() is None, faults(**changes)
    return whole.declaration()


def faults(kind: PermitKind = KIND, **options: Any) -> dict[str, str]:
    """The fields with a fault, and the code of the first fault of each."""
    whole = filled(kind, **options)
    return {
        form.add_prefix(name): errors[0]["code"]
        for form in whole.forms.all
        for name, errors in form.errors.get_json_data().items()
    }


def messages(**changes: Any) -> dict[str, list[str]]:
    errors = filled(**changes).forms.you.errors
    return {name: [str(one) for one in said] for name, said in errors.items()}


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
    codes = faults(KIND, **{name: nothing})

    # The browser sends a select's value as it stands: blanks are no choice rather than none.
    assert codes.keys() == {name}
    assert codes[name] in {"required", "invalid_choice", "invalid"}


def test_an_empty_form_has_one_message_for_each_required_field() -> None:
    whole = Filled(KIND, Typed(), now=NOW, documents=0)
    errors = [said for form in whole.forms.all for said in form.errors.values()]

    assert len(errors) == 9
    assert all(len(said) == 1 for said in errors)


def test_a_short_personal_number_is_told_how_many_digits_it_has() -> None:
    assert "11" in messages(personal_number="00119012345")["personal_number"][0]


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
    assert messages(**changes) == {"personal_number": [message]}


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
    born = filled(
        now=late,
        personal_number="001326000001",
        birth_date="2026-11-25",
        travel_at="2026-11-25T08:00",
    )

    assert born.first_open() is None


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
    plain = forms_over(Typed(), kind=KIND, now=NOW, checked=False)

    assert 'value="2026-11-24T09:30"' in str(plain.trip["travel_at"])


def test_a_fault_is_tied_to_its_field_for_screen_readers() -> None:
    field = str(filled(phone="1").forms.you["phone"])

    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in field


# --- What a kind asks for besides -----------------------------------------------------------------

GOODS = PermitKind(
    number=5, needs_approval=True, needs_vehicle=True, valid_hours=168, most_companions=2
)
VACCINATED = PermitKind(number=3, needs_approval=False, doses_needed=2, most_companions=2)
PAPERS = PermitKind(number=2, needs_approval=True, needs_documents=True, valid_hours=168)
COMPANION = {"full_name": "Trần Văn Mẫu", "personal_number": "000085000001"}


def test_a_vehicle_that_the_kind_needs_is_asked_for_at_the_plate() -> None:
    assert faults(GOODS, plate="") == {"plate": "vehicle_missing"}
    assert faults(GOODS, plate="29A-123.45") == {}
    assert faults(GOODS, plate="29A") == {"plate": "plate"}


@pytest.mark.parametrize(("doses", "expected"), [("2", {}), ("1", {"doses": "too_few_doses"})])
def test_the_doses_that_the_kind_needs(doses: str, expected: dict[str, str]) -> None:
    assert faults(VACCINATED, doses=doses) == expected


@pytest.mark.parametrize("doses", ["", "-1", "11", "two"])
def test_doses_that_are_no_number_are_said_once(doses: str) -> None:
    whole = filled(VACCINATED, doses=doses)

    assert [fault.field_id for fault in whole.faults(Step.YOU)] == ["id_doses"]


def test_the_doses_of_a_companion_are_asked_for_at_that_companion() -> None:
    others = [{**COMPANION, "doses": "2"}, {**COMPANION, "doses": "1"}]
    others[1]["personal_number"] = "000085000002"

    assert faults(VACCINATED, doses="2", companions=others) == {"1-doses": "too_few_doses"}


def test_companions_come_with_name_and_number() -> None:
    [companion] = filled(companions=[COMPANION]).declaration().companions

    assert companion == CompanionDeclared(full_name="Trần Văn Mẫu", personal_number="000085000001")


def test_nobody_stands_on_a_permit_twice() -> None:
    holder = {**COMPANION, "personal_number": "001190123456"}

    assert faults(companions=[COMPANION, COMPANION]) == {"1-personal_number": "same_person_twice"}
    assert faults(companions=[holder]) == {"0-personal_number": "same_person_twice"}
    assert faults(companions=[COMPANION]) == {}


@pytest.mark.parametrize(("count", "fault_count"), [(2, 0), (3, 1)])
def test_there_are_no_more_companions_than_the_kind_lets(count: int, fault_count: int) -> None:
    others = [{**COMPANION, "personal_number": f"00008500000{place}"} for place in range(count)]
    said = filled(GOODS, companions=others).faults(Step.PEOPLE)

    assert [fault.field_id for fault in said] == ["id_companions"] * fault_count


@pytest.mark.parametrize(("documents", "expected"), [(0, ["id_documents"]), (1, [])])
def test_documents_that_the_kind_needs(documents: int, expected: list[str]) -> None:
    said = filled(PAPERS, documents=documents).faults(Step.PAPERS)

    assert [fault.field_id for fault in said] == expected


# --- The time for which it is to be valid ---------------------------------------------------------


def test_what_is_valid_at_once_lets_nobody_choose() -> None:
    whole = filled(valid_from="2026-11-25T08:00", valid_until="2030-01-01T00:00")

    assert whole.first_open() is None
    assert whole.validity() == (None, None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"valid_from": "2026-11-24T08:00", "valid_until": "2026-12-01T08:00"}, {}),
        (
            {"valid_from": "2026-11-24T08:00", "valid_until": "2026-12-01T08:01"},
            {"valid_until": "too_long"},
        ),
        (
            {"valid_from": "2026-11-24T08:00", "valid_until": "2026-11-24T08:00"},
            {"valid_until": "ends_before_it_begins", "travel_at": "after"},
        ),
        ({"valid_from": "2026-11-24T10:00"}, {}),
        ({"valid_from": "2026-11-24T10:01"}, {"travel_at": "before"}),
        ({"valid_until": "2026-11-24T10:00"}, {}),
        ({"valid_until": "2026-11-24T09:59"}, {"travel_at": "after"}),
        ({"valid_from": "2026-11-23T09:30"}, {}),
        ({"valid_from": "2026-11-23T09:29"}, {"valid_from": "past"}),
        ({"valid_from": "2026-12-24T09:30", "travel_at": "2026-12-24T09:30"}, {}),
        ({"valid_from": "2026-12-24T09:31"}, {"valid_from": "future"}),
        ({"valid_from": "soon"}, {"valid_from": "invalid"}),
    ],
    ids=str,
)
def test_edges_of_the_validity(changes: dict[str, str], expected: dict[str, str]) -> None:
    assert faults(GOODS, **changes) == expected


def test_an_empty_end_is_the_longest() -> None:
    start, end = filled(GOODS, valid_from="2026-11-24T10:00").validity()

    assert start == datetime(2026, 11, 24, 10, 0, tzinfo=timezone.get_default_timezone())
    assert end == start + timedelta(days=7)


# --- Masks ----------------------------------------------------------------------------------------


def test_a_mask_stands_for_the_number_behind_it() -> None:
    masked = Typed(fields=typed(personal_number="••••3456"), masked={"••••3456": "001190123456"})
    whole = Filled(KIND, masked, now=NOW, documents=0)

    assert whole.declaration().personal_number == "001190123456"
    assert "001190123456" not in str(whole.forms.you)


def test_a_mask_that_nothing_stands_behind_is_no_number() -> None:
    assert faults(personal_number="••••3456") == {"personal_number": "other"}
