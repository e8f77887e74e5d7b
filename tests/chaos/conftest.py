"""The sites that are to break, each with its database and whatever else it needs."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.cameras import address, pictures
from bench.cameras.site import enter
from bench.datasets import DATA_DIR
from tests.browser.site import PASSWORD, Site
from tests.chaos.load import Target
from tests.chaos.records import Records
from tests.chaos.report import Report
from tests.services import PostgreSQL, Redis, serving

PROCESSES = 3
CODES = 24

MakeTarget = Callable[..., Target]


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    return pytestconfig.stash.setdefault(REPORT, Report())


REPORT = pytest.StashKey[Report]()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(REPORT, Report()).lines:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def drawn() -> Path:
    """What the cameras show: codes that nobody signed, so that they are drawn once for all runs."""
    codes = pictures.made_up_codes(CODES)
    return pictures.draw(codes, pictures.SIZES["640x480"], DATA_DIR / "chaos")


@dataclass(frozen=True)
class Prepared:
    """A site's folder, ready to be served, and signed codes of its permits."""

    folder: Path
    codes: tuple[str, ...]

    def target(self, site: Site, records: Records, drawn: Path) -> Target:
        """The site, once it serves, with what its cameras need."""
        entry = enter(address.parse(site.address), "officer", PASSWORD)
        return Target(site, entry, records, self.codes, drawn)


def sample_codes(site: Site) -> tuple[str, ...]:
    return tuple(site.manage("sample_codes", "--count", str(CODES)).splitlines())


# --- On one machine: one process, an SQLite file --------------------------------------------------

ALONE = {"DATABASE_URL": "", "REDIS_URL": ""}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    with closing(Site(folder, processes=1, share_port=True, **ALONE)) as site:
        site.prepare()
        return Prepared(folder, sample_codes(site))


@pytest.fixture
def one_process(prepared: Prepared, drawn: Path, tmp_path: Path) -> Iterator[MakeTarget]:
    """Serves a copy of the prepared site, with further settings."""
    with ExitStack() as sites:

        def serve(**environment: str) -> Target:
            folder = tmp_path / "site"
            shutil.copytree(prepared.folder, folder)
            site = Site(folder, processes=1, share_port=True, **ALONE, **environment)
            sites.enter_context(closing(site))
            site.start()
            return prepared.target(site, Records(folder / "checkpoint.sqlite3"), drawn)

        yield serve


# --- On many: three processes, PostgreSQL and Redis -----------------------------------------------


@pytest.fixture(scope="session")
def services() -> Iterator[tuple[PostgreSQL, Redis]]:
    with serving() as both:
        yield both


@pytest.fixture(scope="session")
def postgresql(services: tuple[PostgreSQL, Redis]) -> PostgreSQL:
    return services[0]


@pytest.fixture(scope="session")
def redis(services: tuple[PostgreSQL, Redis]) -> Redis:
    return services[1]


@pytest.fixture(scope="session")
def shared(
    prepared: Prepared,
    postgresql: PostgreSQL,
    redis: Redis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Prepared:
    """The keys and the static files of a site whose data is in PostgreSQL."""
    folder = tmp_path_factory.mktemp("shared") / "site"
    shutil.copytree(prepared.folder, folder, ignore=shutil.ignore_patterns("*.sqlite3*"))
    with closing(Site(folder, DATABASE_URL=postgresql.url, REDIS_URL=redis.url)) as site:
        site.manage("prepare_demo")
        return Prepared(folder, sample_codes(site))


@pytest.fixture(scope="session", params=[False])
def share_port(request: pytest.FixtureRequest) -> bool:
    """Whether the processes are at one port, as behind a load balancer, or have one each."""
    return bool(request.param)


@pytest.fixture(scope="session")
def processes(
    shared: Prepared, postgresql: PostgreSQL, redis: Redis, drawn: Path, share_port: bool
) -> Iterator[Target]:
    """Three of them."""
    site = Site(
        shared.folder,
        processes=PROCESSES,
        share_port=share_port,
        DATABASE_URL=postgresql.url,
        REDIS_URL=redis.url,
        SOCKET_RECHECK_SECONDS="10",  # a hint that comes sooner is one that was heard
    )
    with closing(site):
        site.start()
        yield shared.target(site, Records(postgresql.url), drawn)
