"""A supervisor looks for somebody: search, trace, who was near, and the list to take along."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.site import Site

LogIn = Callable[[str], Page]


def test_from_a_search_to_the_list_of_who_was_near(log_in: LogIn, site: Site) -> None:
    permit = "Scan.objects.exclude(permit=None).first().permit"
    serial, number = site.ask(f"{permit}.serial"), site.ask(f"{permit}.holder.personal_number")
    page = log_in("supervisor")
    visited: list[str] = []
    page.on("request", lambda request: visited.append(request.url))
    page.goto("/search/")
    page.fill("#id_who", number)
    page.click("main form button")
    expect(page.locator(".error")).to_be_visible()
    page.select_option("#id_purpose", "case")
    page.fill("#id_purpose_text", "Hồ sơ 12")
    page.click("main form button")
    expect(page.locator("[data-testid=scans]")).to_contain_text(serial)
    page.click("[data-testid=trace]")
    expect(page.locator("[data-testid=contacts]")).to_be_visible()
    page.fill("#id_minutes", "60")
    page.click("[data-testid=contacts]")
    expect(page.locator("[data-testid=passing]").first).to_be_visible()
    with page.expect_download() as download:
        page.click("[data-testid=export]")
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert download.value.suggested_filename.startswith("contacts-")
    assert len(text.splitlines()) > 1
    assert number not in text
    page.locator("[data-testid=passing] a").first.click()
    expect(page.locator(".verdict")).to_be_visible()
    assert not any(number in address for address in visited)
