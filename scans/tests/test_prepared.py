"""Prepared queries give what the ORM gives, for lists of any length, whatever is in them."""

from datetime import UTC, datetime

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from permits.models import WatchlistEntry
from scans.models import Checkpoint
from scans.prepared import PreparedQuery

pytestmark = pytest.mark.django_db
SINCE = datetime(2021, 9, 1, tzinfo=UTC)

by_id = PreparedQuery(
    lambda ids: Checkpoint.objects.filter(id__any_of=ids, name__startswith="C").values_list("name")
)
by_number_or_plate = PreparedQuery(
    lambda numbers, plates: WatchlistEntry.objects.filter(
        Q(number_digest__any_of=numbers) | Q(plate__any_of=plates)
    ).values_list("number_digest", "plate", "active_from"),
    lists=2,
)


@pytest.fixture
def checkpoints() -> list[Checkpoint]:
    return [Checkpoint.objects.create(name=f"C{n}", latitude=21, longitude=105) for n in range(20)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 16, 17, 20])
def test_a_list_of_any_length_finds_just_its_rows(
    checkpoints: list[Checkpoint], count: int
) -> None:
    wanted = checkpoints[:count]
    found = by_id.rows([checkpoint.pk for checkpoint in wanted])
    assert sorted(found) == sorted((checkpoint.name,) for checkpoint in wanted)


def test_a_compiled_query_serves_other_values(checkpoints: list[Checkpoint]) -> None:
    first, second = checkpoints[:2]
    assert list(by_id.rows([first.pk])) == [(first.name,)]
    assert list(by_id.rows([second.pk])) == [(second.name,)]
    assert list(by_id.rows([-1])) == []


def test_several_lists_keep_apart_and_times_come_as_times() -> None:
    for number, plate in (("1", ""), ("2", "A"), ("3", "B")):
        WatchlistEntry.objects.create(
            number_digest=number, plate=plate, level="f0", active_from=SINCE
        )
    found = by_number_or_plate.rows(["1", "A"], ["B", "3", "x"])
    assert sorted(found) == [("1", "", SINCE), ("3", "B", SINCE)]


@given(st.lists(st.text(), min_size=1, max_size=9))
def test_no_text_is_more_than_a_value(texts: list[str]) -> None:
    if any("\x00" in text or not text.isprintable() for text in texts):
        texts = [text.encode("ascii", "ignore").decode().replace("\x00", "") for text in texts]
    assert list(by_number_or_plate.rows([*texts, "' OR 1=1 --"], ["stand-in 0 0"])) == []
