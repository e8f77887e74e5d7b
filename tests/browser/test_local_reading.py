"""The page decodes by itself where the way of a picture is slow, and only there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.actions import declare, start_shift, travel_code_picture, verdict

LogIn = Callable[[str], Page]
# Each picture is on its way for so long; a line of text is not.
SLOW_UPLOAD = """
window.sent = { frames: 0, seen: [] };
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (message) {
  if (typeof message === "string") {
    if (JSON.parse(message).type === "seen") window.sent.seen.push(JSON.parse(message));
    return send.call(this, message);
  }
  window.sent.frames++;
  setTimeout(() => this.readyState === WebSocket.OPEN && send.call(this, message), DELAY);
};
"""


def stand(page: Page, *, delay: int) -> None:
    page.add_init_script(SLOW_UPLOAD.replace("DELAY", str(delay)))
    start_shift(page)


@pytest.fixture
def choice(log_in: LogIn) -> Callable[[str], Any]:
    """Run a script with `choice`, a fresh DecoderChoice."""
    page = log_in("officer")
    page.goto("/checkpoint/")

    def run(script: str) -> Any:
        return page.evaluate(
            """async () => {
              const address = document.querySelector("script[src*='js/checkpoint']").src
                .replace(/checkpoint[^/]*$/, "decoder_choice.js");
              const choice = new (await import(address)).DecoderChoice();
              SCRIPT
            }""".replace("SCRIPT", script)
        )

    return run


def test_on_a_slow_network_codes_go_as_text_with_the_same_verdict(
    citizen: Page, log_in: LogIn, camera_file: Path
) -> None:
    declare(citizen, personal_number="000190088888", full_name="Nguyễn Thị Mẫu Chậm")
    scenes.write(camera_file, [scenes.phone(travel_code_picture(citizen))])
    officer = log_in("officer")
    stand(officer, delay=600)
    expect(verdict(officer, "allow")).to_contain_text("Nguyễn Thị Mẫu Chậm")
    officer.wait_for_function("() => window.sent.seen.length >= 2")
    (symbol,) = officer.evaluate("() => window.sent.seen.at(-1).symbols")
    assert symbol["payload"].startswith("CP1:")
    assert len(symbol["corners"]) == 4
    expect(officer.locator("#recent-scans > li")).to_have_count(1)


def test_on_a_fast_network_the_server_reads_and_nothing_is_loaded(
    citizen: Page, log_in: LogIn, camera_file: Path
) -> None:
    declare(citizen, personal_number="000190055555")
    scenes.write(camera_file, [scenes.phone(travel_code_picture(citizen))])
    officer = log_in("officer")
    loaded: list[str] = []
    officer.on("request", lambda request: loaded.append(request.url))
    stand(officer, delay=0)
    verdict(officer, "allow")
    officer.wait_for_function("() => window.sent.frames >= 4")
    assert officer.evaluate("() => window.sent.seen") == []
    assert not [address for address in loaded if "zxing" in address]


def test_it_is_loaded_only_where_pictures_are_clearly_slower_than_text(
    choice: Callable[[str], Any],
) -> None:
    answers = choice(
        "choice.pingTook(50); choice.frameTook({ networkMs: 200, decodeMs: 1 });"
        "const at = choice.isWorthLoading;"
        "choice.frameMs = 200.1; return [at, choice.isWorthLoading];"
    )

    assert answers == [False, True]


def test_it_is_chosen_only_where_it_is_clearly_faster(choice: Callable[[str], Any]) -> None:
    answers = choice(
        "choice.pingTook(50); choice.frameTook({ networkMs: 299, decodeMs: 1 });"
        "const unmeasured = choice.isLocal; choice.localTook(159); const faster = choice.isLocal;"
        "choice.localMs = 160; return [unmeasured, faster, choice.isLocal];"
    )

    assert answers == [False, True, False]


def test_what_it_cannot_read_goes_to_the_server_and_each_twentieth_picture_too(
    choice: Callable[[str], Any],
) -> None:
    chosen = (
        "choice.pingTook(1); choice.localTook(9);choice.frameTook({ networkMs: 900, decodeMs: 1 });"
    )
    nothing = choice(f"{chosen} return [1, 2, 3, 4].map(() => choice.goesToServer(0));")
    read = choice(f"{chosen} return Array.from({{ length: 20 }}, () => choice.goesToServer(1));")

    assert nothing == [False, False, True, False]
    assert read == [False] * 19 + [True]
