"""Every page at phone, tablet and desktop width: nothing sticks out, and axe finds no violation.

With SCREENSHOTS=FOLDER the pages are also pictured there, to be looked at (`make screenshots`).
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser import scenes
from tests.browser.actions import declare, fill_in, go_on, start_shift, travel_code_picture, verdict
from tests.browser.scenes import phone
from tests.browser.site import PASSWORD, Site
from tests.browser.test_alerts import RAISE
from tests.lan_site import LanSite

LogIn = Callable[[str], Page]
AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
AXE_WIDTHS = (390, 1440)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {360: 740, 390: 844, 820: 1180, 1440: 900}
# The checkpoint page stands on phones and on walls.
LANE_WIDTHS = {**WIDTHS, 2560: 1440}
FOLDER = os.environ.get("SCREENSHOTS")


def look_at(page: Page, name: str) -> None:
    """Look at a page at every width, in both languages."""
    for language in ("vi", "en"):
        site = "/".join(page.url.split("/")[:3])
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        page.wait_for_load_state()
        page.reload()
        look_at_widths(page, f"{name}-{language}")


def look_at_widths(page: Page, name: str, widths: dict[int, int] = WIDTHS) -> None:
    """No page is wider than its window."""
    for width, height in widths.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)  # lets a picture settle; nothing is asserted of it
        if FOLDER:
            page.screenshot(path=Path(FOLDER) / f"{name}-{width}.png", full_page=True)
        sticks_out = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert page.evaluate(sticks_out) <= 0, f"{name} at {width}"
        if width in AXE_WIDTHS:
            assert violations(page) == [], f"{name} at {width}"


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own best practices: rule, and where."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", AXE_TAGS)
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def test_axe_sees_what_nobody_can_read(citizen: Page) -> None:
    citizen.goto("/find/")
    assert violations(citizen) == []
    citizen.evaluate("() => document.querySelector('main label').remove()")
    assert any(found.startswith("label: ") for found in violations(citizen))


def test_the_citizen_s_pages(citizen: Page) -> None:
    citizen.goto("/")
    look_at(citizen, "kinds")
    citizen.goto("/declare/1/")
    go_on(citizen)
    citizen.locator("[aria-invalid=true]").first.wait_for()
    look_at_widths(citizen, "declaration-faults")
    fill_in(citizen, full_name="Nguyễn Thị Hoàng Mẫu")
    look_at(citizen, "declaration-check")
    for step in ("you", "trip", "people", "papers"):
        citizen.goto(f"/declare/1/{step}/")
        look_at(citizen, f"declaration-{step}")
    citizen.goto("/declare/1/people/")
    citizen.click("[data-testid=add-person]")
    look_at(citizen, "declaration-person")
    citizen.click("button[value=remove-0]")
    go_on(citizen)
    go_on(citizen)
    go_on(citizen)
    citizen.locator("[data-testid=travel-qr]").wait_for()
    look_at(citizen, "travel-code")
    address = citizen.url
    citizen.check("[data-testid=keep]")
    citizen.locator("#keep-done").wait_for()
    citizen.goto("/my-code/")
    citizen.locator("[data-testid=kept-code]").wait_for()
    look_at(citizen, "my-code")
    citizen.goto(f"{address}cancel/")
    look_at(citizen, "cancel")
    citizen.click("[data-testid=cancel-now]")
    citizen.locator("[data-testid=renew]").wait_for()
    look_at(citizen, "cancelled")
    citizen.goto("/permits/nobody/")
    look_at(citizen, "unknown-link")
    citizen.goto("/declare/99/")
    look_at(citizen, "not-offered")
    citizen.goto("/login/")
    look_at(citizen, "login")


def test_the_pages_of_a_permit_that_is_found_again(citizen: Page) -> None:
    declare(citizen, full_name="Nguyễn Thị Hoàng Mẫu", personal_number="000190055554")
    serial = citizen.text_content("[data-testid=serial]") or ""
    citizen.goto("/find/")
    look_at(citizen, "find")
    citizen.click("[data-testid=find]")
    citizen.locator("[aria-invalid=true]").first.wait_for()
    look_at_widths(citizen, "find-faults")
    citizen.fill("[name=serial]", serial)
    citizen.fill("[name=personal_number]", "000190055554")
    citizen.fill("[name=birth_date]", "1991-05-17")
    citizen.click("[data-testid=find]")
    citizen.locator("#summary p").wait_for()
    look_at_widths(citizen, "find-missed")
    citizen.fill("[name=birth_date]", "1990-05-17")
    citizen.click("[data-testid=find]")
    citizen.locator("[data-testid=travel-qr]").wait_for()
    look_at(citizen, "found")


def test_an_application_s_pages(citizen: Page, site: Site) -> None:
    fill_in(citizen, kind=5, full_name="Nguyễn Thị Hoàng Mẫu", personal_number="000190044444")
    citizen.goto("/declare/5/trip/")
    look_at(citizen, "application-trip")
    citizen.goto("/declare/5/papers/")
    paper: FilePayload = {
        "name": "giấy đi đường.pdf",
        "mimeType": "application/pdf",
        "buffer": b"%PDF-1.4",
    }
    citizen.set_input_files("[name=documents]", paper)
    citizen.click("[data-testid=add-files]")
    look_at(citizen, "application-papers")
    letter: FilePayload = {"name": "thư.txt", "mimeType": "text/plain", "buffer": b"text"}
    citizen.set_input_files("[name=documents]", letter)
    go_on(citizen)
    look_at_widths(citizen, "application-papers-faults")
    citizen.set_input_files("[name=documents]", [])
    go_on(citizen)
    go_on(citizen)
    citizen.locator("[data-testid=serial]").wait_for()
    site.ask(
        "services.ask(Permit.objects.latest('id').pk, now=timezone.now(),"
        " issuer=User.objects.get(username='issuer'),"
        " note='Đề nghị bổ sung giấy xác nhận có đóng dấu của công ty.')"
    )
    look_at(citizen, "asked")
    address = citizen.url
    citizen.click("[data-testid=correct]")
    look_at(citizen, "correction-check")
    site.ask(
        "services.reject(Permit.objects.latest('id').pk, now=timezone.now(),"
        " issuer=User.objects.get(username='issuer'), note='Thiếu giấy tờ')"
    )
    go_on(citizen)
    look_at_widths(citizen, "changed-meanwhile")
    citizen.goto(address)
    look_at(citizen, "rejected")


def test_the_checkpoint_page(citizen: Page, log_in: LogIn, camera_file: Path) -> None:
    declare(citizen, full_name="Nguyễn Thị Hoàng Mẫu", personal_number="000190033333")
    code = travel_code_picture(citizen)
    officer = log_in("officer")
    officer.goto("/checkpoint/")
    look_at(officer, "checkpoint-choice")
    scenes.write(camera_file, [phone(code)])
    start_shift(officer)
    verdict(officer, "allow")
    look_at_widths(officer, "checkpoint-allow", LANE_WIDTHS)
    scenes.write(camera_file, [phone(code), phone(scenes.drawn("https://example.com/"))])
    start_shift(officer, direction="out")
    verdict(officer, "hold")
    look_at_widths(officer, "checkpoint-hold", LANE_WIDTHS)


def test_what_an_officer_opens_on_the_checkpoint_page(log_in: LogIn, camera_file: Path) -> None:
    scenes.write(camera_file, [])
    officer = log_in("officer")
    officer.goto("/checkpoint/")
    officer.click("#settings summary")
    look_at_widths(officer, "checkpoint-settings", LANE_WIDTHS)
    officer.select_option("#theme", "sun")
    start_shift(officer)
    officer.locator("[data-testid=connection][data-state=open]").wait_for()
    for typed in ("00000-00000", "https://example.com/"):
        officer.fill("[data-testid=typed-code]", typed)
        officer.press("[data-testid=typed-code]", "Enter")
        expect(officer.locator("[data-testid=next-car]")).to_be_visible()
        officer.click("[data-testid=next-car]")
    officer.click(".note-box summary")
    look_at_widths(officer, "checkpoint-undecided-sun", LANE_WIDTHS)
    officer.click("[data-act=let_through]")
    look_at_widths(officer, "checkpoint-reasons", LANE_WIDTHS)
    officer.click("[data-part=cancel]")
    officer.click("[data-act=turned_back]")
    look_at_widths(officer, "checkpoint-undo")
    officer.click("[data-testid=no-code]")
    officer.click("[data-testid=declare]")
    officer.locator("#no-code [aria-invalid=true]").first.wait_for()
    look_at_widths(officer, "checkpoint-no-code", LANE_WIDTHS)
    officer.click("[data-testid=close-no-code]")
    officer.click("#set-pin")
    look_at_widths(officer, "checkpoint-pin")
    officer.keyboard.press("Escape")
    officer.click("#lock-now")
    officer.locator("#lock[open]").wait_for()
    look_at_widths(officer, "checkpoint-locked", LANE_WIDTHS)
    officer.fill("#unlock-password", PASSWORD)
    officer.click("[data-testid=unlock]")
    expect(officer.locator("#lock")).to_be_hidden()
    officer.locator("[data-testid=connection][data-state=open]").wait_for()
    officer.click("#stop")
    officer.locator("#shift-over").wait_for()
    look_at_widths(officer, "checkpoint-over")


def test_the_driver_s_screen(
    log_in: LogIn, camera_file: Path, open_context: Callable[..., BrowserContext]
) -> None:
    scenes.write(camera_file, [])
    officer = log_in("officer")
    start_shift(officer)
    screen = open_context().new_page()
    link = officer.locator("[data-testid=open-screen][href]")
    screen.goto(link.get_attribute("href") or "")
    for typed, sign in (("", "ready"), ("https://example.com/", "hold"), ("00000-00000", "refuse")):
        if typed:
            officer.fill("[data-testid=typed-code]", typed)
            officer.press("[data-testid=typed-code]", "Enter")
        screen.locator(f"[data-testid=sign][data-sign={sign}]").wait_for()
        look_at_widths(screen, f"screen-{sign}", LANE_WIDTHS)
    look_at(screen, "screen")


def test_what_became_of_the_cars(log_in: LogIn, camera_file: Path) -> None:
    scenes.write(camera_file, [])
    officer = log_in("officer")
    start_shift(officer)
    officer.locator("[data-testid=connection][data-state=open]").wait_for()
    officer.click(".note-box summary")
    officer.fill("[data-testid=note]", "Không có giấy tờ")
    officer.click("[data-act=health_desk]")
    expect(officer.locator("[data-testid=unsent]")).to_be_hidden()
    supervisor = log_in("supervisor")
    supervisor.goto("/passages/")
    look_at(supervisor, "passages")
    supervisor.locator(".passages a").first.click()
    look_at(supervisor, "passage")


def test_instructions_at_a_lane_and_where_they_are_given(
    log_in: LogIn, site: Site, camera_file: Path
) -> None:
    scenes.write(camera_file, [])
    officer, supervisor = log_in("officer"), log_in("supervisor")
    start_shift(officer)
    officer.locator("[data-testid=connection][data-state=open]").wait_for()
    supervisor.goto("/instructions/")
    supervisor.click("[data-testid=give]")
    look_at_widths(supervisor, "instructions-wrong")
    for kind, text in (("message", "Dừng hết xe đi về phía Nam"), ("close", "")):
        supervisor.select_option("[name=kind]", kind)
        supervisor.select_option("[name=where]", "all")
        supervisor.fill("[name=text]", text)
        supervisor.click("[data-testid=give]")
        supervisor.locator(".message.success").wait_for()
    expect(officer.locator("[data-testid=instruction]")).to_have_count(2)
    look_at_widths(officer, "checkpoint-instructions", LANE_WIDTHS)
    officer.locator("[data-testid=confirm-instruction]").first.click()
    expect(officer.locator("#instruction-lines li")).to_have_count(1)
    look_at_widths(officer, "checkpoint-instruction-and-line", LANE_WIDTHS)
    look_at(supervisor, "instructions")
    site.ask("Instruction.objects.all().delete()")


def test_the_pages_of_look_ups(log_in: LogIn, site: Site) -> None:
    serial = site.ask("Scan.objects.exclude(permit=None).first().permit.serial")
    supervisor = log_in("supervisor")
    supervisor.goto("/search/")
    look_at(supervisor, "search")
    supervisor.click("main form button")
    supervisor.locator("[data-testid=scans]").wait_for()
    look_at(supervisor, "search-found")
    supervisor.locator("[data-testid=scans] a").last.click()
    supervisor.locator("main form button").wait_for()
    look_at(supervisor, "scan-purpose")
    supervisor.select_option("#id_purpose", "complaint")
    supervisor.click("main form button")
    supervisor.locator(".verdict").wait_for()
    look_at(supervisor, "scan")
    supervisor.goto("/trace/")
    look_at(supervisor, "trace")
    supervisor.select_option("#id_purpose", "case")
    supervisor.click("main form button")
    supervisor.locator(".error").first.wait_for()
    look_at_widths(supervisor, "trace-faults")
    supervisor.fill("#id_who", serial)
    supervisor.click("main form button")
    supervisor.locator("[data-testid=contacts]").wait_for()
    look_at(supervisor, "traced")
    supervisor.click("[data-testid=contacts]")
    supervisor.locator("[data-testid=passing]").first.wait_for()
    look_at(supervisor, "contacts")
    administrator = log_in("administrator")
    administrator.goto("/access-log/")
    administrator.locator("[data-testid=look-ups]").wait_for()
    look_at(administrator, "access-log")


def test_the_page_that_helps_to_trust_the_site(citizen: Page, lan_site: LanSite) -> None:
    for language, path in (("vi", "/"), ("en", "/trust/en/")):
        citizen.goto(f"{lan_site.landing}{path}")
        for step, name in enumerate(("iphone", "android", "windows", "firefox")):
            citizen.locator("summary").nth(step).click()
            look_at_widths(citizen, f"trust-{name}-{language}")


@pytest.mark.parametrize("role", ["supervisor"])
def test_the_dashboard(log_in: LogIn, role: str) -> None:
    supervisor = log_in(role)
    supervisor.locator("[data-testid=feed-row]").first.wait_for()
    look_at(supervisor, "dashboard")


def test_the_room_on_a_phone_and_on_a_wall(log_in: LogIn, site: Site) -> None:
    site.ask(RAISE)
    supervisor = log_in("supervisor")
    lane = site.ask("Lane.objects.first().pk")
    place = site.ask("Lane.objects.first().checkpoint_id")
    for name, address in (
        ("room", "/dashboard/"),
        ("room-wall", "/dashboard/wall/"),
        ("room-checkpoint", f"/checkpoints/{place}/"),
        ("room-lane", f"/lanes/{lane}/"),
    ):
        supervisor.goto(address)
        supervisor.locator("[data-testid=connection][data-state=open]").wait_for()
        supervisor.locator("[data-testid=room-alert]").first.wait_for()
        look_at_widths(supervisor, name, {**WIDTHS, 3840: 2160})


def test_the_charts_and_the_report(log_in: LogIn) -> None:
    supervisor = log_in("supervisor")
    for name, address in (("charts", "/charts/?range=30"), ("report", "/reports/")):
        supervisor.goto(address)
        look_at(supervisor, name)


def test_the_alerts(log_in: LogIn, site: Site) -> None:
    supervisor = log_in("supervisor")
    site.ask(RAISE)
    for name, path in (
        ("alerts", "/alerts/"),
        ("alerts-past", "/alerts/?state=past"),
        ("alerts-filtered", "/alerts/?kind=disk_full"),
    ):
        supervisor.goto(path)
        look_at(supervisor, name)
    site.ask("User.objects.filter(username='supervisor').update(email='a@example.vn')")
    supervisor.goto("/alerts/")
    look_at(supervisor, "alerts-by-mail")
    supervisor.locator("[data-kind=forged_codes] a").first.click()
    look_at(supervisor, "alert")
    supervisor.click("[value=acknowledge]")
    supervisor.fill("[name=note]", "Đã kiểm tra")
    supervisor.click("[value=resolve]")
    look_at(supervisor, "alert-resolved")


def test_the_issuer_s_pages(log_in: LogIn) -> None:
    issuer = log_in("issuer")
    for name, path in (
        ("desk", "/desk/"),
        ("desk-approved", "/desk/?state=approved"),
        ("watchlist", "/desk/watchlist/"),
        ("watchlist-add", "/desk/watchlist/add/"),
    ):
        issuer.goto(path)
        look_at(issuer, name)
    issuer.goto("/desk/")
    issuer.locator(".who").first.click()
    issuer.locator(".acts").wait_for()
    look_at(issuer, "application")
    issuer.goto("/desk/watchlist/")
    issuer.locator(".who").first.click()
    issuer.locator("form.card").first.wait_for()
    look_at(issuer, "watchlist-entry")
    issuer.goto("/desk/watchlist/add/")
    issuer.click("form.card button")
    issuer.locator(".error").first.wait_for()
    look_at_widths(issuer, "watchlist-faults")


def test_the_pages_of_imports(log_in: LogIn, site: Site, tmp_path: Path) -> None:
    issuer = log_in("issuer")
    file = tmp_path / "Danh sách nhân viên.csv"
    header = "Họ và tên;Số định danh cá nhân;Ngày sinh;Điện thoại;Nơi đi;Nơi đến;Phòng ban"
    good = "Nguyễn Thị Mẫu;000190012345;17/05/1990;912345678;phường Mẫu, Hà Nội;xã Mẫu, Hải Phòng;"
    bad = [f"X;{n};31/02/1990;12345;phường Mẫu;;Kế toán" for n in range(20)]
    file.write_text("\n".join([header, good, *bad]), "utf-8")
    issuer.goto("/desk/imports/new/")
    issuer.click("main form button")
    issuer.locator(".summary").wait_for()
    look_at_widths(issuer, "import-faults")
    issuer.goto("/desk/imports/new/")
    issuer.click(".columns summary")
    look_at_widths(issuer, "import-new")
    issuer.select_option("#id_kind", index=1)
    issuer.fill("#id_valid_until", f"{issuer.input_value('#id_valid_from')[:-5]}23:59")
    issuer.fill("#id_company", "Công ty Mẫu")
    issuer.fill("#id_purpose", "Đi làm")
    issuer.set_input_files("#id_file", file)
    issuer.click("main form button")
    issuer.locator("#bar").wait_for()
    look_at(issuer, "import-waiting")
    site.manage("run_tasks", "--until-empty")
    issuer.locator(".counts").wait_for()
    look_at(issuer, "import-preview")
    issuer.click("a[href*=notices]")
    issuer.locator(".faults").wait_for()
    look_at(issuer, "import-mended")
    issuer.click("button[value=take]")
    site.manage("run_tasks", "--until-empty")
    issuer.locator(".counts").wait_for()
    look_at(issuer, "import-result")
    for name, path in (("imports", "/desk/imports/"), ("import-list", "/desk/watchlist/import/")):
        issuer.goto(path)
        look_at(issuer, name)


def test_the_pages_of_devices(citizen: Page, log_in: LogIn, site: Site, camera_file: Path) -> None:
    supervisor, officer = log_in("supervisor"), log_in("officer")
    supervisor.goto("/devices/")
    look_at(supervisor, "devices-none")
    supervisor.click("[data-testid=make-code]")
    supervisor.locator(".error").first.wait_for()
    look_at_widths(supervisor, "devices-faults")
    supervisor.fill("[name=name]", "Máy tính bảng 3")
    supervisor.click("[data-testid=make-code]")
    code = supervisor.inner_text("[data-testid=enrol-code]")
    look_at(supervisor, "device-code")
    citizen.goto("/enrol/")
    look_at(citizen, "enrol")
    citizen.goto("/enrol/wrong/")
    look_at(citizen, "enrol-faults")
    officer.goto(f"/enrol/{code}/")
    look_at(officer, "enrol-code")
    officer.click("[data-testid=enrol-now]")
    officer.locator("[data-testid=enrolled]").wait_for()
    look_at_widths(officer, "enrolled")
    supervisor.locator("#enrolment[data-state=used]").wait_for()
    look_at(supervisor, "device-has-come")

    scenes.write(camera_file, [])
    officer.goto("/checkpoint/test/")
    look_at(officer, "device-test")
    officer.click("[data-testid=run-test]")
    officer.locator("[data-testid=not-heard]").wait_for()
    look_at_widths(officer, "device-test-question")
    officer.click("[data-testid=not-heard]")
    look_at_widths(officer, "device-test-done")
    officer.click("[data-testid=send-report]")
    officer.locator("[data-testid=send-report]").wait_for(state="hidden")
    start_shift(officer)
    officer.locator("[data-testid=connection][data-state=open]").wait_for()

    supervisor.goto("/devices/")
    look_at(supervisor, "devices")
    supervisor.click("a[href*=reports]")
    look_at(supervisor, "device-report")
    supervisor.goto("/devices/")
    supervisor.click("a[href*=cut-off]")
    look_at(supervisor, "device-cut-off")
    supervisor.click("[data-testid=cut-off-now]")
    officer.locator("[data-testid=connection][data-state=refused]").wait_for()
    look_at_widths(officer, "checkpoint-cut-off")
    officer.goto("/checkpoint/")
    look_at_widths(officer, "cut-off-here")
    look_at(supervisor, "devices-gone")
    site.ask("Enrolment.objects.update(expires_at=timezone.now(), used_at=None)")
    latest = site.ask("Enrolment.objects.latest('made_at').pk")
    supervisor.goto(f"/devices/enrol/{latest}/")
    look_at(supervisor, "device-code-expired")
