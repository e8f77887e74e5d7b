"""A real streaming replica: lists are read from it, decisions never, and its end stops nothing."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.browser.site import Site
from tests.production.login import Login
from tests.production.postgres import Postgres, servers
from tests.production.sockets import Open
from tests.production.test_processes import check

NEWEST = "__import__('scans.stats', fromlist=['stats']).newest_row_id(now=timezone.now())"
ALIAS = "__import__('scans.replica', fromlist=['replica']).alias()"


class Pair(NamedTuple):
    """A primary, and the replica that streams from it."""

    primary: Postgres
    replica: Postgres


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with servers(2) as (primary, replica):
        primary.initialise()
        primary.start()
        primary.ask("postgres", "CREATE DATABASE checkpoint")
        replica.follow(primary)
        replica.start()
        yield Pair(primary, replica)


@pytest.fixture(scope="module")
def site(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(
        tmp_path_factory.mktemp("site"),
        processes=1,
        DATABASE_URL=pair.primary.address("checkpoint"),
        DATABASE_REPLICA_URL=pair.replica.address("checkpoint"),
    ) as site:
        yield site


@pytest.fixture
def stands_still(pair: Pair, site: Site) -> Iterator[None]:
    """The replica shows what it has now, and nothing that is written later."""
    pair.replica.ask("checkpoint", "SELECT pg_wal_replay_pause()")
    yield
    pair.replica.ask("checkpoint", "SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def lane(site: Site) -> int:
    return int(site.ask("Lane.objects.first().pk"))


@pytest.fixture
def officer(site: Site) -> Login:
    return Login(site, 0, "officer")


async def test_a_dashboard_shows_each_scan_by_way_of_the_replica(
    site: Site, open_socket: Open, lane: int, officer: Login
) -> None:
    dashboard = await open_socket(0, "/ws/dashboard/", Login(site, 0, "supervisor").cookie)
    await dashboard.send({"type": "catch_up", "after": 0})
    await dashboard.next_of("feed")
    page = await open_socket(0, f"/ws/lanes/{lane}/in/", officer.cookie)
    sent = set()
    for number in range(5):
        message = check(f"shown by the replica {number}")
        sent.add(message["scan_id"])
        await page.send(message)
        await page.next_of("verdict")
    shown: set[object] = set()
    while not sent <= shown:
        shown |= {row["scan_id"] for row in (await dashboard.next_of("feed"))["rows"]}


async def test_lists_are_the_replica_s_and_verdicts_the_primary_s(
    site: Site, open_socket: Open, lane: int, officer: Login, stands_still: None
) -> None:
    code = site.ask("selectors.travel_code(Permit.objects.filter(state='approved').first())")
    page = await open_socket(0, f"/ws/lanes/{lane}/in/", officer.cookie)
    await page.send(check(code))
    first = await page.next_of("verdict")
    assert "revoked" not in first["reasons"]
    site.ask("Permit.objects.filter(state='approved').order_by('id').update(state='revoked')")
    await page.send(check(code))
    second = await page.next_of("verdict")
    assert "revoked" in second["reasons"], "a decision waits for no replica"
    assert site.ask(f"{NEWEST} < Scan.objects.order_by('-id').first().id") == "True"
    shown = Login(site, 0, "administrator").get("/admin/scans/scan/")
    newest = int(site.ask("Scan.objects.order_by('-id').first().pk"))
    assert f"/admin/scans/scan/{newest}/" not in shown


async def test_while_the_replica_is_away_the_primary_shows_everything(
    site: Site, pair: Pair, open_socket: Open, lane: int, officer: Login
) -> None:
    dashboard = await open_socket(0, "/ws/dashboard/", Login(site, 0, "supervisor").cookie)
    await dashboard.send({"type": "catch_up", "after": 0})
    await dashboard.next_of("feed")
    pair.replica.stop()
    page = await open_socket(0, f"/ws/lanes/{lane}/out/", officer.cookie)
    message = check("seen without a replica")
    await page.send(message)
    await page.next_of("verdict")
    shown: set[object] = set()
    while message["scan_id"] not in shown:
        shown |= {row["scan_id"] for row in (await dashboard.next_of("feed"))["rows"]}
    newest = int(site.ask("Scan.objects.order_by('-id').first().pk"))
    assert f"/admin/scans/scan/{newest}/" in Login(site, 0, "administrator").get(
        "/admin/scans/scan/"
    )
    assert site.ask(ALIAS) == "default"
    assert "the primary answers for the replica: OperationalError" in site.log_file.read_text()
    pair.replica.start()
    assert site.ask(ALIAS) == "replica"
