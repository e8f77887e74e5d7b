"""What became of the cars, as supervisors read it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from permits import personal_data
from scans.evidence import LaneContext
from scans.models import Passage
from scans.passages import NewPassage, record_passage, undo_passage
from scans.shifts import open_shift

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift_id(river: LaneContext) -> int:
    now = timezone.now()
    return open_shift(river.lane_id, river.direction, officer_id=river.officer_id, now=now).shift_id


def act(river: LaneContext, shift_id: int, what: str, *, note: str = "") -> Passage:
    now = timezone.now()
    new = NewPassage(
        passage_id=uuid4(),
        car_id=uuid4(),
        act=what,
        reason="emergency" if what == "let_through" else "",
        note=note,
        scan_ids=(),
        acted_at=now,
        lane=river,
        shift_id=shift_id,
    )
    record_passage(new, now=now)
    return Passage.objects.get(passage_id=new.passage_id)


@pytest.fixture
def reader(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    return client


def test_the_day_is_counted_by_checkpoint_and_direction(
    reader: Client, river: LaneContext, shift_id: int
) -> None:
    for what in ("let_through", "turned_back", "turned_back", "health_desk"):
        last = act(river, shift_id, what)
    undo_passage(
        last.passage_id,
        undone_at=last.acted_at,
        lane_id=river.lane_id,
        shift_id=shift_id,
        now=timezone.now(),
    )
    yesterday = act(river, shift_id, "turned_back")
    Passage.objects.filter(pk=yesterday.pk).update(recorded_at=timezone.now() - timedelta(days=2))
    (row,) = reader.get("/passages/").context["counts"]
    assert (row["checkpoint"], row["checked"], row["passed"]) == ("Cầu Mẫu", 3, 1)
    assert (row["turned_back"], row["health_desk"]) == (2, 0)


def test_acts_are_filtered_and_nonsense_shows_all(
    reader: Client, river: LaneContext, shift_id: int
) -> None:
    act(river, shift_id, "turned_back")
    act(river, shift_id, "health_desk")
    for query, shown in (("health_desk", 1), ("nonsense", 2), ("", 2)):
        answer = reader.get(f"/passages/?act={query}&page=999")
        assert len(answer.context["page"].object_list) == shown


def test_one_act_is_shown_with_its_note(reader: Client, river: LaneContext, shift_id: int) -> None:
    row = act(river, shift_id, "let_through", note="Đã gọi trực ban")
    text = reader.get(f"/passages/{row.passage_id}/").content.decode()
    assert "Đã gọi trực ban" in text
    assert "Cấp cứu, khẩn cấp" in text
    assert reader.get(f"/passages/{uuid4()}/").status_code == 404


def test_a_note_under_a_lost_key_leaves_the_rest_readable(
    reader: Client, river: LaneContext, shift_id: int
) -> None:
    row = act(river, shift_id, "turned_back", note="Không đọc được")
    Passage.objects.update(note_sealed=b"damaged")
    answer = reader.get(f"/passages/{row.passage_id}/")
    assert answer.status_code == 200
    with pytest.raises(personal_data.CannotUnseal):
        personal_data.unseal(b"damaged")


def test_an_officer_does_not_read_them(
    client: Client, officer: User, river: LaneContext, shift_id: int
) -> None:
    row = act(river, shift_id, "turned_back")
    client.force_login(officer, backend="permits.roles.RoleBackend")
    assert client.get("/passages/").status_code == 403
    assert client.get(f"/passages/{row.passage_id}/").status_code == 403
