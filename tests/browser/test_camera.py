"""The camera: which one, what is set on it, and that its troubles are said and mended."""

import base64
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.actions import start_shift

LogIn = Callable[[str], Page]
FAKE_CAMERA = Path(__file__).with_name("fake_camera.js")
UNPLUG = "fakeCamera.track.dispatchEvent(new Event('ended'))"
TROUBLE = "[data-testid=camera-trouble]"


@pytest.fixture
def officer(log_in: LogIn) -> Page:
    """An officer's page with a camera that the test has in its hand."""
    page = log_in("officer")
    page.add_init_script(path=FAKE_CAMERA)
    return page


def run_camera(page: Page) -> None:
    start_shift(page)
    page.wait_for_function("() => document.getElementById('video').currentTime > 0.2")
    expect(page.locator(TROUBLE)).to_be_hidden()


@pytest.mark.parametrize(
    ("break_it", "code", "words", "mend_it"),
    [
        ("fakeCamera.isFrozen = true", "frozen", "đứng yên", "fakeCamera.isFrozen = false"),
        (
            "fakeCamera.paint = fakeCamera.black",
            "black",
            "đen",
            "fakeCamera.paint = fakeCamera.road",
        ),
        (
            f"fakeCamera.setPermission('denied'); {UNPLUG}",
            "NotAllowedError",
            "chưa được phép dùng camera",
            "fakeCamera.setPermission('granted')",
        ),
        (
            UNPLUG,
            "ended",
            "Camera",
            "navigator.mediaDevices.dispatchEvent(new Event('devicechange'))",
        ),
    ],
    ids=["frozen", "black", "permission", "unplugged"],
)
def test_a_camera_s_trouble_is_said_within_three_seconds_and_goes_when_it_is_mended(
    officer: Page, break_it: str, code: str, words: str, mend_it: str
) -> None:
    run_camera(officer)
    officer.evaluate(f"() => {{ window.brokenAt = performance.now(); {break_it}; }}")
    officer.wait_for_function(
        f"() => document.querySelector('{TROUBLE}').dataset.code === '{code}'", timeout=10_000
    )
    waited = officer.evaluate("() => performance.now() - window.brokenAt")
    expect(officer.locator(TROUBLE)).to_contain_text(words)
    assert waited < 3000
    officer.evaluate(f"() => {{ {mend_it}; }}")
    expect(officer.locator(TROUBLE)).to_be_hidden()


def test_a_running_camera_is_in_no_trouble(officer: Page) -> None:
    """Longer than any trouble takes to be said."""
    run_camera(officer)
    until = time.monotonic() + 3.5
    while time.monotonic() < until:
        officer.wait_for_timeout(100)
        assert officer.locator(TROUBLE).is_hidden()


def test_focus_exposure_and_colours_are_left_to_the_camera_where_it_can(officer: Page) -> None:
    officer.add_init_script(
        "fakeCamera.abilities = { focusMode: ['manual', 'continuous'], exposureMode: ['manual'] };"
    )
    run_camera(officer)
    assert officer.evaluate("() => fakeCamera.applied") == [{"focusMode": "continuous"}]


def test_torch_and_zoom_are_there_only_where_the_camera_has_them(officer: Page) -> None:
    run_camera(officer)
    officer.click("#camera-controls summary")
    expect(officer.locator("[data-camera=torch]")).to_be_hidden()
    expect(officer.locator("[data-camera=zoom]")).to_be_hidden()
    expect(officer.locator("[data-camera=choice]")).to_be_hidden()


def test_torch_and_zoom_work(officer: Page) -> None:
    officer.add_init_script(
        "fakeCamera.abilities = { torch: true, zoom: { min: 1, max: 4, step: 0.5 } };"
    )
    run_camera(officer)
    officer.click("#camera-controls summary")
    torch = officer.locator("[data-camera=torch]")
    torch.click()
    expect(torch).to_have_attribute("aria-pressed", "true")
    officer.focus("[data-camera=zoom]")
    officer.keyboard.press("ArrowRight")
    assert officer.evaluate("() => fakeCamera.applied") == [{"torch": True}, {"zoom": 1.5}]


