"""What goes on paper of a permit's rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from permits import selectors, services
from permits.models import Permit, PermitKind, Zone
from permits.services import CompanionDeclared, Declaration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_keys")]

NOW = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)
DECLARATION = Declaration(
    full_name="Nguyễn Thị Mẫu",
    personal_number="000190012345",
    birth_date=date(1990, 5, 17),
    sex="female",
    phone="0000000001",
    origin="phường Mẫu, Hà Nội",
    destination="xã Mẫu, Hải Phòng",
    purpose="Đi làm",
    plate="99a-123.45",
    travel_at=NOW,
    direction="out",
    companions=(
        CompanionDeclared(full_name="Đỗ Hữu Khôi", personal_number="000090054321"),
        CompanionDeclared(full_name="Lê Thị Mẫu", personal_number="000190054321"),
    ),
)


def kind() -> PermitKind:
    """Goods transport from Monday to Friday, one trip, in one zone."""
    made: PermitKind = PermitKind.objects.create(
        number=90,
        name_vi="Vận chuyển",
        name_en="Transport",
        needs_approval=False,
        one_trip=True,
        hours_from=time(5),
        hours_until=time(20, 30),
        weekdays=0b0011111,
        most_companions=2,
    )
    made.zones.add(Zone.objects.create(name_vi="Vùng đỏ", name_en="Red zone"))
    return made


@pytest.mark.parametrize(
    ("language", "kind_name", "zone"),
    [("vi", "Vận chuyển", "Vùng đỏ"), ("en", "Transport", "Red zone")],
)
def test_everything_that_a_permit_may_be_bound_to_is_printed(
    language: str, kind_name: str, zone: str
) -> None:
    permit = services.declare(DECLARATION, now=NOW, kind=kind()).permit

    with translation.override(language):
        printed = selectors.printed_permit(permit)

    assert printed.code == selectors.travel_code(permit)
    assert printed.serial == permit.serial
    assert (printed.full_name, printed.plate) == ("Nguyễn Thị Mẫu", "99A12345")
    assert (printed.kind_name, printed.kind_name_vi) == (kind_name, "Vận chuyển")
    assert (printed.valid_from, printed.valid_until) == (permit.valid_from, permit.valid_until)
    assert (printed.origin, printed.destination) == ("phường Mẫu, Hà Nội", "xã Mẫu, Hải Phòng")
    assert (printed.direction, printed.one_trip) == ("out", True)
    assert (printed.hours, printed.days) == ((time(5), time(20, 30)), (0, 1, 2, 3, 4))
    assert printed.zones == (zone,)
    assert printed.companions == ("Đỗ Hữu Khôi", "Lê Thị Mẫu")


def test_a_permit_that_is_bound_to_nothing_says_nothing_of_it() -> None:
    free = replace(DECLARATION, plate="", direction="", companions=())
    printed = selectors.printed_permit(services.declare(free, now=NOW).permit)

    assert (printed.plate, printed.direction, printed.hours, printed.days) == ("", "", None, ())
    assert (printed.zones, printed.companions, printed.one_trip) == ((), (), False)


def test_many_permits_take_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    of_kind = kind()
    for _permit in range(3):
        services.declare(DECLARATION, now=NOW, kind=of_kind)

    with django_assert_num_queries(3):
        printed = list(selectors.printed_permits(Permit.objects.order_by("id")))

    assert [one.serial for one in printed] == [
        permit.serial for permit in Permit.objects.order_by("id")
    ]
