"""The load tool's accounts: what it takes for lost, and what for doubled."""

import pytest

from bench.cameras import report
from bench.cameras.compare import RecordedScan, compare
from bench.cameras.replies import Reply
from bench.cameras.tally import Tally, TypedCheck, merged
from bench.cameras.unanswered import Unanswered

HERE, THERE = (1, "in"), (1, "out")


class Camera:
    """One camera's account, and a server that answers it as a test says."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.account = Unanswered(HERE, self.tally)

    def show(self, seq: int, code: int | None = 7, *, at: float = 0.0) -> None:
        self.account.frame_sent(seq, code=code, captured=at)

    def type(self, scan_id: str = "a", *, times: int = 1) -> None:
        self.account.check_made(scan_id, b"", captured=0.0)
        for _time in range(times):
            self.account.check_sent(scan_id)

    def decide(
        self, seq: int | None, scan_id: str = "a", outcome: str = "allow", *, at: float = 0.01
    ) -> None:
        reply = Reply("verdict", scan_id=scan_id, seq=seq, outcome=outcome)
        self.account.heard(reply, at)

    def finish(self, seq: int, symbols: int = 1, *, at: float = 0.02) -> None:
        self.account.heard(Reply("frame_done", seq=seq, symbols=symbols), at)

    def refuse(self, *, seq: int | None = None, scan_id: str | None = None) -> None:
        reply = Reply("error", seq=seq, scan_id=scan_id, code="check_failed")
        self.account.heard(reply, 0.01)

    def show_and_decide(self, seq: int, scan_id: str, *, at: float) -> None:
        self.show(seq, at=at)
        self.decide(seq, scan_id, at=at)
        self.finish(seq, at=at)


@pytest.fixture
def camera() -> Camera:
    return Camera()


# --- Frames ---------------------------------------------------------------------------------------


def test_a_frame_with_one_verdict_and_one_end_is_sound(camera: Camera) -> None:
    camera.show(1)
    camera.decide(1)
    camera.finish(1)
    camera.account.give_up()

    assert camera.tally.is_sound
    assert list(camera.tally.verdict_ms) == [10.0]
    assert list(camera.tally.frame_ms) == [20.0]
    assert (camera.tally.verdicts_new, camera.tally.told) == (1, {"a"})


@pytest.mark.parametrize("times", [1, 2])
def test_a_second_verdict_for_one_frame_is_doubled(camera: Camera, times: int) -> None:
    camera.show(1)
    for _time in range(times):
        camera.decide(1)

    assert camera.tally.doubled.total() == times - 1


@pytest.mark.parametrize("answered", [1, 2])
def test_an_answer_to_another_frame_than_the_one_in_flight_is_doubled(
    camera: Camera, answered: int
) -> None:
    camera.show_and_decide(1, "a", at=0.0)
    camera.show(2)
    camera.finish(answered, symbols=0)

    assert camera.tally.doubled.total() == (1 if answered == 1 else 0)


def test_a_code_that_was_read_and_got_no_verdict_is_lost(camera: Camera) -> None:
    camera.show(1)
    camera.finish(1, symbols=1)

    assert camera.tally.lost == {"codes that were read and got no verdict": 1}


def test_a_code_that_was_not_found_is_counted_but_not_lost(camera: Camera) -> None:
    camera.show(1)
    camera.finish(1, symbols=0)

    assert (camera.tally.unread, camera.tally.is_sound) == (1, True)


def test_a_code_that_was_refused_by_an_error_is_not_lost(camera: Camera) -> None:
    camera.show(1)
    camera.refuse(seq=1)
    camera.finish(1)

    assert camera.tally.errors == {"check_failed": 1}
    assert (camera.tally.is_sound, camera.tally.unheard) == (True, {HERE: 1})


def test_a_frame_is_lost_at_the_end_but_cut_off_with_its_connection() -> None:
    at_the_end, cut_off = Camera(), Camera()
    at_the_end.show(1)
    at_the_end.account.give_up()
    cut_off.show(1)
    cut_off.account.connection_lost()
    cut_off.account.give_up()

    assert at_the_end.tally.lost == {"frames never answered": 1}
    assert (cut_off.tally.cut_off, cut_off.tally.is_sound) == (1, True)
    assert at_the_end.tally.unheard == cut_off.tally.unheard == {HERE: 1}


@pytest.mark.parametrize(
    ("scan_id", "at", "doubled"), [("a", 3.9, 0), ("b", 3.9, 1), ("b", 4.0, 0)]
)
def test_a_code_recorded_again_while_in_view_is_doubled(
    camera: Camera, scan_id: str, at: float, doubled: int
) -> None:
    camera.show_and_decide(1, "a", at=0.0)
    camera.show_and_decide(2, scan_id, at=at)

    assert camera.tally.doubled.total() == doubled


def test_a_code_recorded_again_after_a_reconnect_is_counted_apart(camera: Camera) -> None:
    camera.show_and_decide(1, "a", at=0.0)
    camera.account.connection_lost()
    camera.show_and_decide(2, "b", at=1.0)

    assert (camera.tally.anew, camera.tally.is_sound) == (1, True)


# --- Typed checks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "answers", "doubled"), [(1, 1, 0), (1, 2, 1), (2, 2, 0), (2, 3, 1)]
)
def test_a_check_is_answered_at_most_as_often_as_it_was_sent(
    camera: Camera, sent: int, answers: int, doubled: int
) -> None:
    camera.type(times=sent)
    for _answer in range(answers):
        camera.decide(None)

    assert camera.tally.doubled.total() == doubled
    assert (camera.tally.verdicts_new, camera.tally.checks_done) == (1, 1)


def test_a_check_is_kept_over_a_reconnect_and_lost_at_the_end_alone(camera: Camera) -> None:
    camera.type()
    camera.account.connection_lost()
    assert (list(camera.account.checks), camera.tally.is_sound) == (["a"], True)
    camera.account.give_up()

    assert camera.tally.lost == {"typed checks never answered": 1}


@pytest.mark.parametrize(("outcome", "doubled"), [("allow", 0), ("refuse", 1)])
def test_a_repeated_check_gets_the_same_verdict(camera: Camera, outcome: str, doubled: int) -> None:
    camera.type(times=2)
    camera.decide(None, outcome="allow")
    camera.decide(None, outcome=outcome)

    assert camera.tally.doubled.total() == doubled


def test_an_error_answers_a_check(camera: Camera) -> None:
    camera.type()
    camera.refuse(scan_id="a")
    camera.account.give_up()

    assert (camera.tally.errors, camera.tally.is_sound) == ({"check_failed": 1}, True)


def test_an_answer_to_a_check_that_was_never_sent_is_doubled(camera: Camera) -> None:
    camera.decide(None, "of somebody else")

    assert not camera.tally.is_sound


# --- Beside the database --------------------------------------------------------------------------


def row(scan_id: str, source: str = "camera", place: tuple[int, str] = HERE) -> RecordedScan:
    return RecordedScan(scan_id, place, source)


def test_each_verdict_has_its_scan() -> None:
    tally = Tally(told={"a", "b"})

    assert compare(tally, [row("a"), row("b")]).is_sound
    assert compare(tally, [row("a")]).without_scan == ("b",)


def test_a_scan_is_recorded_once() -> None:
    found = compare(Tally(told={"a", "b"}), [row("a"), row("a"), row("b")])

    assert (found.twice, found.is_sound, found.recorded) == (("a",), False, 2)


@pytest.mark.parametrize(("unheard", "unexplained"), [(0, 2), (1, 1), (2, 0)])
def test_a_scan_of_which_nobody_was_told_needs_a_frame_without_an_answer(
    unheard: int, unexplained: int
) -> None:
    tally = Tally()
    tally.unheard[HERE] = unheard
    found = compare(tally, [row("a"), row("b")])

    assert (len(found.unexplained), found.unheard) == (unexplained, 2)


def test_a_frame_at_another_place_explains_nothing() -> None:
    tally = Tally()
    tally.unheard[THERE] = 1

    assert compare(tally, [row("a")]).unexplained == ("a",)


@pytest.mark.parametrize(
    ("check", "explained"),
    [
        (TypedCheck(HERE, sent=1), True),
        (TypedCheck(HERE, sent=1, errors=1), True),
        (TypedCheck(HERE, sent=0), False),
        (TypedCheck(THERE, sent=1), False),
        (None, False),
    ],
)
def test_a_typed_scan_of_which_nobody_was_told_needs_its_check(
    check: TypedCheck | None, explained: bool
) -> None:
    found = compare(Tally(checks={"a": check} if check else {}), [row("a", "typed")])

    assert found.is_sound is explained
    assert found.despite_error == (check.errors if check else 0)


def test_an_earlier_scan_whose_code_was_in_view_is_not_one_of_the_run() -> None:
    found = compare(Tally(told={"a"}), [RecordedScan("a", HERE, "camera", is_earlier=True)])

    assert (found.recorded, found.earlier, found.is_sound) == (0, 1, True)


# --- The report -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        (range(1, 101), 50, 50),
        (range(1, 101), 95, 95),
        (range(1, 101), 99, 99),
        (range(1, 102), 50, 51),
        ([3.0], 99, 3.0),
        ([1.0, 2.0], 50, 1.0),
        ([1.0, 2.0], 51, 2.0),
    ],
)
def test_a_percentile_is_one_of_the_values(
    values: list[float], percent: int, expected: float
) -> None:
    assert report.percentile(values, percent) == expected


def test_processes_are_counted_as_one() -> None:
    one, other = Camera(), Camera()
    one.type("a")
    other.show_and_decide(1, "b", at=0.0)
    one.tally.seconds, other.tally.seconds = 2.0, 3.0
    whole = merged([one.tally, other.tally])

    assert (whole.seconds, whole.checks_sent, whole.frames_done) == (3.0, 1, 1)
    assert (whole.told, set(whole.checks)) == ({"b"}, {"a"})


def test_what_is_lost_or_without_a_scan_makes_the_run_unsound(camera: Camera) -> None:
    camera.show_and_decide(1, "a", at=0.0)
    good, bad = compare(camera.tally, [row("a")]), compare(camera.tally, [])

    assert report.figures(camera.tally, None)["is_sound"] is True
    assert report.figures(camera.tally, good)["is_sound"] is True
    assert report.figures(camera.tally, bad)["is_sound"] is False
    camera.show(2)
    camera.account.give_up()
    assert report.figures(camera.tally, good)["is_sound"] is False


def test_the_report_says_what_was_lost_and_which_verdict_has_no_scan(camera: Camera) -> None:
    camera.show_and_decide(1, "a", at=0.0)
    camera.type("b")
    camera.account.give_up()
    known = report.figures(camera.tally, compare(camera.tally, []))
    text = "\n".join(report.lines(known, cameras=1, is_paced=True))

    assert "1 typed checks never answered" in text
    assert "1 verdicts without a scan: a" in text