CAMERAS = """fakeCamera.cameras = [
  { deviceId: "lid", label: "Integrated Webcam", kind: "videoinput" },
  { deviceId: "usb", label: "HD USB Camera", kind: "videoinput" }];"""


def wished(page: Page) -> list[Any]:
    wishes: list[Any] = page.evaluate(
        "() => fakeCamera.opened.map((wish) => wish.deviceId?.ideal ?? wish.facingMode.ideal)"
    )
    return wishes


def test_on_a_laptop_the_camera_that_was_plugged_in_is_taken(officer: Page) -> None:
    officer.add_init_script(CAMERAS)
    run_camera(officer)
    assert wished(officer) == ["environment", "usb"]


def test_the_rear_camera_of_a_phone_is_kept(officer: Page) -> None:
    officer.add_init_script(f"{CAMERAS} fakeCamera.settings = {{ facingMode: 'environment' }};")
    run_camera(officer)
    assert wished(officer) == ["environment"]


def test_the_chosen_camera_is_remembered_on_this_device(officer: Page) -> None:
    officer.add_init_script(CAMERAS)
    run_camera(officer)
    officer.click("#camera-controls summary")
    expect(officer.locator("[data-camera=choice]")).to_have_value("usb")
    officer.select_option("[data-camera=choice]", label="Integrated Webcam")
    officer.wait_for_function("() => fakeCamera.opened.length === 3")
    assert wished(officer)[-1] == "lid"
    run_camera(officer)  # the page anew
    assert wished(officer) == ["lid"]


def test_a_mirrored_picture_is_remembered(officer: Page) -> None:
    run_camera(officer)
    officer.click("#camera-controls summary")
    officer.check("[data-camera=mirror]")
    expect(officer.locator("#video")).to_have_css("transform", "matrix(-1, 0, 0, 1, 0, 0)")
    run_camera(officer)
    expect(officer.locator("#camera-frame")).to_have_class("camera-frame mirrored")


def test_a_dark_picture_is_said_in_words(officer: Page) -> None:
    officer.add_init_script("fakeCamera.paint = fakeCamera.black;")
    start_shift(officer)
    expect(officer.locator("#hint")).to_have_attribute("data-hint", "dark")
    expect(officer.locator("#hint")).to_contain_text("Quá tối")


DAMAGED = """fakeCamera.paint = () => {
  fakeCamera.road();
  if (!window.code) return;
  fakeCamera.pen.drawImage(window.code, 120, 40, 400, 400);
  fakeCamera.pen.fillStyle = "white";
  fakeCamera.pen.fillRect(270, 190, 100, 100);
};"""


def test_a_code_that_is_seen_but_not_read_is_hinted_at_under_the_picture(officer: Page) -> None:
    content = io.BytesIO()
    scenes.drawn("a code of no worth").save(content, "PNG")
    code = base64.b64encode(content.getvalue()).decode()
    officer.add_init_script(DAMAGED)
    run_camera(officer)
    officer.evaluate(
        """(code) => new Promise((resolve) => {
          const picture = Object.assign(new Image(), { src: `data:image/png;base64,${code}` });
          picture.onload = () => resolve(void (window.code = picture));
        })""",
        code,
    )
    expect(officer.locator("#hint")).to_have_attribute("data-hint", "glare")
    expect(officer.locator("#hint")).to_contain_text("bị lóa")


def test_a_camera_that_another_program_had_is_tried_again_without_alarming_twice(
    officer: Page,
) -> None:
    officer.add_init_script("fakeCamera.error = 'NotReadableError';")
    start_shift(officer)
    trouble = officer.locator(TROUBLE)
    expect(trouble).to_have_attribute("data-code", "NotReadableError")
    officer.evaluate(
        """() => {
          window.changes = 0;
          const count = () => window.changes++;
          const box = document.querySelector("[data-testid=camera-trouble]");
          const all = { attributes: true, subtree: true, childList: true };
          new MutationObserver(count).observe(box, all);
        }"""
    )
    officer.wait_for_function("() => fakeCamera.opened.length === 2")
    assert officer.evaluate("() => window.changes") == 0
    officer.evaluate("() => { fakeCamera.error = null; }")
    expect(trouble).to_be_hidden(timeout=15_000)
