"""A supervisor tells a lane something: the officer sees and hears it, and says so."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import scenes
from tests.browser.actions import start_shift, verdict
from tests.browser.site import Site
from tests.browser.test_acts import begin_anew, check, counts, press

LogIn = Callable[[str], Page]
OPEN = "[data-testid=connection][data-state=open]"
INSTRUCTION = "[data-testid=instruction]"


@pytest.fixture(autouse=True)
def _none_stands_afterwards(site: Site) -> Iterator[None]:
    yield
    site.ask("Instruction.objects.all().delete()")


@pytest.fixture
def officer(log_in: LogIn, camera_file: Path) -> Page:
    """An officer at the first lane, direction out, on an empty road."""
    scenes.write(camera_file, [])
    page = log_in("officer")
    begin_anew(page)
    return page


@pytest.fixture
def supervisor(log_in: LogIn) -> Page:
    return log_in("supervisor")


def tell(supervisor: Page, *, kind: str = "message", text: str = "", direction: str = "") -> None:
    """Tell the first lane something."""
    supervisor.goto("/instructions/")
    supervisor.select_option("[name=kind]", kind)
    supervisor.select_option("[name=where]", index=3)
    supervisor.fill("[name=text]", text)
    supervisor.select_option("[name=direction]", direction)
    supervisor.click("[data-testid=give]")
    expect(supervisor.locator(".message.success")).to_be_visible()


def test_the_officer_sees_and_hears_it_and_the_supervisor_sees_who_confirmed(
    officer: Page, supervisor: Page
) -> None:
    tell(supervisor, text="Dừng hết xe đi về phía Nam")
    expect(officer.locator(INSTRUCTION)).to_contain_text("Dừng hết xe đi về phía Nam")
    alert = officer.locator("#instruction-announcer[role=alert]")
    expect(alert).to_have_text("Từ người giám sát. Dừng hết xe đi về phía Nam")
    card = supervisor.locator("[data-testid=standing]").first
    expect(card.locator("[data-part=waiting] li")).to_have_count(1)
    press(officer, "c")
    expect(officer.locator(INSTRUCTION)).to_have_count(0)
    line = officer.locator("#instruction-lines li")
    expect(line).to_contain_text("Dừng hết xe đi về phía Nam")
    expect(card.locator("[data-part=confirmed] li")).to_have_count(1)
    expect(card.locator("[data-part=waiting] li")).to_have_count(0)
    card.locator("[data-testid=withdraw]").click()
    expect(line).to_have_count(0)


def test_several_are_listed_the_newest_first_and_outlive_a_reload(
    officer: Page, supervisor: Page
) -> None:
    tell(supervisor, text="Một")
    expect(officer.locator(INSTRUCTION)).to_have_count(1)
    tell(supervisor, text="Hai")
    expect(officer.locator(f"{INSTRUCTION} .said")).to_have_text(["Hai", "Một"])
    press(officer, "c")
    expect(officer.locator(f"{INSTRUCTION} .said")).to_have_text(["Một"])
    start_shift(officer, direction="out")  # loads the page anew
    expect(officer.locator(f"{INSTRUCTION} .said")).to_have_text(["Một"])
    expect(officer.locator("#instruction-lines li")).to_contain_text("Hai")
    officer.locator("[data-testid=confirm-instruction]").click()
    expect(officer.locator("#instruction-lines li")).to_have_count(2)


def test_a_scanner_s_typing_confirms_nothing(officer: Page, supervisor: Page) -> None:
    tell(supervisor, text="Chú ý")
    expect(officer.locator(INSTRUCTION)).to_have_count(1)
    officer.evaluate("() => document.activeElement.blur()")
    officer.keyboard.type("cccccccccc")
    officer.wait_for_timeout(500)  # a key that counts does so after a moment
    expect(officer.locator("[data-testid=confirm-instruction]:enabled")).to_have_count(1)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_it_hides_no_verdict(officer: Page, supervisor: Page, width: int, height: int) -> None:
    officer.set_viewport_size({"width": width, "height": height})
    tell(supervisor, kind="close", text="Nghỉ đến khi có lệnh mới. " * 6)
    expect(officer.locator(INSTRUCTION)).to_have_count(1)
    check(officer, "00000-00000")
    shown, over = box(verdict(officer, "refuse")), box(officer.locator("#instructions"))
    apart = over["y"] + over["height"] <= shown["y"] or over["x"] + over["width"] <= shown["x"]
    assert apart, (over, shown)


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found is not None
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


WAYS = ("out", "in")


def test_a_new_direction_moves_the_page_when_its_cars_are_decided_on(
    officer: Page, supervisor: Page, site: Site
) -> None:
    check(officer, "https://example.com/menu")
    expect(officer.locator("#acts")).to_have_attribute("data-outcome", "hold")
    tell(supervisor, kind="direction", direction="in")
    expect(officer.locator(INSTRUCTION)).to_contain_text("Vào")
    press(officer, "c")
    expect(officer.locator("#direction-message")).to_be_visible()
    expect(officer.locator("#place")).to_contain_text("Ra")
    press(officer, "2")
    expect(officer.locator("#place")).to_contain_text("Vào")
    officer.locator(OPEN).wait_for()
    expect(officer.locator("#direction-message")).to_be_hidden()
    expect(officer.locator("#instruction-lines li")).to_contain_text("Vào")
    expect(officer.locator(INSTRUCTION)).to_have_count(0)
    old, new = (f"Shift.objects.filter(direction='{way}').latest('last_seen_at')" for way in WAYS)
    assert site.ask(f"({old}.ended_at is None, {new}.ended_at is None)") == "(False, True)"
    assert site.ask(f"{old}.passages.latest('id').act") == "turned_back"
    officer.click("#stop")
    officer.locator("#shift-over").wait_for()


def test_a_closed_lane_says_so_to_everybody_and_still_checks(
    officer: Page, supervisor: Page, open_context: Callable[..., BrowserContext]
) -> None:
    screen = open_context().new_page()
    screen.goto(officer.locator("[data-testid=open-screen][href]").get_attribute("href") or "")
    screen.locator("[data-testid=sign][data-sign=ready]").wait_for()
    tell(supervisor, kind="close")
    expect(officer.locator("[data-testid=lane-closed]")).to_be_visible()
    screen.locator("[data-testid=sign][data-sign=closed]").wait_for()
    expect(screen.locator("#sign-words")).to_have_text(re.compile("đóng"))
    check(officer, "00000-00000")
    verdict(officer, "refuse")
    screen.locator("[data-testid=sign][data-sign=refuse]").wait_for()
    press(officer, "2")
    counts(officer, "Đã qua 0 · Quay lại 1 · Bàn y tế 0")
    supervisor.locator("[data-testid=withdraw]").click()
    expect(officer.locator("[data-testid=lane-closed]")).to_be_hidden()
    screen.locator("[data-testid=sign][data-sign=ready]").wait_for()


def test_a_form_that_is_pressed_twice_is_sent_once(supervisor: Page, site: Site) -> None:
    supervisor.goto("/instructions/")
    supervisor.select_option("[name=where]", "all")
    supervisor.fill("[name=text]", "Một lần")
    supervisor.locator("[data-testid=give]").dblclick()
    expect(supervisor.locator("[data-testid=standing]")).to_have_count(1)
    assert site.ask("Instruction.objects.count()") == "1"


def test_what_the_page_says_of_its_device_is_kept(officer: Page, site: Site) -> None:
    officer.locator("[data-part=fps]:visible").wait_for()
    row = "LaneHealth.objects.order_by('-reported_at').first()"
    said = f"(lambda r: r and (r.camera, r.unsent_acts, r.round_trip_ms is not None))({row})"
    for _ in range(40):
        if site.ask(said).startswith("('ok', 0"):
            break
    assert site.ask(said) == "('ok', 0, True)"
    offset = int(site.ask(f"{row}.clock_offset_ms"))
    assert abs(offset) < 60_000
