"""A real Chromium with a fake camera, and the real site in its own process."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import scenes
from tests.browser.site import PASSWORD, Site
from tests.lan_site import LanSite

CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LogIn = Callable[[str], Page]


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera shows: a test writes its scene here before the page opens the camera."""
    path = tmp_path_factory.mktemp("camera") / "scene.mjpeg"
    scenes.write(path, [])
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(camera_file: Path) -> dict[str, Any]:
    executable = next(filter(None, map(shutil.which, CHROMES)), None)
    assert executable, "no Chrome or Chromium: see .ci/install-browser"
    return {
        "executable_path": executable,
        "args": [
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera_file}",
            "--host-resolver-rules=MAP gate.test 127.0.0.1",
            "--autoplay-policy=no-user-gesture-required",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def lan_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanSite]:
    with LanSite(tmp_path_factory.mktemp("lan")) as site:
        yield site


@pytest.fixture
def open_context(browser: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Contexts whose pages may neither break the content security policy nor throw."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=site.address, **options)
        context.set_default_timeout(20_000)
        context.on("console", lambda message: _note(faults, message.type, message.text))
        context.on("weberror", lambda error: faults.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def _note(faults: list[str], kind: str, text: str) -> None:
    if kind == "error" and "Content Security Policy" in text:
        faults.append(text)


@pytest.fixture
def log_in(open_context: Callable[..., BrowserContext]) -> LogIn:
    """A page of a fresh browser in which the demo's user of a role is logged in."""

    def log_in(role: str) -> Page:
        page = open_context().new_page()
        page.goto("/login/")
        page.fill("[name=username]", role)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return log_in


@pytest.fixture
def citizen(open_context: Callable[..., BrowserContext]) -> Page:
    return open_context().new_page()
