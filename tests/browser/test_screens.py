"""Every page at phone, tablet and desktop width: nothing sticks out sideways.

With SCREENSHOTS=FOLDER the pages are also pictured there, to be looked at (`make screenshots`).
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import scenes
from tests.browser.actions import declare, start_shift, travel_code_picture, verdict
from tests.browser.scenes import phone
from tests.lan_site import LanSite

LogIn = Callable[[str], Page]
WIDTHS = {360: 740, 390: 844, 820: 1180, 1440: 900}
FOLDER = os.environ.get("SCREENSHOTS")


def look_at(page: Page, name: str) -> None:
    """Look at a page at every width, in both languages."""
    for language in ("vi", "en"):
        site = "/".join(page.url.split("/")[:3])
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        page.reload()
        look_at_widths(page, f"{name}-{language}")


def look_at_widths(page: Page, name: str) -> None:
    """No page is wider than its window."""
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)  # lets a picture settle; nothing is asserted of it
        if FOLDER:
            page.screenshot(path=Path(FOLDER) / f"{name}-{width}.png", full_page=True)
        sticks_out = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert page.evaluate(sticks_out) <= 0, f"{name} at {width}"


def test_the_citizen_s_pages(citizen: Page) -> None:
    citizen.goto("/")
    look_at(citizen, "declaration")
    citizen.goto("/")
    citizen.click("main form button[type=submit], main form button:not([type])")
    citizen.locator("[aria-invalid=true]").first.wait_for()
    look_at_widths(citizen, "declaration-faults")
    declare(citizen, full_name="Nguyễn Thị Hoàng Mẫu")
    citizen.locator("[data-testid=travel-qr]").wait_for()
    look_at(citizen, "travel-code")
    citizen.check("[data-testid=keep]")
    citizen.locator("#keep-done").wait_for()
    citizen.goto("/my-code/")
    citizen.locator("[data-testid=kept-code]").wait_for()
    look_at(citizen, "my-code")
    citizen.goto("/permits/nobody/")
    look_at(citizen, "unknown-link")
    citizen.goto("/login/")
    look_at(citizen, "login")


def test_the_checkpoint_page(citizen: Page, log_in: LogIn, camera_file: Path) -> None:
    declare(citizen, full_name="Nguyễn Thị Hoàng Mẫu", personal_number="000190033333")
    code = travel_code_picture(citizen)
    officer = log_in("officer")
    officer.goto("/checkpoint/")
    look_at(officer, "checkpoint-choice")
    scenes.write(camera_file, [phone(code)])
    start_shift(officer)
    verdict(officer, "allow")
    look_at_widths(officer, "checkpoint-allow")
    scenes.write(camera_file, [phone(code), phone(scenes.drawn("https://example.com/"))])
    start_shift(officer, direction="out")
    verdict(officer, "hold")
    look_at_widths(officer, "checkpoint-hold")


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
