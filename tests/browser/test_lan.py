"""A phone on the barrier's own network: it comes to trust the site, and its camera works."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Page, expect

from tests.browser import scenes
from tests.browser.actions import start_shift, verdict
from tests.browser.scenes import phone
from tests.lan_site import PASSWORD, LanSite

TICK = """(address) => new Promise((resolve) => {
  const picture = new Image();
  picture.onload = () => resolve("shown");
  picture.onerror = () => resolve("not shown");
  picture.src = address;
})"""


@pytest.fixture
def trusting_browser(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    lan_site: LanSite,
    tmp_path: Path,
) -> Iterator[Browser]:
    """A browser whose owner has installed the certificate."""
    arguments = [*browser_type_launch_args["args"], *trust(lan_site, tmp_path)]
    launched = browser_type.launch(
        **{**browser_type_launch_args, "args": arguments},
        env={**os.environ, "HOME": str(tmp_path)},
    )
    yield launched
    launched.close()


def trust(site: LanSite, home: Path) -> list[str]:
    """Install the certificate where Chromium looks for it on Linux; returns further arguments.

    Without certutil (Debian's libnss3-tools) the browser is told to accept the authority's key.
    """
    if shutil.which("certutil") is None:
        key = site.authority.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        accepted = base64.b64encode(hashlib.sha256(key).digest()).decode()
        return [f"--ignore-certificate-errors-spki-list={accepted}"]
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    file = home / "checkpoint-ca.crt"
    file.write_bytes(site.authority.public_bytes(Encoding.DER))
    for arguments in (["-N", "--empty-password"], ["-A", "-n", "ca", "-t", "C,,", "-i", str(file)]):
        subprocess.run(["certutil", "-d", f"sql:{store}", *arguments], check=True)
    return []


def test_a_device_that_does_not_trust_the_site_gets_help_and_no_site(
    open_context: Callable[..., BrowserContext], lan_site: LanSite
) -> None:
    page = open_context().new_page()
    page.goto(f"{lan_site.landing}/")
    assert page.evaluate(TICK, f"{lan_site.address}/trust/trusted.svg") == "not shown"
    page.get_by_text("Android", exact=True).press("Enter")
    expect(page.get_by_text("checkpoint-ca.crt").first).to_be_visible()
    with page.expect_download() as download:
        page.click("[data-testid=certificate]")
    assert download.value.suggested_filename == "checkpoint-ca.crt"
    given = Path(download.value.path()).read_bytes()
    assert given == lan_site.authority.public_bytes(Encoding.DER)
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(lan_site.address)


def test_a_device_that_trusts_the_site_scans(
    trusting_browser: Browser, lan_site: LanSite, camera_file: Path
) -> None:
    scenes.write(camera_file, [phone(scenes.drawn("https://example.com/menu"))])
    page = trusting_browser.new_page(base_url=lan_site.address)
    page.goto(f"{lan_site.landing}/trust/en/")
    assert page.evaluate(TICK, f"{lan_site.address}/trust/trusted.svg") == "shown"
    page.click("[data-testid=site]")
    log_in(page)
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    start_shift(page)
    expect(verdict(page, "hold")).to_have_attribute("data-reason", "unknown_code")
    assert [re.sub(r"\d+/in/$", "", url) for url in sockets] == [
        f"wss://127.0.0.1:{lan_site.port}/ws/lanes/"
    ]
    assert page.evaluate("() => isSecureContext")
    cookies = page.context.cookies()
    assert {cookie["name"] for cookie in cookies} == {"sessionid", "csrftoken"}
    assert all(cookie["secure"] for cookie in cookies)


def log_in(page: Page) -> None:
    """The forms' tokens and the session's cookie work over this https as over any."""
    page.wait_for_url("**/login/**")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/checkpoint/")
