"""Devices: let in by a code that is typed, opened or scanned; cut off; and tested."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import scenes
from tests.browser.actions import start_shift
from tests.browser.scenes import phone
from tests.browser.site import PASSWORD

LogIn = Callable[[str], Page]
Open = Callable[..., BrowserContext]


def english(page: Page) -> Page:
    page.goto("/healthz")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": page.url}])
    return page


@pytest.fixture
def supervisor(log_in: LogIn) -> Page:
    return english(log_in("supervisor"))


@pytest.fixture
def tablet(open_context: Open) -> Page:
    """A device that is not enrolled yet."""
    return english(open_context().new_page())


def make_code(supervisor: Page, name: str) -> str:
    """Name a device at the supervisor's page; returns the code that it then shows."""
    supervisor.goto("/devices/")
    supervisor.fill("[name=name]", name)
    supervisor.click("[data-testid=make-code]")
    return supervisor.inner_text("[data-testid=enrol-code]")


def log_in_on(page: Page, role: str) -> None:
    page.goto("/login/")
    page.fill("[name=username]", role)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda url: "/login/" not in url)


def enrol(tablet: Page, supervisor: Page, name: str) -> str:
    """Let a device in by the address; returns the code, once the supervisor's page says so too."""
    code = make_code(supervisor, name)
    tablet.goto(f"/enrol/{code}/")
    tablet.click("[data-testid=enrol-now]")
    tablet.locator("[data-testid=enrolled]").wait_for()
    expect(supervisor.locator("h1")).to_contain_text(f"{name} is enrolled")
    return code


def test_a_typed_code_enrols_and_the_supervisor_s_page_says_so_by_itself(
    supervisor: Page, tablet: Page
) -> None:
    code = make_code(supervisor, "Tablet typed")
    expect(supervisor.locator("[data-testid=remaining]")).to_have_text(re.compile(r"[89]:\d\d"))
    tablet.goto("/enrol/")
    tablet.fill("[name=code]", code.replace("-", "").lower())
    tablet.keyboard.press("Enter")
    expect(tablet.locator("h1")).to_contain_text("Tablet typed")
    tablet.click("[data-testid=enrol-now]")
    expect(tablet.locator("[data-testid=enrolled]")).to_contain_text("Tablet typed")
    expect(supervisor.locator("h1")).to_contain_text("Tablet typed is enrolled")
    supervisor.goto("/devices/")
    expect(supervisor.locator("[data-name='Tablet typed']")).to_be_visible()


def test_the_camera_of_a_laptop_reads_the_code_from_the_supervisor_s_screen(
    supervisor: Page, tablet: Page, camera_file: Path
) -> None:
    code = make_code(supervisor, "Tablet scanned")
    address = f"{supervisor.url.split('/devices/')[0]}/enrol/{code}/"
    scenes.write(camera_file, [phone(scenes.drawn(address), height=460)])
    tablet.goto("/enrol/")
    tablet.click("[data-testid=scan-open]")
    tablet.wait_for_url(f"**/enrol/{code}/")
    expect(tablet.locator("h1")).to_contain_text("Tablet scanned")


def test_a_wrong_and_a_used_code_are_said_where_it_is_typed(supervisor: Page, tablet: Page) -> None:
    tablet.goto("/enrol/")
    tablet.fill("[name=code]", "00000-00001")
    tablet.keyboard.press("Enter")
    expect(tablet.locator("[data-testid=enrol-fault]")).to_contain_text("one of them is wrong")
    code = enrol(tablet, supervisor, "Tablet used")
    tablet.goto(f"/enrol/{code}/")
    expect(tablet.locator("[data-testid=enrol-fault]")).to_contain_text("has let a device in")


def test_a_device_that_is_cut_off_loses_its_open_lane_at_once_and_says_why(
    supervisor: Page, tablet: Page
) -> None:
    enrol(tablet, supervisor, "Tablet lost")
    log_in_on(tablet, "officer")
    start_shift(tablet)
    tablet.locator("[data-testid=connection][data-state=open]").wait_for()

    supervisor.goto("/devices/")
    expect(supervisor.locator("[data-name='Tablet lost'] .at-lane")).to_contain_text("Now at")
    supervisor.click("[data-name='Tablet lost'] a:has-text('Cut off')")
    supervisor.click("[data-testid=cut-off-now]")
    gone = supervisor.locator("[data-testid=gone]", has_text="Tablet lost")
    expect(gone).to_be_visible()

    alarm = tablet.locator("#not-connected")
    expect(alarm).to_contain_text("cut off by a supervisor")
    expect(tablet.locator("[data-testid=connection]")).to_have_attribute("data-state", "refused")
    tablet.context.clear_cookies(name="device")
    tablet.goto("/checkpoint/")
    expect(tablet.locator("[data-testid=cut-off-here]")).to_be_visible()
    tablet.goto("/checkpoint/")
    assert "/login/" in tablet.url


