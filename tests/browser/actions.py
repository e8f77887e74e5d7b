"""What people do on the pages, in their words."""

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Locator, Page

DECLARATION = {
    "you": {
        "full_name": "Nguyễn Thị Mẫu",
        "personal_number": "000190012345",
        "birth_date": "1990-05-17",
        "phone": "0900 000 000",
    },
    "trip": {
        "origin": "phường Mẫu, quận Hoàn Kiếm, Hà Nội",
        "destination": "xã Mẫu, huyện Gia Lâm, Hà Nội",
        "purpose": "Đi làm",
    },
    "people": {},
    "papers": {"plate": "99A-123.45"},
}
SERIAL_FIELD = "[data-testid=serial]"


def declare(page: Page, *, kind: int = 1, **changes: str) -> None:
    """Choose a kind of permit, fill in its steps, and send them."""
    fill_in(page, kind=kind, **changes)
    go_on(page)
    page.locator(SERIAL_FIELD).wait_for()


def fill_in(page: Page, *, kind: int = 1, **changes: str) -> None:
    """Choose a kind of permit, and go through its steps to the last."""
    page.goto("/")
    page.click(f"[data-testid=kind-{kind}]")
    for step, fields in DECLARATION.items():
        if step == "people" and kind != 1:
            continue
        page.locator(f"[data-step={step}]").wait_for()
        for name, value in fields.items():
            page.fill(f"[name={name}]", changes.get(name, value))
        if step == "you":
            page.select_option("[name=sex]", changes.get("sex", "female"))
        if step == "trip":
            in_an_hour = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(hours=1)
            page.fill("[name=travel_at]", in_an_hour.strftime("%Y-%m-%dT%H:%M"))
        go_on(page)


def go_on(page: Page) -> None:
    """On to the next step; from the last, send."""
    page.click("[data-testid=continue]")


def travel_code_picture(page: Page) -> Image.Image:
    """The PNG that the result page offers."""
    address = page.get_attribute("a[data-testid=qr-png]", "href") or ""
    return Image.open(io.BytesIO(page.request.get(address).body()))


def start_shift(page: Page, *, lane: int = 0, direction: str = "in") -> None:
    """Choose the first checkpoint, a lane and a direction, and stand back."""
    page.goto("/checkpoint/")
    page.select_option("select[name=checkpoint]", index=0)
    page.select_option("select[name=lane]", index=lane)
    page.select_option("select[name=direction]", direction)
    page.click("[data-testid=start]")


def verdict(page: Page, outcome: str) -> Locator:
    """The big verdict, once it says this."""
    shown = page.locator(f"[data-testid=verdict][data-outcome={outcome}]")
    shown.wait_for()
    return shown


def module_address(page: Page, name: str) -> str:
    """The hashed address of a script that the page's own imports: for tests of it alone."""
    own: str = page.evaluate("() => document.querySelector(\"script[src*='js/checkpoint']\").src")
    return own.rpartition("/")[0] + f"/{name}"
