"""The code that stays on the phone: shown without a network, forgotten when it is told to."""

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.actions import declare, travel_code_picture
from tests.browser.site import Site

Open = Callable[..., BrowserContext]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LEFT_BEHIND = """async () => [
  ...(await caches.keys()),
  ...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
]"""


@pytest.fixture
def phone(open_context: Open) -> Page:
    return english(open_context(**PHONE))


@pytest.fixture
def computer(open_context: Open) -> Page:
    return english(open_context())


@pytest.fixture
def away(site: Site) -> Iterator[Callable[[], None]]:
    """Takes the site away, as in a dead zone: requests hang. It comes back after the test."""
    stopped = []

    def stop() -> None:
        site.stop()
        stopped.append(True)

    yield stop
    if stopped:
        site.start()


def english(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/")
    context.add_cookies([{"name": "django_language", "value": "en", "url": page.url}])
    return page


def declared(page: Page, **changes: Any) -> str:
    """Declare, and return the private page's address."""
    declare(page, **changes)
    page.locator("[data-testid=travel-qr]").wait_for()
    return page.url


def expect_kept(page: Page) -> None:
    expect(page.locator("#keep-done")).to_be_visible()


def expect_nothing_kept(page: Page) -> None:
    expect(page.locator("#keep-none")).to_be_visible()
    assert page.evaluate(LEFT_BEHIND) == []


def text_of(picture: Image.Image) -> str:
    [found] = zxingcpp.read_barcodes(picture)
    return found.text


def as_seen(code: Locator) -> Image.Image:
    """What a camera sees of it."""
    return Image.open(io.BytesIO(code.screenshot()))


def test_in_a_dead_zone_the_permit_s_page_shows_the_kept_code(
    phone: Page, away: Callable[[], None]
) -> None:
    declared(phone, full_name="Đỗ Thị Ánh Tuyết")
    expect_kept(phone)
    code = text_of(travel_code_picture(phone))
    serial = phone.inner_text("[data-testid=serial]")

    away()
    phone.reload()

    shown = phone.locator("[data-testid=kept-code]")
    expect(shown).to_contain_text(serial)
    expect(shown).to_contain_text("Đỗ Thị Ánh Tuyết")
    expect(shown).to_contain_text("Valid from ")
    expect(shown).to_contain_text("Kept on this device on ")
    expect(phone.locator("[data-testid=no-network]")).to_be_visible()
    assert text_of(as_seen(phone.locator("[data-testid=kept-qr]"))) == code
    assert shown.locator("[data-part=expired]").is_hidden()


def test_without_a_network_my_code_opens_and_forgets(phone: Page) -> None:
    declared(phone)
    expect_kept(phone)
    code = text_of(travel_code_picture(phone))
    phone.context.set_offline(True)

    phone.goto("/my-code/")
    assert text_of(as_seen(phone.locator("[data-testid=kept-qr]"))) == code
    phone.click("[data-testid=forget]")
    expect(phone.locator("[data-testid=none-kept]")).to_be_visible()
    expect(phone.locator("[data-testid=kept-code]")).to_have_count(0)

    assert phone.evaluate(LEFT_BEHIND) == []
    phone.context.set_offline(False)
    phone.goto("/my-code/")
    expect(phone.locator("[data-testid=none-kept]")).to_be_visible()


def test_times_are_the_site_s_wherever_the_phone_thinks_it_is(open_context: Open) -> None:
    phone = english(open_context(**PHONE, timezone_id="America/New_York"))
    declared(phone)
    expect_kept(phone)
    until = phone.locator("#code-panel .moment").nth(1).inner_text()

    phone.goto("/my-code/")

    on_page = datetime.strptime(until, "%d %B %Y, %H:%M")  # noqa: DTZ007 as both pages write it
    kept = f"until {on_page:%d/%m/%Y, %H:%M}"
    expect(phone.locator("[data-part=validity]")).to_contain_text(kept)


def test_of_several_codes_each_is_forgotten_alone(phone: Page) -> None:
    declared(phone, full_name="Lê Thị Một", personal_number="000190011111")
    expect_kept(phone)
    declared(phone, full_name="Lê Thị Hai", personal_number="000190022222")
    expect_kept(phone)

    phone.goto("/my-code/")
    codes = phone.locator("[data-testid=kept-code]")
    expect(codes.nth(0)).to_contain_text("Lê Thị Hai")  # the last one first
    expect(codes.nth(1)).to_contain_text("Lê Thị Một")
    codes.nth(0).locator("[data-testid=forget]").click()
    expect(codes).to_have_count(1)
    phone.reload()
    expect(codes).to_have_count(1)
    expect(codes).to_contain_text("Lê Thị Một")


def test_a_computer_keeps_nothing_until_it_is_told_to_and_forgets_when_told(
    computer: Page,
) -> None:
    declared(computer)
    expect_nothing_kept(computer)

    computer.check("[data-testid=keep]")
    expect_kept(computer)
    computer.reload()
    expect(computer.locator("[data-testid=keep]")).to_be_checked()
    expect_kept(computer)

    computer.uncheck("[data-testid=keep]")
    expect_nothing_kept(computer)


def test_a_phone_that_refuses_keeps_no_later_code_either(phone: Page) -> None:
    declared(phone)
    expect_kept(phone)
    phone.uncheck("[data-testid=keep]")
    expect_nothing_kept(phone)

    declared(phone, personal_number="000190033333")

    expect_nothing_kept(phone)


@pytest.mark.parametrize("where", ["my-code", "permit"])
def test_a_withdrawn_permit_s_code_goes_once_there_is_a_network(
    phone: Page, site: Site, where: str
) -> None:
    number = "000190044444" if where == "my-code" else "000190044445"
    private = declared(phone, personal_number=number)
    expect_kept(phone)
    serial = phone.inner_text("[data-testid=serial]")
    site.ask(
        f"Permit.objects.filter(pk=selectors.permits_of_person('{number}')[0].pk)"
        ".update(state='revoked')"
    )

    if where == "my-code":
        phone.goto("/my-code/")
        expect(phone.locator("#gone")).to_contain_text(f"The permit {serial} is not valid any more")
    else:
        phone.goto(private)
        phone.wait_for_function("async () => !(await caches.has('kept-codes'))")
        phone.goto("/my-code/")
    expect(phone.locator("[data-testid=none-kept]")).to_be_visible()
    assert phone.evaluate(LEFT_BEHIND) == []


CHANGE_KEPT = """async (change) => {
  const cache = await caches.open("kept-codes");
  const [key] = await cache.keys();
  const kept = await (await cache.match(key)).json();
  await cache.put(key, new Response(JSON.stringify({ ...kept, ...change })));
}"""
HOUR = 3_600_000


@pytest.mark.parametrize(("hours", "is_shown"), [(23, True), (25, False)])
def test_an_expired_code_says_so_and_goes_after_a_day(
    phone: Page, hours: int, is_shown: bool
) -> None:
    declared(phone)
    expect_kept(phone)
    now = phone.evaluate("() => Date.now()")
    phone.evaluate(CHANGE_KEPT, {"until": now - hours * HOUR})

    phone.goto("/my-code/")

    if is_shown:
        expect(phone.locator("[data-part=expired]")).to_be_visible()
    else:
        expect(phone.locator("[data-testid=none-kept]")).to_be_visible()


def test_the_worker_keeps_no_page_but_its_own_and_no_other_page_is_its_business(
    phone: Page,
) -> None:
    private = declared(phone)
    expect_kept(phone)
    phone.goto(private)  # through the worker
    cached = phone.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
             (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)
           ))).flat()"""
    )
    pages = {path for path in cached if not path.startswith("/static/")}
    serial = phone.inner_text("[data-testid=serial]")
    assert pages == {"/my-code/", f"/my-code/kept/{serial}"}
    for path in ("/", "/login/"):
        phone.goto(path)
        assert phone.evaluate("() => navigator.serviceWorker.controller") is None
    phone.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.goto("/login/")


def test_what_the_page_no_longer_names_is_dropped(phone: Page) -> None:
    private = declared(phone)
    expect_kept(phone)
    of_page = "async () => (await (await caches.open('my-code-page')).keys()).map((one) => one.url)"
    before = set(phone.evaluate(of_page))
    phone.evaluate(
        """async () => (await caches.open("my-code-page"))
             .put("/static/js/of-an-older-release.js", new Response(""))"""
    )

    phone.goto("/my-code/")
    phone.wait_for_function(
        "async () => !(await caches.match('/static/js/of-an-older-release.js'))"
    )

    assert set(phone.evaluate(of_page)) == before
    phone.goto(private)
    expect_kept(phone)
