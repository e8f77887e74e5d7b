"""What an officer does with a car: by key, by touch, and where there is no code or network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import scenes
from tests.browser.actions import declare, start_shift, travel_code_picture, verdict
from tests.browser.scenes import phone
from tests.browser.site import PASSWORD, Site

LogIn = Callable[[str], Page]
OPEN = "[data-testid=connection][data-state=open]"
GOOD = (
    "[p for p in Permit.objects.filter(state='approved', kind__number=1,"
    " valid_from__lt=timezone.now(), valid_until__gt=timezone.now(), zones=None, direction='')"
    " if not selectors.watchlist_hits(p, now=timezone.now())][-1]"
)
NO_CARS = "Đã qua 0 · Quay lại 0 · Bàn y tế 0"
LAST_ACT = "(lambda p: (p.act, p.reason, p.outcome, p.direction))(Passage.objects.latest('id'))"


@pytest.fixture
def officer(log_in: LogIn, camera_file: Path) -> Page:
    """An officer's lane, on an empty road."""
    scenes.write(camera_file, [])
    page = log_in("officer")
    begin_anew(page)
    return page


def begin_anew(page: Page) -> None:
    """Begin a shift with no car yet: the shift of an earlier test ends first."""
    for _ in range(2):
        start_shift(page, direction="out")
        page.locator(OPEN).wait_for()
        expect(page.locator("#place")).not_to_be_empty()
        if page.text_content("[data-testid=counts]") == NO_CARS:
            return
        page.click("#stop")
        page.locator("#shift-over").wait_for()


def check(page: Page, payload: str) -> None:
    page.fill("[data-testid=typed-code]", payload)
    page.press("[data-testid=typed-code]", "Enter")
    page.locator("#recent-scans li").first.wait_for()


def counts(page: Page, words: str) -> None:
    expect(page.locator("[data-testid=counts]")).to_have_text(words)


def press(page: Page, key: str) -> None:
    """Press one key as a hand does: out of any field, and a pause after the last. Faster ones are
    a USB scanner's.
    """
    page.evaluate("() => document.activeElement.blur()")
    page.wait_for_timeout(150)
    page.keyboard.press(key)


def test_two_keys_let_a_held_car_through_and_the_act_can_be_undone(
    officer: Page, site: Site
) -> None:
    check(officer, "https://example.com/menu")
    expect(officer.locator("#acts")).to_have_attribute("data-outcome", "hold")
    press(officer, "1")
    officer.locator("[data-reason=emergency]").wait_for()
    press(officer, "2")
    counts(officer, "Đã qua 1 · Quay lại 0 · Bàn y tế 0")
    expect(officer.locator("#acts")).to_have_attribute("data-outcome", "")
    assert site.ask(LAST_ACT) == "('let_through', 'emergency', 'hold', 'out')"
    press(officer, "u")
    counts(officer, NO_CARS)
    expect(officer.locator("#acts")).to_have_attribute("data-outcome", "hold")
    press(officer, "3")
    counts(officer, "Đã qua 0 · Quay lại 0 · Bàn y tế 1")


def test_a_car_in_order_passes_by_itself_when_it_has_gone(
    citizen: Page, officer: Page, site: Site
) -> None:
    declare(citizen, personal_number="000190044442")
    check(officer, citizen.text_content("[data-testid=serial]") or "")
    expect(officer.locator("#acts")).to_have_attribute("data-outcome", "allow")
    officer.click("[data-testid=next-car]")
    counts(officer, "Đã qua 1 · Quay lại 0 · Bàn y tế 0")
    assert site.ask(LAST_ACT) == "('passed', '', 'allow', 'out')"


def test_a_car_before_the_camera_passes_when_the_picture_is_empty(
    citizen: Page, log_in: LogIn, camera_file: Path
) -> None:
    declare(citizen, personal_number="000190044441")
    officer = log_in("officer")
    scenes.write(camera_file, [])
    begin_anew(officer)
    scenes.write(camera_file, [phone(travel_code_picture(citizen))])
    officer.goto("/checkpoint/")
    officer.click("#settings summary")
    officer.select_option("[name=empty-seconds]", "2")
    officer.click("#settings summary")
    officer.click("[data-testid=start]")
    verdict(officer, "allow")
    counts(officer, NO_CARS)
    officer.evaluate("() => document.getElementById('video').srcObject.getVideoTracks()[0].stop()")
    counts(officer, "Đã qua 1 · Quay lại 0 · Bàn y tế 0")


def test_a_car_is_one_sum_and_the_next_one_does_not_push_it_out_of_sight(
    officer: Page, site: Site
) -> None:
    check(officer, site.ask(f"{GOOD}.serial"))
    check(officer, "00000-00000")
    expect(officer.locator("#acts")).to_have_attribute("data-outcome", "refuse")
    expect(officer.locator("[data-part=people]")).to_contain_text(",")
    officer.click("[data-testid=next-car]")
    waiting = officer.locator("[data-part=undecided] button")
    expect(waiting).to_have_count(1)
    counts(officer, NO_CARS)
    waiting.click()
    officer.click("[data-act=turned_back]")
    expect(waiting).to_have_count(0)
    counts(officer, "Đã qua 0 · Quay lại 1 · Bàn y tế 0")
    assert site.ask("Passage.objects.latest('id').scans.count()") == "2"
    assert site.ask(LAST_ACT) == "('turned_back', '', 'refuse', 'out')"


def test_an_act_without_a_connection_is_kept_past_a_reload_and_recorded_once(
    officer: Page, site: Site
) -> None:
    check(officer, "https://example.com/menu")
    before = int(site.ask("Passage.objects.count()"))
    site.stop()
    expect(officer.locator("#not-connected")).to_be_visible()
    officer.click("[data-act=turned_back]")
    expect(officer.locator("[data-testid=unsent]")).to_contain_text("1")
    again = officer.context.new_page()
    officer.close()  # as a browser that crashes
    site.start()
    start_shift(again, direction="out")
    counts(again, "Đã qua 0 · Quay lại 1 · Bàn y tế 0")
    expect(again.locator("[data-testid=unsent]")).to_be_hidden()
    assert int(site.ask("Passage.objects.count()")) == before + 1


def test_a_usb_scanner_s_digits_are_no_acts(officer: Page, site: Site) -> None:
    officer.locator("#stop").focus()
    officer.keyboard.type("1230000000")
    officer.keyboard.press("Enter")
    expect(officer.locator("#recent-scans li")).to_have_count(1)
    expect(officer.locator("[data-part=reasons]")).to_be_hidden()
    counts(officer, NO_CARS)


def test_another_reason_needs_a_note_and_supervisors_read_it_with_the_still(
    officer: Page, log_in: LogIn, site: Site
) -> None:
    check(officer, "https://example.com/menu")
    officer.wait_for_function("() => document.getElementById('video').videoWidth > 0")
    officer.click("[data-act=let_through]")
    officer.click("[data-reason=other]")
    expect(officer.locator("[data-part=message]")).to_be_visible()
    officer.fill("[data-testid=note]", "Xe cứu hộ, đã gọi trực ban")
    officer.click("[data-testid=take-still]")
    expect(officer.locator("#still-message")).to_contain_text("đã được lưu")
    officer.click("[data-reason=other]")
    counts(officer, "Đã qua 1 · Quay lại 0 · Bàn y tế 0")
    supervisor = log_in("supervisor")
    supervisor.goto("/passages/")
    supervisor.locator(".passages a").first.click()
    expect(supervisor.locator("main")).to_contain_text("Xe cứu hộ, đã gọi trực ban")
    loaded = "() => document.querySelector('.stills img').naturalWidth > 0"
    supervisor.wait_for_function(loaded)


def test_a_driver_without_a_code_is_declared_for_and_allowed(
    log_in: LogIn, camera_file: Path
) -> None:
    card = "000190012399||Nguyễn Thị Không Mã|17051990|Nữ|phường Mẫu, Hà Nội|01012020"
    scenes.write(camera_file, [phone(scenes.drawn(card), height=440)])
    officer = log_in("officer")
    start_shift(officer)
    expect(verdict(officer, "refuse")).to_have_attribute("data-reason", "no_permit")
    officer.click("[data-testid=no-code]")
    expect(officer.locator("#declare-personal_number")).to_have_value("000190012399")
    expect(officer.locator("#declare-origin")).to_have_value("phường Mẫu, Hà Nội")
    officer.click("[data-testid=declare]")
    expect(officer.locator("#declare-destination")).to_have_attribute("aria-invalid", "true")
    officer.fill("#declare-destination", "xã Mẫu, Hải Phòng")
    officer.fill("#declare-purpose", "Về nhà")
    officer.click("[data-testid=declare]")
    serial = officer.locator("#no-code [data-part=serial]")
    expect(serial).to_have_text(re.compile(r"^\w{5}-\w{5}$"))
    expect(verdict(officer, "allow")).to_contain_text("Nguyễn Thị Không Mã")


def test_a_personal_number_finds_its_permit(citizen: Page, officer: Page) -> None:
    declare(citizen, personal_number="000190044443")
    check(officer, "0001 9004 4443")
    expect(verdict(officer, "allow")).to_contain_text("••••4443")
    check(officer, "000190000000")
    expect(verdict(officer, "refuse")).to_have_attribute("data-reason", "no_permit")


def test_the_driver_s_screen_follows_the_lane(
    officer: Page, open_context: Callable[..., BrowserContext]
) -> None:
    screen = open_context().new_page()
    screen.goto(officer.get_attribute("[data-testid=open-screen]", "href") or "")
    sign = screen.locator("[data-testid=sign]")
    expect(sign).to_have_attribute("data-sign", "ready")
    check(officer, "00000-00000")
    expect(sign).to_have_attribute("data-sign", "refuse")
    officer.click("[data-act=let_through]")
    officer.click("[data-reason=papers_seen]")
    expect(sign).to_have_attribute("data-sign", "allow")
    expect(sign).to_contain_text("Mời qua")
    officer.click("#stop")
    expect(sign).to_have_attribute("data-sign", "away")
    assert "officer" not in (screen.text_content("body") or "")


def test_a_locked_page_checks_nothing_and_the_next_officer_takes_over_with_the_camera_on(
    officer: Page, site: Site
) -> None:
    site.ask(
        "(lambda u: u.groups.set(User.objects.get(username='officer').groups.all()))"
        f"(User.objects.create_user('tiep', password='{PASSWORD}'))"
    )
    camera = "() => document.getElementById('video').srcObject.getVideoTracks()[0].id"
    officer.click("[data-act=turned_back]")
    counts(officer, "Đã qua 0 · Quay lại 1 · Bàn y tế 0")
    before = officer.evaluate(camera)
    press(officer, "l")
    expect(officer.locator("#lock")).to_be_visible()
    expect(officer.locator(OPEN)).to_have_count(0)
    officer.keyboard.press("Escape")
    expect(officer.locator("#lock")).to_be_visible()
    expect(officer.locator("#recent-scans")).to_be_hidden()
    officer.fill("#unlock-password", "wrong")
    officer.click("[data-testid=unlock]")
    expect(officer.locator("#lock [role=alert]:visible")).to_contain_text("không đúng")
    officer.fill("#next-username", "tiep")
    officer.fill("#next-password", PASSWORD)
    officer.click("[data-testid=take-over]")
    expect(officer.locator("#lock")).to_be_hidden()
    expect(officer.locator("#place")).to_contain_text("tiep")
    counts(officer, NO_CARS)
    assert officer.evaluate(camera) == before
    check(officer, "https://example.com/menu")
    officer.click("[data-act=health_desk]")
    counts(officer, "Đã qua 0 · Quay lại 0 · Bàn y tế 1")
    assert site.ask("Passage.objects.latest('id').officer.username") == "tiep"
    before_it = "Shift.objects.filter(officer__username='officer').latest('id')"
    assert site.ask(f"{before_it}.ended_at is not None") == "True"


def test_a_lock_outlives_a_reload(officer: Page) -> None:
    with officer.expect_response(lambda answer: answer.url.endswith("/checkpoint/lock/")):
        officer.click("#lock-now")
    officer.reload()
    expect(officer.locator("#lock")).to_be_visible()
    expect(officer.locator("[data-testid=start]")).to_be_hidden()
    officer.keyboard.press("Escape")
    officer.fill("#unlock-password", PASSWORD)
    officer.keyboard.press("Enter")
    expect(officer.locator("[data-testid=start]")).to_be_visible()
