"""Which pictures are worth sending: the module alone, in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.actions import module_address

LogIn = Callable[[str], Page]


@pytest.fixture
def run(log_in: LogIn) -> Callable[[str], Any]:
    """Run a script with `changes`, a fresh ChangeDetector, and `grey(value, code?)`, a picture."""
    page = log_in("officer")
    page.goto("/checkpoint/")

    def run(script: str) -> Any:
        return page.evaluate(
            """async (address) => {
              const { ChangeDetector, THUMBNAIL } = await import(address);
              const changes = new ChangeDetector();
              const grey = (value, code = value) => {
                const pixels = new Uint8ClampedArray(THUMBNAIL.width * THUMBNAIL.height * 4);
                for (let at = 0; at < pixels.length; at += 4) {
                  const x = (at / 4) % THUMBNAIL.width;
                  pixels.fill(x < 16 ? code : value, at, at + 4);
                }
                return pixels;
              };
              const settle = () =>
                [0, 400, 800, 1200].map((now) => changes.isWorthSending(grey(100), now));
              SCRIPT
            }""".replace("SCRIPT", script),
            module_address(page, "change.js"),
        )

    return run


def test_a_still_picture_is_tried_three_times_more_and_then_left(run: Callable[[str], Any]) -> None:
    tried = run("return [...settle(), changes.isWorthSending(grey(100), 99999)];")

    assert tried == [True, True, True, True, False]


def test_a_lamp_s_flicker_is_no_change_but_a_light_switched_on_is(
    run: Callable[[str], Any],
) -> None:
    sent = run(
        "settle(); return [90, 110, 120].map((value) => changes.isWorthSending(grey(value), 9000));"
    )

    assert sent == [False, False, True]


def test_a_code_that_comes_into_view_is_a_change(run: Callable[[str], Any]) -> None:
    assert run("settle(); return changes.isWorthSending(grey(100, 140), 9000);") is True


def test_a_code_that_was_seen_is_tried_at_once_and_then_each_second(
    run: Callable[[str], Any],
) -> None:
    tried = run(
        "changes.isWorthSending(grey(100), 0); changes.answered(0, true);"
        "const at = (now) => changes.isWorthSending(grey(100), now);"
        "return [at(59), at(60), at(120), at(180), at(1179), at(1180), at(2180)];"
    )

    assert tried == [False, True, True, True, False, True, True]


def test_a_code_that_was_read_is_sent_again_each_second_while_it_is_there(
    run: Callable[[str], Any],
) -> None:
    tried = run(
        "changes.isWorthSending(grey(100), 0); changes.answered(1);"
        "const at = (now) => changes.isWorthSending(grey(100), now);"
        "return [at(999), at(1000), changes.isRetry];"
    )

    assert tried == [False, True, False]
