"""A code kept in view is one scan. The clock is the test's own."""

from uuid import UUID

import pytest

from scans.recent import FORGET_AFTER_SECONDS, MOST_PER_LANE, RENEW_SECONDS, RecentPayloads

LANE, OTHER_LANE = (1, "in"), (2, "in")


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recent(clock: Clock) -> RecentPayloads[UUID]:
    return RecentPayloads(clock)


ANSWER, OTHER_ANSWER = UUID(int=1), UUID(int=2)


def test_what_was_never_shown_is_not_known(recent: RecentPayloads[UUID]) -> None:
    assert recent.find(LANE, "code") is None


def test_what_was_just_shown_has_its_answer(recent: RecentPayloads[UUID]) -> None:
    recent.remember(LANE, "code", ANSWER)

    assert recent.find(LANE, "code") == ANSWER
    assert recent.find(LANE, "another code") is None


def test_kept_in_view_for_minutes_it_is_one(recent: RecentPayloads[UUID], clock: Clock) -> None:
    recent.remember(LANE, "code", ANSWER)
    for _ in range(1000):
        clock.seconds += 0.4
        assert recent.find(LANE, "code") == ANSWER


def test_unseen_for_exactly_five_seconds_it_is_still_the_same(
    recent: RecentPayloads[UUID], clock: Clock
) -> None:
    recent.remember(LANE, "code", ANSWER)
    clock.seconds += FORGET_AFTER_SECONDS

    assert recent.find(LANE, "code") == ANSWER


def test_unseen_for_longer_it_is_forgotten(recent: RecentPayloads[UUID], clock: Clock) -> None:
    recent.remember(LANE, "code", ANSWER)
    clock.seconds += FORGET_AFTER_SECONDS + 0.001

    assert recent.find(LANE, "code") is None


def test_it_is_forgotten_though_another_code_stays_in_view(
    recent: RecentPayloads[UUID], clock: Clock
) -> None:
    recent.remember(LANE, "stays", ANSWER)
    recent.remember(LANE, "goes", OTHER_ANSWER)
    for _ in range(4):
        clock.seconds += 2
        assert recent.find(LANE, "stays") == ANSWER

    assert recent.find(LANE, "goes") is None


def test_what_was_remembered_twice_hides_no_older_code(
    recent: RecentPayloads[UUID], clock: Clock
) -> None:
    """Two sockets at one lane may check the same code at the same moment."""
    recent.remember(LANE, "twice", ANSWER)
    clock.seconds += 1
    recent.remember(LANE, "old", ANSWER)
    clock.seconds += 3
    recent.remember(LANE, "twice", OTHER_ANSWER)
    clock.seconds += 3

    assert recent.find(LANE, "old") is None
    assert recent.find(LANE, "twice") == OTHER_ANSWER


def test_each_lane_and_direction_has_its_own(recent: RecentPayloads[UUID]) -> None:
    recent.remember(LANE, "code", ANSWER)

    assert recent.find(OTHER_LANE, "code") is None
    assert recent.find((1, "out"), "code") is None


def test_a_lane_keeps_its_latest_and_no_more(recent: RecentPayloads[UUID]) -> None:
    for index in range(MOST_PER_LANE + 1):
        recent.remember(LANE, f"code {index}", UUID(int=index))

    assert recent.find(LANE, "code 0") is None
    assert recent.find(LANE, "code 1") == UUID(int=1)
    assert recent.find(LANE, f"code {MOST_PER_LANE}") == UUID(int=MOST_PER_LANE)


def test_what_is_in_view_is_kept_before_what_is_not(recent: RecentPayloads[UUID]) -> None:
    for index in range(MOST_PER_LANE):
        recent.remember(LANE, f"code {index}", UUID(int=index))
    recent.find(LANE, "code 0")
    recent.remember(LANE, "one more", ANSWER)

    assert recent.find(LANE, "code 0") == UUID(int=0)
    assert recent.find(LANE, "code 1") is None


def test_all_can_be_forgotten(recent: RecentPayloads[UUID]) -> None:
    recent.remember(LANE, "code", ANSWER)
    recent.forget_all()

    assert recent.find(LANE, "code") is None


def test_a_code_in_view_is_renewed_now_and_then_but_not_at_every_look(clock: Clock) -> None:
    renewed = []
    recent: RecentPayloads[UUID] = RecentPayloads(
        clock, renew=lambda lane, payload: renewed.append((lane, payload))
    )
    recent.remember(LANE, "code", ANSWER)
    clock.seconds += RENEW_SECONDS - 0.01
    recent.find(LANE, "code")
    assert renewed == []
    clock.seconds += 0.02
    recent.find(LANE, "code")
    recent.find(LANE, "code")
    assert renewed == [(LANE, "code")]
