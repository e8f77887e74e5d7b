"""What the load tool refuses, and what its cameras see."""

from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from bench.cameras import address, options, report
from bench.cameras.scene import ROLES, Code, Offer, Reload, Repeat, Road, Setting, Typed, codes_of


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKPOINT_PASSWORD", "a long passphrase")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--cameras 0", "from 1 to 2,000"),
        ("--cameras 2001", "from 1 to 2,000"),
        ("--cameras many", "from 1 to 2,000"),
        ("--rate -0.1", "from 0 to 100"),
        ("--rate 100.1", "from 0 to 100"),
        ("--rate nan", "from 0 to 100"),
        ("--seconds 0.9", "from 1 to 600"),
        ("--seconds 601", "from 1 to 600"),
        ("--processes 17", "from 1 to 16"),
        ("--distinct 20001", "from 1 to 20,000"),
        ("--scene party", "invalid choice: 'party'"),
        ("--size 1x1", "invalid choice: '1x1'"),
        ("--url 127.0.0.1:8000", "like http://127.0.0.1:8000"),
        ("--url ftp://127.0.0.1", "like http://127.0.0.1:8000"),
        ("--url http://127.0.0.1/checkpoint/", "without a path"),
        ("--url http://a:b@127.0.0.1", "CHECKPOINT_PASSWORD"),
        ("--url http://127.0.0.1:99999", "--url"),
        ("--url http://192.0.2.7:8000", "--allow-remote"),
        ("--url https://127.0.0.1 --ca /nowhere/ca.pem", "--ca /nowhere/ca.pem"),
        ("--json /nowhere/figures.json", "no folder /nowhere"),
        ("--camera 3", "unrecognized arguments"),
    ],
)
def test_a_wrong_option_is_refused_with_what_is_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str, words: str
) -> None:
    with pytest.raises(SystemExit) as refusal:
        options.parse(arguments.split(), tmp_path)

    assert refusal.value.code == 2
    assert words in capsys.readouterr().err


def test_both_ends_of_each_bound_are_taken(tmp_path: Path) -> None:
    most = "--cameras 2000 --rate 100 --seconds 600 --processes 16 --distinct 20000"
    least = "--cameras 1 --rate 0 --seconds 1 --processes 1 --distinct 1"

    assert options.parse(most.split(), tmp_path).cameras == 2000
    assert options.parse(least.split(), tmp_path).rate == 0


def test_another_machine_is_loaded_on_purpose_only(tmp_path: Path) -> None:
    given = options.parse(["--url", "http://192.0.2.7:8000", "--allow-remote"], tmp_path)

    assert given.address.origin == "http://192.0.2.7:8000"


def test_the_password_comes_from_the_environment_or_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo_passwords.json").write_text('{"officer": "from the demo"}')
    assert options.parse([], tmp_path).password == "a long passphrase"
    monkeypatch.delenv("CHECKPOINT_PASSWORD")
    assert options.parse([], tmp_path).password == "from the demo"
    with pytest.raises(SystemExit):
        options.parse(["--user", "somebody"], tmp_path)

    assert "no password for somebody: set CHECKPOINT_PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("https://localhost:443", "https://localhost"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_an_origin_is_spelled_as_a_browser_does(url: str, origin: str) -> None:
    assert address.parse(url).origin == origin


@pytest.mark.parametrize("text", ["A\nB\n\nA\n", '["A", "B", "A"]', "  A \r\nB"])
def test_codes_are_read_one_a_line_or_as_a_list(tmp_path: Path, text: str) -> None:
    file = tmp_path / "codes"
    file.write_text(text)

    assert options.read_codes(str(file), 2) == ["A", "B"]


def test_codes_are_taken_from_all_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "codes"
    file.write_text("A\nB\nC\nD\nE")

    assert options.read_codes(str(file), 2) == ["A", "C"]
    assert options.read_codes(str(file), 5) == ["A", "B", "C", "D", "E"]
    assert options.read_codes(str(file), 6) == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize("text", ["", "\n \n", "[]", '["A"', "x" * 7090])
def test_a_file_without_usable_codes_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "codes"
    file.write_text(text)

    with pytest.raises(ValueError, match=r".+"):
        options.read_codes(str(file), 2)


# --- Scenes ---------------------------------------------------------------------------------------


def acts_of(role: str, count: int, *, gap: float = 0.1) -> list[Offer]:
    setting = Setting(gap=gap, codes=codes_of(0, cameras=1, count=1000), roads=8, chance=Random(1))
    return list(islice(ROLES[role](setting), count))


def test_a_rush_is_ten_idle_cameras_to_a_busy_one() -> None:
    assert report.roles("rush", 220) == {"idle": 200, "busy": 20}
    assert report.roles("mixed", 10) == {"idle": 4, "busy": 2, "text": 2, "codes": 1, "restless": 1}


def test_an_idle_camera_shows_no_code_and_mostly_nothing() -> None:
    offers = acts_of("idle", 400)

    assert {type(offer.act) for offer in offers} == {Road}
    assert sum(offer.pause for offer in offers) / len(offers) > 1.5


def test_a_busy_camera_shows_a_code_several_times_and_then_the_road() -> None:
    acts = [offer.act for offer in acts_of("busy", 4 + 2 * 10)][4:]
    shown = Counter(act.number for act in acts if isinstance(act, Code))

    assert shown == {0: 6, 1: 6}
    assert [type(act) for act in acts[:10]] == [Code] * 6 + [Road] * 4


@pytest.mark.parametrize(("role", "act"), [("codes", Code), ("text", Typed)])
def test_each_frame_or_typed_code_is_another(role: str, act: type[Code] | type[Typed]) -> None:
    offers = acts_of(role, 1000)

    assert [offer.act for offer in offers] == [act(number) for number in range(1000)]
    assert {offer.pause for offer in offers[1:]} == {0.1}


def test_a_restless_camera_repeats_a_check_and_loads_its_page_anew_amid_another() -> None:
    acts = [type(offer.act) for offer in acts_of("restless", 4)]

    assert acts == [Typed, Repeat, Typed, Reload]
    assert acts_of("restless", 4)[3].pause == 0


def test_cameras_begin_far_apart_in_the_codes() -> None:
    begins = [next(codes_of(camera, cameras=4, count=100)) for camera in range(4)]

    assert begins == [0, 25, 50, 75]
    assert list(islice(codes_of(3, cameras=4, count=100), 24, 27)) == [99, 0, 1]
