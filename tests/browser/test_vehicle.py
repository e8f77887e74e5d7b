"""The vehicle in front, and permits found by a plate or a card, on the checkpoint page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import start_shift
from tests.browser.site import Site

LogIn = Callable[[str], Page]
VERDICT = "[data-testid=verdict]"
TYPED = "[data-testid=typed-code]"
# A permit of the demo that is in order, with a vehicle that no other permit names.
GOOD = (
    "[p for p in Permit.objects.filter(state='approved', kind__number=1, direction='',"
    " valid_from__lt=timezone.now(), valid_until__gt=timezone.now())"
    ".exclude(plate__in=['', '99A12345'])"
    " if not selectors.watchlist_hits(p, now=timezone.now())][-1]"
)


@pytest.fixture
def officer(log_in: LogIn) -> Page:
    page = log_in("officer")
    start_shift(page)
    page.locator("[data-testid=connection][data-state=open]").wait_for()
    return page


def check(page: Page, payload: str) -> None:
    page.fill(TYPED, payload)
    page.press(TYPED, "Enter")


def test_another_vehicle_than_the_permit_s_is_held(officer: Page, site: Site) -> None:
    serial, plate = site.ask(f"(lambda p: p.serial + ' ' + p.plate)({GOOD})").split()
    officer.fill("[data-testid=vehicle-plate]", "99A-000.00")
    officer.press("[data-testid=vehicle-plate]", "Enter")
    expect(officer.locator("#vehicle-shown")).to_contain_text("99A-000.00")
    check(officer, serial)
    expect(officer.locator(VERDICT)).to_have_attribute("data-reason", "plate_mismatch")
    expect(officer.locator(VERDICT)).to_contain_text("Không đúng xe đã khai")

    officer.click("#vehicle-form [type=reset]")
    expect(officer.locator("#vehicle-shown")).to_be_hidden()
    check(officer, serial)
    expect(officer.locator(VERDICT)).to_have_attribute("data-outcome", "allow")

    officer.fill("[data-testid=vehicle-plate]", plate.lower())
    officer.press("[data-testid=vehicle-plate]", "Enter")
    check(officer, serial)
    expect(officer.locator(f"{VERDICT}[data-outcome=allow]")).to_contain_text(serial)


def test_a_vehicle_that_was_set_holds_over_a_lost_connection(officer: Page, site: Site) -> None:
    serial = site.ask(f"{GOOD}.serial")
    officer.fill("[data-testid=vehicle-plate]", "99A-000.00")
    officer.press("[data-testid=vehicle-plate]", "Enter")
    site.restart()
    officer.locator("[data-testid=connection][data-state=open]").wait_for()
    check(officer, serial)
    expect(officer.locator(VERDICT)).to_have_attribute("data-reason", "plate_mismatch")


def test_a_typed_plate_finds_the_permit_of_the_vehicle(officer: Page, site: Site) -> None:
    serial, plate = site.ask(f"(lambda p: p.serial + ' ' + p.plate)({GOOD})").split()
    check(officer, f"{plate[:3].lower()}-{plate[3:6]}.{plate[6:]}")
    expect(officer.locator(VERDICT)).to_contain_text(serial)
    check(officer, "99Z-999.99")
    expect(officer.locator(VERDICT)).to_have_attribute("data-reason", "no_permit")
    expect(officer.locator("#recent-scans li").first).to_contain_text(re.compile("Biển số"))
