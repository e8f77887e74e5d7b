"""The cast of scans/tests, for tests of the whole site."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from permits import keys
from scans.tests.conftest import (  # noqa: F401
    _nothing_shown_yet,
    code,
    declaration,
    hill_lane,
    make_user,
    officer,
    permit,
    river_lane,
    signing_keys,
    supervisor,
)


@pytest.fixture
def no_keys(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """An empty folder for keys, of the test's own."""
    folder = tmp_path / "keys"
    settings.SIGNING_KEYS_DIR = str(folder)
    keys.load.cache_clear()
    yield folder
    keys.load.cache_clear()
