"""Alerts on their page: acknowledged, taken and resolved with plain forms."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import Site

LogIn = Callable[[str], Page]
RAISE = (
    "__import__('scans.alerts.raising').alerts.raising.raise_alerts([__import__("
    "'scans.alerts.raising').alerts.raising.Sighting(kind=AlertKind.FORGED_CODES,"
    " severity=Severity.HIGH, cause='forged_codes:' + str(Lane.objects.first().pk),"
    " checkpoint_id=Lane.objects.first().checkpoint_id, lane_id=Lane.objects.first().pk,"
    " details={'codes': 3, 'minutes': 10})], now=timezone.now())"
)


@pytest.fixture
def supervisor(log_in: LogIn, site: Site) -> Page:
    page = log_in("supervisor")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": site.address}])
    return page


def test_an_alert_is_acknowledged_and_resolved(supervisor: Page, site: Site) -> None:
    site.ask(RAISE)
    supervisor.goto("/alerts/")
    supervisor.locator("[data-kind=forged_codes] a").first.click()
    state = supervisor.get_by_test_id("alert-state")
    expect(state).to_have_text("New")
    supervisor.get_by_role("button", name="Acknowledge").click()
    expect(state).to_have_text("Acknowledged")
    expect(supervisor.get_by_role("button", name="Acknowledge")).to_have_count(0)
    supervisor.get_by_role("button", name="Take it myself").press("Enter")
    expect(supervisor.get_by_test_id("alert-owner")).to_have_text("supervisor")
    supervisor.get_by_label("Note").fill("Đã kiểm tra")
    supervisor.get_by_role("button", name="Resolve").click()
    expect(state).to_have_text("Resolved")
    expect(supervisor.get_by_text("Đã kiểm tra")).to_be_visible()
    expect(supervisor.locator(".history li")).to_have_count(4)
    supervisor.get_by_role("link", name="← Alerts").click()
    expect(supervisor.locator("[data-kind=forged_codes]")).to_have_count(0)
    supervisor.get_by_role("link", name="Past", exact=True).click()
    expect(supervisor.locator("[data-kind=forged_codes]")).to_have_count(1)


def test_the_forms_work_without_a_script(
    open_context: Callable[..., BrowserContext], supervisor: Page, site: Site
) -> None:
    site.ask(RAISE)
    context = open_context(java_script_enabled=False)
    context.add_cookies(supervisor.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/alerts/?kind=forged_codes")
    page.locator("[data-testid=alert-row] a").first.click()
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_test_id("alert-state")).to_have_text("Resolved")
