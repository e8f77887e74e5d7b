"""The charts are drawn, and their numbers stand beside them."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_screens import look_at

LogIn = Callable[[str], Page]


def test_the_charts_are_drawn_and_fit(log_in: LogIn) -> None:
    supervisor = log_in("supervisor")
    supervisor.goto("/charts/?range=yesterday")
    expect(supervisor.locator("canvas")).to_have_count(3)
    supervisor.locator("#usual-heading ~ details summary").click()
    expect(supervisor.locator("#usual-heading ~ details tbody tr")).to_have_count(24)
    look_at(supervisor, "charts-day")
    supervisor.select_option("[name=range]", "30")
    supervisor.click(".chart-form button")
    expect(supervisor.locator("canvas")).to_have_count(2)
    look_at(supervisor, "charts-month")


def test_a_range_of_one_s_own_has_its_days_and_what_is_wrong_with_them(log_in: LogIn) -> None:
    supervisor = log_in("supervisor")
    supervisor.goto("/charts/")
    expect(supervisor.locator("[name=first]")).to_be_hidden()
    supervisor.select_option("[name=range]", "own")
    expect(supervisor.locator("[name=first]")).to_be_visible()
    supervisor.click(".chart-form button")
    expect(supervisor.locator(".error")).to_have_count(2)
    look_at(supervisor, "charts-faults")
