"""The cast of scans/tests, for tests of the whole site."""

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