def check(page: Page, name: str) -> str:
    return page.get_attribute(f"[data-check={name}]", "data-state") or ""


def run_test(page: Page) -> None:
    """By keyboard alone."""
    page.goto("/checkpoint/")
    page.get_by_role("link", name="Test this device").click()
    page.locator("[data-testid=run-test]:enabled").focus()
    page.keyboard.press("Enter")


def test_the_device_is_tested_and_the_report_comes_to_the_supervisor(
    supervisor: Page, tablet: Page, camera_file: Path
) -> None:
    scenes.write(camera_file, [])
    enrol(tablet, supervisor, "Tablet tested")
    log_in_on(tablet, "officer")
    run_test(tablet)
    expect(tablet.locator("[data-testid=heard]")).to_be_focused()
    tablet.keyboard.press("Enter")
    expect(tablet.locator("[data-testid=send-report]")).to_be_focused()
    states = {name: check(tablet, name) for name in ("camera", "light", "sound", "clock", "live")}
    assert states == dict.fromkeys(states, "ok")
    assert check(tablet, "torch") == "absent"
    expect(tablet.locator("[data-check=camera] .check-values")).to_contain_text("640 px wide")
    expect(tablet.locator("[data-check=camera] .check-state")).to_have_text("Good")
    assert tablet.evaluate("() => document.querySelector('video').srcObject") is None

    tablet.keyboard.press("Enter")
    expect(tablet.locator("[data-testid=test-status]")).to_contain_text("Sent")
    supervisor.goto("/devices/")
    supervisor.click("[data-name='Tablet tested'] a:has-text('Last test')")
    expect(supervisor.locator("h1")).to_contain_text("Test of Tablet tested")
    expect(supervisor.locator("[data-check=camera]")).to_contain_text("640 px wide")
    expect(supervisor.locator("[data-check=torch]")).to_contain_text("At night a lamp is needed")


def test_without_a_camera_a_sound_and_a_network_the_test_says_what_to_do(tablet: Page) -> None:
    log_in_on(tablet, "officer")
    tablet.add_init_script(
        """navigator.mediaDevices.getUserMedia =
             () => Promise.reject(new DOMException("", "NotFoundError"));"""
    )
    tablet.route("**/checkpoint/test/clock/", lambda route: route.abort())
    run_test(tablet)
    tablet.click("[data-testid=not-heard]")
    expect(tablet.locator("[data-testid=test-status]")).to_contain_text("Not everything works:")
    states = {name: check(tablet, name) for name in ("camera", "light", "torch", "sound")}
    assert states == {
        "camera": "failed",
        "light": "skipped",
        "torch": "skipped",
        "sound": "failed",
    }
    assert (check(tablet, "network"), check(tablet, "clock")) == ("failed", "skipped")
    expect(tablet.locator("[data-check=camera]")).to_contain_text("Plug one in")
    expect(tablet.locator("[data-check=sound]")).to_contain_text("Turn the volume up")


def test_a_clock_that_is_wrong_and_a_black_picture_are_noticed(
    tablet: Page, camera_file: Path
) -> None:
    log_in_on(tablet, "officer")
    tablet.add_init_script(
        """const now = Date.now; Date.now = () => now() - 3_600_000;
           const draw = CanvasRenderingContext2D.prototype.drawImage;
           CanvasRenderingContext2D.prototype.drawImage = function () {
             this.fillRect(0, 0, 64, 48);
           };"""
    )
    run_test(tablet)
    tablet.click("[data-testid=heard]")
    tablet.locator("[data-testid=send-report]").wait_for()
    assert (check(tablet, "clock"), check(tablet, "light")) == ("failed", "failed")
    expect(tablet.locator("[data-check=clock]")).to_contain_text("to automatic")


def test_a_report_that_cannot_be_sent_can_be_sent_again(tablet: Page) -> None:
    log_in_on(tablet, "officer")
    run_test(tablet)
    tablet.click("[data-testid=heard]")
    tablet.locator("[data-testid=send-report]").wait_for()
    tablet.context.set_offline(True)
    tablet.click("[data-testid=send-report]")
    status = tablet.locator("[data-testid=test-status]")
    expect(status).to_contain_text("could not be sent (no_answer)")
    tablet.context.set_offline(False)
    tablet.click("[data-testid=send-report]")
    expect(status).to_contain_text("Sent")
