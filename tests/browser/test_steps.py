"""The declaration step by step in a browser: without scripts, by keyboard, back and forth."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.actions import declare, fill_in, go_on
from tests.browser.site import Site

PDF: FilePayload = {
    "name": "giấy đi đường.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4",
}


@pytest.fixture
def plain(open_context: Callable[..., BrowserContext]) -> Page:
    """A phone's browser that runs no scripts."""
    size = {"width": 390, "height": 844}
    return open_context(java_script_enabled=False, viewport=size).new_page()


def test_everything_works_without_scripts(plain: Page, site: Site) -> None:
    fill_in(plain, personal_number="000190021111")
    plain.click("a[href*='/people/']")
    plain.click("[data-testid=add-person]")
    plain.fill("[name='0-full_name']", "Trần Văn Mẫu")
    plain.fill("[name='0-personal_number']", "12")
    go_on(plain)
    expect(plain.locator("#id_0-personal_number_error")).to_contain_text("12 chữ số")
    plain.fill("[name='0-personal_number']", "000085000001")
    go_on(plain)
    expect(plain.locator("[data-step=check]")).to_contain_text("Trần Văn Mẫu, 000085000001")
    go_on(plain)

    serial = plain.text_content("[data-testid=serial]") or ""
    companions = "selectors.permits_of_person('000190021111').get().companions"
    assert site.ask(f"{companions}.get().personal_number") == "000085000001"

    plain.click("[data-testid=cancel]")
    plain.click("[data-testid=cancel-now]")
    expect(plain.locator(".standing")).to_contain_text("hủy")
    expect(plain.locator("[data-testid=serial]")).to_have_text(serial)


def test_documents_come_and_go_without_scripts(plain: Page) -> None:
    fill_in(plain, kind=5, personal_number="000190022222")
    plain.goto("/declare/5/papers/")
    plain.set_input_files("[name=documents]", PDF)
    plain.click("[data-testid=add-files]")
    expect(plain.locator(".files li")).to_have_count(1)
    plain.click(".files button")
    expect(plain.locator(".files li")).to_have_count(0)
    plain.set_input_files("[name=documents]", PDF)
    go_on(plain)
    expect(plain.locator("[data-step=check]")).to_contain_text("giấy đi đường.pdf")


def test_the_first_fault_has_the_focus_and_the_summary_leads_to_the_others(citizen: Page) -> None:
    citizen.goto("/declare/1/")
    citizen.fill("[name=full_name]", "Nguyễn Thị Mẫu")
    citizen.press("[name=full_name]", "Enter")
    expect(citizen.locator("[name=personal_number]")).to_be_focused()
    citizen.click("#summary a[href='#id_phone']")
    expect(citizen.locator("[name=phone]")).to_be_focused()
    expect(citizen.locator("[name=full_name]")).to_have_value("Nguyễn Thị Mẫu")


def test_back_and_reload_lose_nothing(citizen: Page) -> None:
    fill_in(citizen, purpose="Đi khám bệnh")
    citizen.click("[data-testid=back]")
    citizen.click("[data-testid=back]")
    citizen.click("[data-testid=back]")
    expect(citizen.locator("[name=purpose]")).to_have_value("Đi khám bệnh")
    citizen.reload()
    expect(citizen.locator("[name=purpose]")).to_have_value("Đi khám bệnh")
    citizen.go_back()
    citizen.go_forward()
    expect(citizen.locator("[name=purpose]")).to_have_value("Đi khám bệnh")


def test_a_new_person_has_the_focus(citizen: Page) -> None:
    fill_in(citizen)
    citizen.click("a[href*='/people/']")
    citizen.click("[data-testid=add-person]")
    expect(citizen.locator("[name='0-full_name']")).to_be_focused()


def test_a_lost_permit_is_found_again(citizen: Page) -> None:
    declare(citizen, personal_number="000190023333")
    serial = citizen.text_content("[data-testid=serial]") or ""
    citizen.goto("/find/")
    citizen.fill("[name=serial]", serial.lower())
    citizen.fill("[name=personal_number]", "000190023334")
    citizen.fill("[name=birth_date]", "1990-05-17")
    citizen.click("[data-testid=find]")
    expect(citizen.locator("#summary")).to_be_focused()
    citizen.fill("[name=personal_number]", "000190023333")
    citizen.click("[data-testid=find]")
    expect(citizen.locator("[data-testid=serial]")).to_have_text(serial)
    expect(citizen.locator("[data-testid=travel-qr]")).to_be_visible()


def test_a_renewal_begins_with_what_the_permit_says(citizen: Page) -> None:
    declare(citizen, personal_number="000190024444")
    citizen.click("[data-testid=renew]")
    expect(citizen.locator("[name=personal_number]")).to_have_value("••••4444")
    for _step in range(5):
        go_on(citizen)
    expect(citizen.locator("[data-testid=travel-qr]")).to_be_visible()
