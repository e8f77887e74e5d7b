"""Several server processes on one PostgreSQL and one Redis, as in production."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.browser.site import Site
from tests.production.sockets import Open, Sockets

PROCESSES = 3


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three processes, each on a port of its own, so that a test can choose one."""
    with Site(tmp_path_factory.mktemp("site"), processes=PROCESSES, share_port=False) as site:
        yield site


@pytest.fixture
async def open_socket(site: Site) -> AsyncIterator[Open]:
    async with Sockets(site) as sockets:
        yield sockets.open
