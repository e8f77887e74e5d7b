"""What the page sends next, by what came of the last picture: the module alone, in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.actions import module_address

LogIn = Callable[[str], Page]
WIDE, TALL = 1920, 1080
SMALL_CODE = [[900, 500], [960, 500], [960, 560], [900, 560]]


@pytest.fixture
def run(log_in: LogIn) -> Callable[[str], Any]:
    """Run a script with `plan`, `next(isRetry)`, `answered(...)` and the module's other exports."""
    page = log_in("officer")
    page.goto("/checkpoint/")

    def run(script: str) -> Any:
        return page.evaluate(
            """async ([width, height, address]) => {
              const module = await import(address);
              const plan = new module.CapturePlan();
              const next = (isRetry = false) => plan.next({ width, height }, { isRetry });
              const answered = (symbols, seen = null, networkMs = undefined) =>
                plan.answered({ symbols, seen, networkMs });
              SCRIPT
            }""".replace("SCRIPT", script),
            [WIDE, TALL, module_address(page, "capture_plan.js")],
        )

    return run


def test_it_starts_small_and_a_second_try_is_large(run: Callable[[str], Any]) -> None:
    first, retry = run("const first = next(); answered(0); return [first, next(true)];")

    assert (first["width"], first["height"], first["quality"]) == (640, 360, 0.65)
    assert first["region"] == {"x": 0, "y": 0, "width": WIDE, "height": TALL}
    assert (retry["width"], retry["height"], retry["quality"]) == (1280, 720, 0.8)


def test_of_a_picture_that_always_changes_each_third_is_large(run: Callable[[str], Any]) -> None:
    widths = run(
        "return [1, 2, 3, 4, 5, 6].map(() => { const w = next().width; answered(0); return w; });"
    )

    assert widths == [640, 640, 1280, 640, 640, 1280]


def test_around_a_code_that_was_seen_the_camera_s_own_pixels_are_sent_then_all_again(
    run: Callable[[str], Any],
) -> None:
    region, whole = run(
        f"answered(0, {SMALL_CODE}); const a = next(); answered(0); return [a, next()];"
    )

    assert region["region"] == {"x": 810, "y": 410, "width": 240, "height": 240}
    assert (region["width"], region["height"], region["quality"]) == (240, 240, 0.8)
    assert whole["region"]["width"] == WIDE


def test_a_region_ends_at_the_picture_s_edge(run: Callable[[str], Any]) -> None:
    region = run("answered(0, [[0, 0], [50, 0], [50, 50], [0, 50]]); return next().region;")

    assert region == {"x": 0, "y": 0, "width": 145, "height": 145}


def test_a_code_as_large_as_the_picture_is_not_cut_out_but_sent_large(
    run: Callable[[str], Any],
) -> None:
    sent = run("answered(0, [[400, 20], [1500, 20], [1500, 1060], [400, 1060]]); return next();")

    assert sent["region"] == {"x": 0, "y": 0, "width": WIDE, "height": TALL}
    assert sent["width"] == 1280


def test_what_only_a_large_picture_gave_stays_large_while_it_is_there(
    run: Callable[[str], Any],
) -> None:
    widths = run(
        "next(true); answered(1); const a = next().width; answered(1); const b = next().width;"
        "answered(0); return [a, b, next().width];"
    )

    assert widths == [1280, 1280, 640]


def test_a_slow_network_gets_less_until_it_is_clearly_fast(run: Callable[[str], Any]) -> None:
    """By the average: 400 ms is still fast, 401 slow; 200 still slow, less is fast again."""
    speeds = run(
        "const at = (ms) => { plan.network = ms; answered(0, null, ms); return plan.speed; };"
        "return [at(400), at(401), at(300), at(200), at(199), at(300)];"
    )
    quick, close = run(
        "answered(0, null, 500); const quick = next(); answered(0); return [quick, next(true)];"
    )

    assert speeds == ["fast", "slow", "slow", "slow", "fast", "fast"]
    assert (quick["width"], quick["quality"]) == (480, 0.5)
    assert (close["width"], close["quality"]) == (960, 0.6)


def test_one_slow_answer_is_not_a_slow_network(run: Callable[[str], Any]) -> None:
    assert run("answered(0, null, 30); answered(0, null, 1200); return plan.speed;") == "fast"


def test_a_small_camera_s_picture_is_never_enlarged(run: Callable[[str], Any]) -> None:
    sent = run("return plan.next({ width: 320, height: 240 }, { isRetry: true });")

    assert (sent["width"], sent["height"]) == (320, 240)


def test_corners_of_a_region_come_back_to_their_place(run: Callable[[str], Any]) -> None:
    corners = run(
        "return module.inWholePicture([[0, 0], [100, 50]],"
        " { region: { x: 800, y: 400, width: 400, height: 200 }, width: 200, height: 100 });"
    )

    assert corners == [[800, 400], [1000, 500]]


def test_what_the_server_says_of_a_region_is_drawn_where_it_is(log_in: LogIn) -> None:
    page = log_in("officer")
    page.goto("/checkpoint/")
    message = page.evaluate(
        """async () => {
          const address = document.querySelector("script[src*='js/checkpoint']").src
            .replace(/checkpoint[^/]*$/, "lane_link.js");
          const { LaneLink } = await import(address);
          const link = new LaneLink(1, "in");
          link.inFlight = {
            seq: 7, takenAt: 5, width: 200, height: 100,
            region: { x: 800, y: 400, width: 400, height: 200 },
            whole: { width: 1920, height: 1080 },
          };
          const corners = [[0, 0], [100, 0], [100, 50], [0, 50]];
          return link.withCapture({ type: "verdict", seq: 7, corners });
        }"""
    )

    assert message["corners"] == [[800, 400], [1000, 400], [1000, 500], [800, 500]]
    assert (message["frame"]["width"], message["frame"]["height"]) == (1920, 1080)
