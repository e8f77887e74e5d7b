"""The supervisors' room in a browser: board, map, alerts, and what leads from there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import start_shift, verdict
from tests.browser.site import Site

LogIn = Callable[[str], Page]
OPEN = "[data-testid=connection][data-state=open]"
INFECTED = "WatchlistEntry.objects.filter(level='f0').first().number_digest"
WATCHED = f"Permit.objects.filter(holder__number_digest={INFECTED}).first().serial"
RECOUNT_MS = 15_000  # the room may find what no message told it of as late as this
AGO = "timezone.now() - timezone.timedelta(minutes=5)"
AWAY = f"Shift.objects.filter(ended_at=None).update(left_at={AGO}, last_seen_at={AGO})"

MANY = "name=f'Chốt mẫu {n:03}', latitude=21, longitude=105.8"


@pytest.fixture
def room(log_in: LogIn, site: Site) -> Page:
    """A dashboard with nobody on shift and no alert, whatever was tested before."""
    site.ask("Alert.objects.all().delete()")
    site.ask("Shift.objects.filter(ended_at=None).update(ended_at=timezone.now())")
    page = log_in("supervisor")
    page.goto("/dashboard/")
    page.locator(OPEN).wait_for()
    expect(page.locator("#board .silent")).to_have_count(0, timeout=RECOUNT_MS)
    return page


def test_board_and_map_show_every_checkpoint(room: Page, site: Site) -> None:
    number = int(site.ask("Checkpoint.objects.count()"))
    expect(room.locator("#board tr")).to_have_count(number)
    expect(room.locator("#map .spot")).to_have_count(number)
    room.fill("#board-filter", "gia lâm")
    expect(room.locator("#board tr:visible")).to_have_count(3)
    room.fill("#board-filter", "nowhere")
    expect(room.locator("#no-board")).to_be_visible()


def test_of_many_checkpoints_the_most_urgent_are_shown_and_the_others_are_found(
    log_in: LogIn, site: Site
) -> None:
    site.ask(f"Checkpoint.objects.bulk_create(Checkpoint({MANY}) for n in range(90))")
    room = log_in("supervisor")
    room.goto("/dashboard/")
    room.locator("#board .lanes").first.wait_for()
    expect(room.locator("#board tr")).to_have_count(60)
    number = int(site.ask("Checkpoint.objects.count()"))
    more = room.locator("#board-more")
    expect(more).to_have_text(f"Còn {number - 60} chốt nữa: hiện tiếp")
    room.fill("#board-filter", "mẫu 089")
    expect(room.locator("#board tr")).to_have_count(1)
    expect(room.locator("#board td").first).to_contain_text("0/0")
    expect(more).to_be_hidden()
    room.fill("#board-filter", "")
    more.focus()
    room.keyboard.press("Enter")
    expect(room.locator("#board tr")).to_have_count(number)
    expect(room.locator("#board tr").nth(60).locator("a")).to_be_focused()
    site.ask("Checkpoint.objects.filter(name__startswith='Chốt mẫu').delete()")


def test_who_must_be_stopped_is_on_the_dashboard_at_once_and_acted_on_from_there(
    room: Page, log_in: LogIn, site: Site
) -> None:
    room.click("#alert-calls")
    expect(room.locator("#alert-calls")).to_have_attribute("aria-pressed", "true")
    officer = log_in("officer")
    start_shift(officer)
    officer.fill("[data-testid=typed-code]", site.ask(WATCHED))
    officer.press("[data-testid=typed-code]", "Enter")
    verdict(officer, "refuse")
    alert = room.locator("[data-testid=room-alert][data-severity=critical]").first
    expect(alert).to_contain_text("F0")
    expect(room.locator("#alert-said")).to_contain_text("F0")
    expect(room).to_have_title("(1) Bảng theo dõi · Checkpoint")
    expect(room.locator("#board tr[data-level='2']").first).to_contain_text("chặn lại")
    alert.get_by_role("button", name="Nhận việc").click()
    expect(alert.get_by_role("button")).to_have_count(0)
    expect(alert).to_contain_text("supervisor")
    expect(room).to_have_title("Bảng theo dõi · Checkpoint")


def test_a_device_that_goes_away_in_a_shift_is_a_silent_lane(
    room: Page, log_in: LogIn, site: Site
) -> None:
    officer = log_in("officer")
    start_shift(officer)
    officer.locator(OPEN).wait_for()
    expect(room.locator("#board .online").first).to_contain_text("1/2")
    officer.context.close()
    expect(room.locator("#board .silent")).to_have_count(1)
    site.ask(AWAY)
    expect(room.locator("#board tr").first).to_have_attribute("data-level", "2")
    expect(room.locator("#board tr").first).to_contain_text("Làn mất tín hiệu")
    site.ask("Shift.objects.update(ended_at=timezone.now())")


def test_a_checkpoint_s_page_shows_its_scans_alone(room: Page, log_in: LogIn) -> None:
    officer = log_in("officer")
    start_shift(officer)
    name = room.locator("#board a").first.text_content() or ""
    room.locator("#board a").first.click()
    expect(room.get_by_role("heading", level=1)).to_contain_text(name)
    room.locator("[data-testid=feed-row]").first.wait_for()
    places = room.locator("[data-testid=feed-row] td:nth-child(2)").all_text_contents()
    assert set(places) == {name}
    room.locator(".lanes-of a").first.click()
    expect(room.locator("h1")).to_contain_text(" · ")
    expect(room.locator(".lanes-of [aria-current=page]")).to_have_count(1)


def test_a_wall_shows_no_scan_and_stays_logged_in(room: Page) -> None:
    with room.expect_response("**/dashboard/wall/stay/") as stayed:
        room.goto("/dashboard/wall/")
    assert stayed.value.ok
    expect(room.locator("#board tr").first).to_be_visible()
    expect(room.locator("#clock")).to_contain_text(":")
    assert room.locator("[data-testid=feed-row]").count() == 0
