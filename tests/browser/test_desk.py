"""An issuer at the desk in a real browser: by keyboard, beside a colleague, seen by a citizen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site

LogIn = Callable[[str], Page]
# A new application, with its private link.
APPLY = (
    "(lambda d: d.permit.serial + ' ' + d.link)(services.declare(services.Declaration("
    "full_name='{name}', personal_number='000190012345', birth_date=date(1990, 5, 17),"
    " sex='female', phone='0000000001', origin='phường Mẫu', destination='xã Mẫu',"
    " purpose='Công tác', plate='', travel_at=timezone.now()), now=timezone.now(),"
    " kind=PermitKind.objects.get(number=3)))"
)


@pytest.fixture
def issuer(log_in: LogIn) -> Page:
    return log_in("issuer")


def apply(site: Site, name: str) -> tuple[str, str]:
    """Serial and private link of a new application."""
    serial, link = site.ask(APPLY.format(name=name)).split()
    return serial, link


def find(page: Page, what: str) -> None:
    page.goto("/desk/")
    page.fill("#q", what)
    page.press("#q", "Enter")


def test_what_is_approved_gets_its_code_and_what_is_rejected_its_reason(
    issuer: Page, citizen: Page, site: Site
) -> None:
    serial, link = apply(site, "Nguyễn Thị Duyệt")
    citizen.goto(f"/permits/{link}/")
    expect(citizen.locator("[data-testid=travel-qr]")).to_have_count(0)
    find(issuer, "nguyen thi duyet")
    issuer.click(".who")
    issuer.click("button[value=approve]")
    expect(issuer.locator(".message.success")).to_contain_text(serial)
    citizen.reload()
    expect(citizen.locator("[data-testid=travel-qr]")).to_be_visible()

    serial, link = apply(site, "Nguyễn Thị Từ Chối")
    find(issuer, serial)
    issuer.click(".who")
    issuer.click("summary:has-text('Từ chối')")
    issuer.select_option("#common-reject", index=2)
    issuer.click("button[value=reject]")
    expect(issuer.locator(".message.success")).to_contain_text(serial)
    citizen.goto(f"/permits/{link}/")
    expect(citizen.locator("main")).to_contain_text("Thông tin không khớp với thẻ căn cước.")


def test_the_second_of_two_issuers_is_told(issuer: Page, log_in: LogIn, site: Site) -> None:
    serial, _link = apply(site, "Nguyễn Thị Hai")
    colleague = log_in("administrator")
    for page in (issuer, colleague):
        page.goto(f"/desk/permits/{serial}/")
    colleague.click("button[value=approve]")
    expect(colleague.locator(".message.success")).to_be_visible()
    issuer.click("summary:has-text('Từ chối')")
    issuer.fill("[name=reject-note]", "Không đúng")
    issuer.click("button[value=reject]")
    expect(issuer.locator("[role=alert]")).to_contain_text("administrator đã xử lý")
    expect(issuer.locator(".state").first).to_contain_text("Đã duyệt")


def test_the_queue_goes_by_keyboard(issuer: Page, site: Site) -> None:
    names = [f"Nguyễn Thị Phím {n}" for n in range(2)]
    for name in names:
        apply(site, name)
    issuer.goto("/desk/?kind=3&state=pending")
    rows = issuer.locator(".application")
    issuer.keyboard.press("j")
    expect(rows.nth(0).locator(".who")).to_be_focused()
    issuer.keyboard.press("j")
    issuer.keyboard.press("x")
    expect(rows.nth(1).locator("input")).to_be_checked()
    expect(issuer.locator("#marked-count")).to_have_text("1")
    issuer.keyboard.press("k")
    expect(rows.nth(0).locator(".who")).to_be_focused()
    issuer.keyboard.press("/")
    expect(issuer.locator("#q")).to_be_focused()
    issuer.keyboard.type("jx")
    expect(issuer.locator("#q")).to_have_value("jx")
    expect(issuer.locator("#marked-count")).to_have_text("1")


def test_a_new_watchlist_entry_counts_at_the_lane_and_an_ended_one_no_longer(
    issuer: Page, log_in: LogIn, site: Site
) -> None:
    officer = log_in("officer")
    officer.goto("/checkpoint/")
    officer.click("[data-testid=start]")
    officer.locator("[data-testid=connection][data-state=open]").wait_for()

    def type_plate() -> None:
        officer.fill("[data-testid=typed-code]", "99Z-123.45")
        officer.press("[data-testid=typed-code]", "Enter")

    issuer.goto("/desk/watchlist/add/")
    issuer.fill("[name=plate]", "99z 12345")
    issuer.select_option("[name=level]", "wanted")
    issuer.fill("[name=active_from]", "2021-09-01T00:00")
    issuer.click("form.card button")
    expect(issuer.locator(".message.success")).to_be_visible()
    type_plate()
    expect(officer.locator("[data-testid=verdict]")).to_have_attribute("data-reason", "watchlisted")
    issuer.click("form[action$='/end/'] button")
    expect(issuer.locator(".message.success")).to_be_visible()
    type_plate()
    expect(officer.locator("[data-testid=verdict]")).to_have_attribute("data-reason", "no_permit")
