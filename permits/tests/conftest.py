"""What the tests of the pages share. None of it is used unless a test asks for it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from permits import keys
from permits.tests.typed import NOW
from permits.throttles import NetworkThrottle


class Clock:
    """The time that the pages see. A test moves it on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time stands still."""
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    monkeypatch.setattr(NetworkThrottle, "timer", lambda throttle: clock.now.timestamp())
    return clock


@pytest.fixture
def empty_cache() -> Iterator[None]:
    """No declaration counts from an earlier test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def signing_keys(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Keys of the test's own."""
    settings.SIGNING_KEYS_DIR = str(tmp_path)
    keys.rotate()
    yield
    keys.load.cache_clear()


@pytest.fixture
def english(client: Client) -> Client:
    """A browser whose reader has chosen English."""
    client.cookies["django_language"] = "en"
    return client
