"""The sites that are to break, each with its database and whatever else it needs."""

import shutil
from collections.abc import Callable, Iterator
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


def target_of(site: Site, records: Records, drawn: Path) -> Target:
    """A site that serves, with what its cameras need. What is typed is signed."""
    codes = site.manage("sample_codes", "--count", str(CODES)).splitlines()
    entry = enter(address.parse(site.address), "officer", PASSWORD)
    return Target(site, entry, records, tuple(codes), drawn)


# --- On one machine: one process, an SQLite file --------------------------------------------------


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site's folder, ready to be copied and served."""
    folder = tmp_path_factory.mktemp("prepared")
    site = Site(folder, processes=1, DATABASE_URL="", REDIS_URL="")
    site.prepare()
    site.close()
    return folder


@pytest.fixture
def one_process(prepared: Path, drawn: Path, tmp_path: Path) -> Iterator[MakeTarget]:
    """Serves a copy of the prepared site, with further settings."""
    sites: list[Site] = []

    def serve(**environment: str) -> Target:
        folder = tmp_path / "site"
        shutil.copytree(prepared, folder)
        alone = {"DATABASE_URL": "", "REDIS_URL": ""}
        site = Site(folder, processes=1, share_port=True, **alone, **environment)
        sites.append(site)
        site.start()
        return target_of(site, Records(folder / "checkpoint.sqlite3"), drawn)

    yield serve
    for site in sites:
        site.close()


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
def shared_folder(
    prepared: Path,
    services: tuple[PostgreSQL, Redis],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The keys and the static files of a site whose data is in PostgreSQL."""
    postgresql, redis = services
    folder = tmp_path_factory.mktemp("shared") / "site"
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("*.sqlite3*"))
    site = Site(folder, DATABASE_URL=postgresql.url, REDIS_URL=redis.url)
    site.manage("prepare_demo")
    site.close()
    return folder


def _processes(
    folder: Path, services: tuple[PostgreSQL, Redis], drawn: Path, *, share_port: bool
) -> Iterator[Target]:
    postgresql, redis = services
    site = Site(
        folder,
        processes=PROCESSES,
        share_port=share_port,
        DATABASE_URL=postgresql.url,
        REDIS_URL=redis.url,
        SOCKET_RECHECK_SECONDS="10",  # a hint that comes sooner is one that was heard
    )
    site.start()
    yield target_of(site, Records(postgresql.url), drawn)
    site.close()


@pytest.fixture(scope="module")
def processes(
    shared_folder: Path, services: tuple[PostgreSQL, Redis], drawn: Path
) -> Iterator[Target]:
    """Three processes, each with a port of its own."""
    yield from _processes(shared_folder, services, drawn, share_port=False)


@pytest.fixture(scope="module")
def processes_at_one_port(
    shared_folder: Path, services: tuple[PostgreSQL, Redis], drawn: Path
) -> Iterator[Target]:
    """Three processes at one port, as behind a load balancer."""
    yield from _processes(shared_folder, services, drawn, share_port=True)
