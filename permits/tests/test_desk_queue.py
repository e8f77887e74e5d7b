"""Which applications stand in the queue, in what order, and what a search finds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from permits import services
from permits.desk import queue
from permits.desk.queue import Filters, Search, parse_search
from permits.models import Permit, PermitKind
from permits.people import plain_name
from permits.services import CompanionDeclared
from permits.tests.test_services import DECLARATION
from permits.tests.typed import NOW
from permits.verdict import PermitState, WatchlistLevel

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ALONG = CompanionDeclared(full_name="Trần Văn Mẫu", personal_number="000090054321")
Apply = Callable[..., Permit]


@pytest.fixture
def kind() -> PermitKind:
    return PermitKind.objects.create(
        number=80, name_vi="Công vụ", name_en="Duty", needs_approval=True, most_companions=2
    )


@pytest.fixture
def apply(kind: PermitKind) -> Apply:
    def apply(*, now: datetime = NOW, of: PermitKind = kind, **changes: Any) -> Permit:
        return services.declare(replace(DECLARATION, **changes), now=now, kind=of).permit

    return apply


def shown(**filters: Any) -> list[Permit]:
    return list(queue.page(Filters(**filters), now=NOW + timedelta(hours=1)).permits)


def test_what_waits_longest_stands_first(apply: Apply) -> None:
    second, first = apply(), apply(now=NOW - MINUTE)
    assert shown() == [first, second]


def test_what_is_decided_stands_newest_first(apply: Apply) -> None:
    older, newer = apply(now=NOW - MINUTE), apply()
    Permit.objects.update(state="rejected")
    assert shown(state=PermitState.REJECTED) == [newer, older]
    assert shown() == []


def test_the_next_page_begins_behind_the_last_row(
    apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    all_of_them = [apply(now=NOW) for _ in range(3)] + [apply(now=NOW + MINUTE)]
    first = queue.page(Filters(), now=NOW)
    second = queue.page(Filters(after=first.next), now=NOW)
    assert [*first.permits, *second.permits] == all_of_them
    assert second.next is None


def test_kind_and_days_filter(apply: Apply) -> None:
    other = PermitKind.objects.create(number=81, name_vi="Khác", name_en="Other")
    here, there = apply(), apply(of=other)
    later = apply(now=NOW + timedelta(days=1))
    assert shown(kind=80) == [here, later]
    assert shown(kind=81) == [there]
    assert shown(declared_until=NOW.date()) == [here, there]
    assert shown(declared_from=NOW.date() + timedelta(days=1)) == [later]


def test_hits_on_anyone_and_anything_are_shown_and_filtered(apply: Apply) -> None:
    holder = apply(personal_number="000190000001", plate="")
    companion = apply(companions=(ALONG,), personal_number="000190000002", plate="")
    vehicle = apply(personal_number="000190000003", plate="99A-777.77")
    apply(personal_number="000190000004", plate="")
    for level, whom in (
        (WatchlistLevel.F0, {"personal_number": "000190000001"}),
        (WatchlistLevel.F1, {"personal_number": "000090054321"}),
        (WatchlistLevel.WANTED, {"plate": "99a77777"}),
    ):
        services.add_watchlist_entry(level=level, active_from=NOW, **whom)  # type: ignore[arg-type]
    ended = {"active_from": NOW - MINUTE, "active_until": NOW}
    services.add_watchlist_entry(
        level=WatchlistLevel.F0,
        personal_number="000190000004",
        **ended,  # type: ignore[arg-type]
    )
    page = queue.page(Filters(with_hits=True), now=NOW + MINUTE)
    assert list(page.permits) == [holder, companion, vehicle]
    assert page.hits == {
        holder.pk: [WatchlistLevel.F0],
        companion.pk: [WatchlistLevel.F1],
        vehicle.pk: [WatchlistLevel.WANTED],
    }


@pytest.mark.parametrize(
    "typed",
    [
        "000190012345",
        " 0001 9001 2345 ",
        "0000000001",
        "99a-123.45",
        "nguyen thi",
        "NGUYỄN THỊ MẪU",
        "mẫu",
    ],
)
def test_a_search_finds_by_number_phone_plate_and_name_in_every_state(
    apply: Apply, typed: str
) -> None:
    permit = apply()
    Permit.objects.update(state="revoked")
    assert shown(search=parse_search(typed)) == [permit]


def test_a_search_finds_by_serial_and_by_a_companion_s_number(apply: Apply) -> None:
    permit = apply(companions=(ALONG,))
    assert shown(search=parse_search(permit.serial.lower())) == [permit]
    assert shown(search=parse_search("000090054321")) == [permit]


@pytest.mark.parametrize("typed", ["000190012346", "0000000002", "99A-123.46", "tran"])
def test_a_search_finds_nobody_else(apply: Apply, typed: str) -> None:
    apply()
    assert shown(search=parse_search(typed)) == []


def test_what_is_kept_of_a_searched_number_is_its_digest() -> None:
    search = parse_search("000190012345")
    assert search.digests
    assert "000190012345" not in repr(search)
    assert not Search()


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Đỗ Hữu  Khôi", "do huu khoi"), ("NGUYỄN THỊ ÁNH TUYẾT", "nguyen thi anh tuyet")],
)
def test_names_are_searched_without_accents(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_waiting_is_counted_up_to_a_bound(apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    apply()
    assert queue.waiting(PermitState.PENDING) == 1
    apply(), apply()
    assert queue.waiting(PermitState.PENDING) == 2


def test_after_one_comes_the_next_that_waits_and_after_the_last_the_oldest(apply: Apply) -> None:
    first, second = apply(now=NOW - MINUTE), apply()
    assert queue.next_waiting(first) == second
    assert queue.next_waiting(second) == first
    Permit.objects.filter(pk=first.pk).update(state="approved")
    assert queue.next_waiting(second) is None


def test_the_queue_is_read_from_its_index(apply: Apply) -> None:
    """A million permits are not sorted for a page of fifty."""
    waiting = Permit.objects.filter(state="pending").order_by("declared_at", "id")[:50]
    plan = waiting.explain()
    if connection.vendor == "sqlite":
        assert "permit_queue" in plan
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan
