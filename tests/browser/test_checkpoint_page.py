"""The checkpoint page where not all goes well: no camera, no network, odd codes, other ways in."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from scans import protocol
from tests.browser import scenes
from tests.browser.actions import DECLARATION, declare, start_shift, travel_code_picture, verdict
from tests.browser.site import PASSWORD, Site

LogIn = Callable[[str], Page]
OPEN = "[data-testid=connection][data-state=open]"


def without_camera(error: str) -> str:
    """A script after which the camera fails with this error."""
    return (
        "navigator.mediaDevices.getUserMedia = () => "
        f"Promise.reject(Object.assign(new Error('no'), {{ name: '{error}' }}));"
    )


@pytest.fixture
def officer(log_in: LogIn, camera_file: Path) -> Page:
    """An officer's page on an empty road."""
    scenes.write(camera_file, [])
    return log_in("officer")


@pytest.fixture
def approved_serial(site: Site) -> str:
    return site.ask(
        "Permit.objects.filter(state='approved', kind__number=1, "
        "valid_from__lt=timezone.now(), valid_until__gt=timezone.now()).last().serial"
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotAllowedError", "chưa được phép dùng camera"),
        ("NotFoundError", "không có camera"),
        ("NotReadableError", "Chương trình khác đang dùng camera"),
        ("OverconstrainedError", "không cho hình"),
        ("AbortError", "dừng khi đang khởi động"),
        ("SecurityError", "cấm trang web dùng camera"),
        ("TypeError", "không dùng được camera"),
        ("SurprisingError", "SurprisingError"),
    ],
)
def test_a_camera_that_does_not_start_says_why_and_the_lane_works_all_the_same(
    officer: Page, approved_serial: str, error: str, words: str
) -> None:
    officer.add_init_script(without_camera(error))
    start_shift(officer)
    trouble = officer.locator("[data-testid=camera-trouble]")
    expect(trouble).to_have_attribute("data-code", error)
    expect(trouble).to_contain_text(words)
    officer.locator(OPEN).wait_for()
    officer.fill("[data-testid=typed-code]", approved_serial)
    officer.press("[data-testid=typed-code]", "Enter")
    expect(officer.locator("[data-testid=verdict]")).to_contain_text(approved_serial)


def test_a_page_that_did_not_come_over_https_says_so(
    open_context: Callable[..., BrowserContext], site: Site
) -> None:
    page = open_context().new_page()
    page.goto(f"http://gate.test:{site.port}/login/")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.click("[data-testid=start]")
    expect(page.locator("[data-testid=camera-trouble]")).to_have_attribute("data-code", "insecure")
    expect(page.locator("[data-testid=camera-trouble]")).to_contain_text("https")


def test_a_camera_that_is_unplugged_is_said_and_comes_back(officer: Page) -> None:
    start_shift(officer)
    officer.wait_for_function("() => document.getElementById('video').currentTime > 0.2")
    officer.evaluate(
        "() => document.getElementById('video').srcObject.getVideoTracks()[0]"
        ".dispatchEvent(new Event('ended'))"
    )
    trouble = officer.locator("[data-testid=camera-trouble]")
    expect(trouble).to_have_attribute("data-code", "ended")
    officer.click("#retry-camera")
    expect(trouble).to_be_hidden()


@pytest.mark.parametrize(
    ("typed", "outcome", "reason"),
    [
        ("https://example.com/menu", "hold", "unknown_code"),
        ("00000-00000", "refuse", "unknown_permit"),
        ("CP1:" + "0" * 138, "refuse", "bad_signature"),
        ("000190099999||Nguyễn Thị Vắng|17051990|Nữ|xã Mẫu|01012021", "refuse", "no_permit"),
        ("<img src=x onerror=alert(1)>", "hold", "unknown_code"),
    ],
)
def test_a_typed_code_gets_its_verdict(
    officer: Page, typed: str, outcome: str, reason: str
) -> None:
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    officer.fill("[data-testid=typed-code]", typed)
    officer.press("[data-testid=typed-code]", "Enter")
    expect(verdict(officer, outcome)).to_have_attribute("data-reason", reason)
    expect(officer.locator("[data-testid=typed-code]")).to_have_value("")
    expect(officer.locator("#recent-scans > li")).to_have_count(1)


def test_a_usb_scanner_types_without_a_field(officer: Page, approved_serial: str) -> None:
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    officer.locator("#stop").focus()  # its Enter must not press the button
    officer.keyboard.type(approved_serial)
    officer.keyboard.press("Enter")
    expect(verdict(officer, "allow")).to_contain_text(approved_serial)


def test_a_chosen_picture_is_read_and_others_are_said(
    citizen: Page, officer: Page, tmp_path: Path
) -> None:
    declare(citizen)
    travel_code_picture(citizen).save(tmp_path / "code.png")
    (tmp_path / "letter.png").write_text("this is no picture")
    scenes.road(1).save(tmp_path / "road.jpg")
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    chooser, message = "[data-testid=picture-input]", officer.locator("#picture-message")
    officer.set_input_files(chooser, tmp_path / "letter.png")
    expect(message).to_contain_text("không phải ảnh")
    officer.set_input_files(chooser, tmp_path / "road.jpg")
    expect(message).to_contain_text("Không tìm thấy mã")
    officer.set_input_files(chooser, tmp_path / "code.png")
    expect(verdict(officer, "allow")).to_contain_text(DECLARATION["you"]["full_name"])


def test_a_lost_connection_is_unmissable_and_what_was_typed_meanwhile_is_sent_after_it(
    officer: Page, site: Site, approved_serial: str
) -> None:
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    site.stop()
    expect(officer.locator("#not-connected")).to_be_visible()
    expect(officer.locator("#not-connected")).to_contain_text("Không kiểm tra được gì")
    officer.fill("[data-testid=typed-code]", approved_serial)
    officer.press("[data-testid=typed-code]", "Enter")
    expect(officer.locator("#waiting")).to_contain_text("1")
    site.start()
    expect(verdict(officer, "allow")).to_contain_text(approved_serial)
    expect(officer.locator("#not-connected")).to_be_hidden()
    expect(officer.locator("#waiting")).to_be_hidden()


COUNT_ALARMS = """() => {
  const alarm = document.getElementById("not-connected");
  window.alarms = 0;
  const count = () => { window.alarms += alarm.hidden ? 0 : 1; };
  new MutationObserver(count).observe(alarm, { attributes: true });
}"""


def test_a_restart_of_the_server_alarms_nobody_and_the_page_goes_on(
    officer: Page, site: Site, approved_serial: str
) -> None:
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    expect(officer.locator("#place")).not_to_be_empty()
    officer.evaluate(COUNT_ALARMS)
    site.end()
    expect(officer.locator("[data-testid=connection]")).not_to_have_attribute("data-state", "open")
    officer.fill("[data-testid=typed-code]", approved_serial)
    officer.press("[data-testid=typed-code]", "Enter")
    expect(officer.locator("#waiting")).to_contain_text("1")
    site.start()
    expect(verdict(officer, "allow")).to_contain_text(approved_serial)
    expect(officer.locator("#waiting")).to_be_hidden()
    officer.locator(OPEN).wait_for()
    assert officer.evaluate("() => window.alarms") == 0


def test_a_restart_that_takes_too_long_is_said(officer: Page, site: Site) -> None:
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    site.end()
    expect(officer.locator("[data-testid=connection]")).not_to_have_attribute("data-state", "open")
    expect(officer.locator("#not-connected")).to_be_hidden()
    expect(officer.locator("#not-connected")).to_be_visible(timeout=15_000)
    site.start()
    expect(officer.locator("#not-connected")).to_be_hidden()


def test_a_server_that_falls_silent_is_noticed_and_found_again(
    officer: Page, site: Site, approved_serial: str
) -> None:
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    site.fall_silent()
    try:
        expect(officer.locator("#not-connected")).to_be_visible(timeout=30_000)
    finally:
        site.speak_again()
    expect(officer.locator("#not-connected")).to_be_hidden(timeout=30_000)
    officer.fill("[data-testid=typed-code]", approved_serial)
    officer.press("[data-testid=typed-code]", "Enter")
    expect(verdict(officer, "allow")).to_contain_text(approved_serial)


def test_after_a_reload_a_code_still_in_view_is_shown_again(
    citizen: Page, officer: Page, camera_file: Path
) -> None:
    declare(citizen, personal_number="000190066666")
    scenes.write(camera_file, [scenes.phone(travel_code_picture(citizen))])
    start_shift(officer)
    first = verdict(officer, "allow").get_attribute("data-scan-id")
    start_shift(officer)  # loads the page anew
    expect(verdict(officer, "allow")).to_have_attribute("data-scan-id", first or "")


