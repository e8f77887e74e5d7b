"""Several codes before one camera: what is large, what is heard, what is left standing."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.actions import declare, start_shift, travel_code_picture, verdict
from tests.browser.scenes import phone
from tests.browser.site import Site

LogIn = Callable[[str], Page]
WATCH = """() => {
  window.outcomes = [];
  const panel = document.querySelector("[data-testid=verdict]");
  new MutationObserver(() => window.outcomes.push(panel.dataset.outcome))
    .observe(panel, { attributes: true, attributeFilter: ["data-outcome"] });
}"""


def write_turns(path: Path, turns: Sequence[Sequence[Image.Image]]) -> None:
    """Scenes one after another, half a second each, and again from the start."""
    content = io.BytesIO()
    for turn, phones in enumerate(turns):
        for frame in range(15):
            picture = scenes.road(turn * 15 + frame)
            for index, shown in enumerate(phones):
                picture.paste(shown, (20 + index * 310 + frame % 4, 60))
            picture.save(content, "JPEG", quality=85)
    path.write_bytes(content.getvalue())


@pytest.fixture
def refused(citizen: Page, site: Site) -> Image.Image:
    declare(citizen, full_name="Phạm Thị Bị Từ Chối", personal_number="000190066666")
    code = travel_code_picture(citizen)
    found = "selectors.permits_of_person('000190066666')"
    site.ask(f"{found}.update(state='revoked')")
    return phone(code, height=360)


@pytest.fixture
def allowed(citizen: Page) -> Image.Image:
    declare(citizen, full_name="Lê Thị Được Qua", personal_number="000190055555")
    return phone(travel_code_picture(citizen), height=360)


def test_a_refused_code_stays_large_when_an_allowed_one_is_held_up_beside_it(
    log_in: LogIn, camera_file: Path, refused: Image.Image, allowed: Image.Image
) -> None:
    write_turns(camera_file, [[refused], [refused, allowed]])
    officer = log_in("officer")
    officer.goto("/checkpoint/")
    officer.evaluate(WATCH)
    officer.select_option("select[name=checkpoint]", index=1)
    officer.click("[data-testid=start]")
    small = officer.locator("#other-verdicts [data-outcome=allow]")
    expect(small).to_contain_text("Lê Thị Được Qua")
    officer.wait_for_timeout(1500)
    assert set(officer.evaluate("() => window.outcomes")) == {"", "refuse"}


def test_who_comes_back_before_the_camera_is_shown_again(
    log_in: LogIn, camera_file: Path, refused: Image.Image, allowed: Image.Image
) -> None:
    nobody: list[Image.Image] = []
    turns = [[refused], *[nobody] * 3, [allowed], *[nobody] * 3]
    write_turns(camera_file, turns)
    officer = log_in("officer")
    officer.goto("/checkpoint/")
    officer.evaluate(WATCH)
    officer.select_option("select[name=checkpoint]", index=2)
    officer.click("[data-testid=start]")
    verdict(officer, "refuse")
    verdict(officer, "allow")
    verdict(officer, "refuse")
    verdict(officer, "allow")


def test_a_new_shift_begins_with_nothing_of_the_last(
    log_in: LogIn, camera_file: Path, allowed: Image.Image
) -> None:
    scenes.write(camera_file, [allowed])
    officer = log_in("officer")
    start_shift(officer, direction="out")
    verdict(officer, "allow")
    anew = """() => {
      document.getElementById("stop").click();
      document.querySelector("[data-testid=start]").click();
      const panel = document.querySelector("[data-testid=verdict]");
      return [panel.dataset.outcome, document.querySelectorAll("#recent-scans li").length];
    }"""
    assert officer.evaluate(anew) == ["", 0]
    verdict(officer, "allow")