def test_the_dashboard_has_after_a_reconnect_what_it_missed(
    officer: Page, log_in: LogIn, site: Site
) -> None:
    supervisor = log_in("supervisor")
    supervisor.locator("[data-testid=feed-row]").first.wait_for()
    supervisor.locator(OPEN).wait_for()
    site.stop()
    expect(supervisor.locator("#not-connected")).to_be_visible()
    site.start()
    start_shift(officer)
    officer.fill("[data-testid=typed-code]", "something of no worth")
    officer.press("[data-testid=typed-code]", "Enter")
    scan_id = verdict(officer, "hold").get_attribute("data-scan-id")
    supervisor.locator(f"[data-testid=feed-row][data-scan-id='{scan_id}']").wait_for()
    expect(supervisor.locator("#not-connected")).to_be_hidden()


def test_an_open_lane_counts_as_online(officer: Page, log_in: LogIn) -> None:
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    supervisor = log_in("supervisor")
    expect(supervisor.locator("#board .online").first).to_contain_text("1/2")
    officer.click("#stop")
    expect(supervisor.locator("#board .online")).to_have_count(0)


def test_logging_out_elsewhere_stops_the_lane_and_says_so(officer: Page) -> None:
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    other_tab = officer.context.new_page()
    other_tab.goto("/checkpoint/")
    other_tab.get_by_role("button", name="Đăng xuất").click()
    expect(officer.locator("#not-connected")).to_contain_text("đã đăng xuất")
    expect(officer.locator("#not-connected a")).to_have_attribute("href", re.compile("^/login/"))


def test_the_page_s_constants_are_those_of_the_protocol(officer: Page) -> None:
    officer.goto("/checkpoint/")
    address = officer.evaluate(
        "() => document.querySelector('script[type=module]').src"
        ".replace(/checkpoint[^/]*$/, 'protocol.js')"
    )
    page_s = officer.evaluate(
        "async (address) => {"
        " const {packFrame, fitting, named, ...constants} = await import(address);"
        " const image = new Uint8Array([1, 2, 3]).buffer;"
        " const frame = packFrame({seq: 7, capturedAt: 1631606400123, isPicture: true, image});"
        " return {...constants, frame: [...frame]}; }",
        address,
    )
    assert bytes(page_s.pop("frame")) == protocol.pack_frame(
        seq=7,
        captured_at=1631606400123,
        image=b"\x01\x02\x03",
        is_picture=True,
        answer_together=True,
    )
    assert page_s.pop("OUTCOMES") == ["allow", "hold", "refuse"]
    assert page_s.pop("FINAL_CLOSE_CODES") == [
        protocol.CLOSE_NOT_LOGGED_IN,
        protocol.CLOSE_WRONG_ROLE,
        protocol.CLOSE_NO_SUCH_LANE,
        protocol.CLOSE_DEVICE_CUT_OFF,
        protocol.CLOSE_NOT_ENROLLED,
        protocol.CLOSE_LOCKED,
    ]
    assert page_s.pop("RESTART_CLOSE_CODES") == [protocol.CLOSE_SERVICE_RESTART, 1001, 1012]
    assert tuple(page_s.pop("BOARD_ROW")) == protocol.BoardRow.__struct_fields__
    assert tuple(page_s.pop("LANE_NOW")) == protocol.LaneNow.__struct_fields__
    assert page_s.pop("HEADER_BYTES") == protocol.FRAME_HEADER.size
    assert page_s == {name: getattr(protocol, name) for name in page_s}


def test_the_lane_is_remembered_and_works_by_keyboard_alone(officer: Page) -> None:
    officer.goto("/checkpoint/")
    officer.select_option("select[name=checkpoint]", index=3)
    officer.select_option("select[name=lane]", index=1)
    officer.select_option("select[name=direction]", "out")
    officer.focus("[data-testid=start]")
    officer.keyboard.press("Enter")
    officer.locator(OPEN).wait_for()
    expect(officer.locator("#place")).not_to_be_empty()  # comes after the socket is open
    place = officer.text_content("#place")
    officer.focus("#stop")
    officer.keyboard.press("Enter")
    officer.reload()
    officer.focus("[data-testid=start]")
    officer.keyboard.press("Enter")
    expect(officer.locator("#place")).to_have_text(place or "nowhere")
