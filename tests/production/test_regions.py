"""Two regions that share permits and trips by logical replication: the page's own statements."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.browser.site import Site
from tests.production.postgres import Postgres, servers
from tests.production.redis_nodes import wait_until

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scaling.md"
DATABASE = "checkpoint"
ONE_TRIP, USUAL = 90, 1  # kinds of permits

PLACES = """
for number in (1001, 2001):
    place = Checkpoint.objects.create(id=number, name=str(number), latitude=21, longitude=105.8)
    Lane.objects.create(id=number, checkpoint=place, name="1")
PermitKind.objects.create(
    number=90, name_vi="Một chuyến", name_en="One trip", needs_approval=False, one_trip=True
)
"""
DECLARE = """
from datetime import date
from permits.services import Declaration, declare
declaration = Declaration(full_name="Nguyễn Thị Mẫu", personal_number="000190012345",
    birth_date=date(1990, 5, 17), sex="female", phone="0000000001", origin="Mẫu", destination="Mẫu",
    purpose="Mẫu", plate="", travel_at=timezone.now())
kind = PermitKind.objects.get(number={kind})
permit = declare(declaration, now=timezone.now(), kind=kind).permit
print(selectors.travel_code(permit))
"""
CHECK = """
from django.contrib.auth.models import User
from permits.verdict import Direction
from scans.check import check_batch
from scans.evidence import CheckRequest
from scans.scan_ids import new_scan_id
from scans.shifts import lane_context
officer, _ = User.objects.get_or_create(username="officer")
now = timezone.now()
lane = lane_context({lane}, Direction.IN, officer.pk)
[answer] = check_batch([CheckRequest({code!r}, new_scan_id(now), now, lane, "typed")])
print(answer.outcome, *answer.reasons)
"""
WATCH = """
services.add_watchlist_entry(personal_number="000190012345", level=WatchlistLevel.WANTED,
    active_from=timezone.now())
"""


class Region:
    """A region's database, and its site's commands."""

    def __init__(self, number: int, server: Postgres, folder: Path) -> None:
        self.number, self._server, self.lane = number, server, 1000 * number + 1
        server.initialise()
        server.start()
        server.ask("postgres", f"CREATE DATABASE {DATABASE}")
        own = folder / str(number)
        own.mkdir()
        self.site = Site(
            own,
            processes=0,
            DATABASE_URL=server.address(DATABASE),
            REDIS_URL="",
            SIGNING_KEYS_DIR=str(folder / "keys"),
        )
        self.site.manage("migrate")

    @property
    def connection(self) -> str:
        """As a subscription has it."""
        return f"host=127.0.0.1 port={self._server.port} user=checkpoint dbname={DATABASE}"

    def ask(self, *statements: str) -> int:
        """Run statements; the number that the last one finds."""
        rows = self._server.ask(DATABASE, *statements)
        return int(str(rows[0][0])) if rows else 0

    def run(self, script: str) -> str:
        """The last line that a script over the site's models prints."""
        imports = (
            "from permits import selectors, services; from permits.models import *;"
            " from permits.verdict import WatchlistLevel;"
            " from scans.models import *; from django.utils import timezone\n"
        )
        return self.site.manage("shell", "-v", "0", "-c", imports + script).strip()

    def declare(self, kind: int) -> str:
        """A new permit's travel code."""
        return self.run(DECLARE.format(kind=kind))

    def check(self, code: str) -> str:
        """Outcome and reasons at this region's lane."""
        return self.run(CHECK.format(lane=self.lane, code=code))

    def wait_for(self, count: int, of: str) -> None:
        """Until so many rows are there."""
        wait_until(lambda: self.ask(f"SELECT count(*) FROM {of}") == count)


def statements(name: str, replaced: Mapping[str, str] | None = None, *, of: int = 2) -> list[str]:
    """A block of the page's SQL for a region, with the addresses of this test.

    The page shows region 2's. Its numbers are changed first: an address may hold a number like
    them, as a port. A blank line parts statements.
    """
    [block] = re.findall(
        rf"<!-- sql: {name} -->\n\n```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL
    )
    for pattern, new in ((r"trips_2", f"trips_{of}"), (r"\b2(\d{3,})\b", rf"{of}\1")):
        block = re.sub(pattern, new, block)
    for old, new in (replaced or {}).items():
        assert old in block
        block = block.replace(old, new)
    return [statement for statement in block.split("\n\n") if statement.strip()]


@pytest.fixture(scope="module")
def regions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Region, Region]]:
    """The centre, which is region 1, and region 2, connected as the page says."""
    folder = tmp_path_factory.mktemp("regions")
    with servers(2) as (one, two):
        centre, region = Region(1, one, folder), Region(2, two, folder)
        centre.site.manage("rotate_key")
        centre.run(PLACES)
        centre.ask(*statements("centre"))
        address = {"host=centre dbname=checkpoint": centre.connection}
        region.ask(*statements("region", address))
        region.wait_for(2, "scans_lane")
        for each in (centre, region):
            each.ask(*statements("trips", of=each.number))
        exchange = "host=other dbname=checkpoint"
        centre.ask(*statements("exchange", {exchange: region.connection}))
        back = {exchange: centre.connection, "trips_1_to_1": "trips_1_to_2"}
        region.ask(*statements("exchange", back, of=1))
        yield centre, region
        for each in (centre, region):
            each.site.close()


Regions = tuple[Region, Region]


def test_a_permit_is_known_in_the_region_and_so_is_its_end(regions: Regions) -> None:
    centre, region = regions
    code = centre.declare(USUAL)
    region.wait_for(1, "permits_permit WHERE state = 'approved'")
    assert region.check(code) == "allow"
    centre.ask("UPDATE permits_permit SET state = 'revoked'")
    region.wait_for(1, "permits_permit WHERE state = 'revoked'")
    assert region.check(code).startswith("refuse revoked")


def test_scans_stay_where_they_were_made_with_ids_of_their_own(regions: Regions) -> None:
    centre, region = regions
    code = centre.declare(USUAL)
    region.wait_for(centre.ask("SELECT count(*) FROM permits_permit"), "permits_permit")
    before = [each.ask("SELECT count(*) FROM scans_scan") for each in regions]
    centre.check(code)
    region.check(code)
    region.check(code)
    after = [each.ask("SELECT count(*) FROM scans_scan") for each in regions]
    assert after == [before[0] + 1, before[1] + 2]


def test_an_entry_of_the_watchlist_comes_and_goes(regions: Regions) -> None:
    centre, region = regions
    code = centre.declare(USUAL)
    centre.run(WATCH)
    region.wait_for(1, "permits_watchlistentry")
    assert "watchlisted" in region.check(code)
    centre.ask("DELETE FROM permits_watchlistentry")
    region.wait_for(0, "permits_watchlistentry")
    assert "watchlisted" not in region.check(code)


@pytest.mark.parametrize("first", [0, 1], ids=["centre first", "region first"])
def test_a_trip_that_was_used_in_one_region_is_used_in_the_other(
    regions: Regions, first: int
) -> None:
    centre, region = regions
    code = centre.declare(ONE_TRIP)
    region.wait_for(centre.ask("SELECT count(*) FROM permits_permit"), "permits_permit")
    here, there = regions[first], regions[1 - first]
    used = there.ask("SELECT count(*) FROM scans_tripuse")
    assert here.check(code) == "allow"
    there.wait_for(used + 1, "scans_tripuse")
    assert "already_used" in there.check(code)


def test_two_uses_of_one_trip_stop_nothing(regions: Regions) -> None:
    """While the regions do not hear each other both let it pass; each keeps its own use."""
    centre, region = regions
    code = centre.declare(ONE_TRIP)
    region.wait_for(centre.ask("SELECT count(*) FROM permits_permit"), "permits_permit")
    centre.ask("ALTER SUBSCRIPTION checkpoint_trips_2_to_1 DISABLE")
    region.ask("ALTER SUBSCRIPTION checkpoint_trips_1_to_2 DISABLE")
    assert centre.check(code) == region.check(code) == "allow"
    used = [each.ask("SELECT count(*) FROM scans_tripuse") for each in regions]
    centre.ask("ALTER SUBSCRIPTION checkpoint_trips_2_to_1 ENABLE")
    region.ask("ALTER SUBSCRIPTION checkpoint_trips_1_to_2 ENABLE")
    another = centre.declare(ONE_TRIP)
    region.wait_for(centre.ask("SELECT count(*) FROM permits_permit"), "permits_permit")
    assert region.check(another) == "allow"  # and it goes on after what was dropped
    centre.wait_for(used[0] + 1, "scans_tripuse")
    assert "already_used" in centre.check(another)
    last = centre.declare(ONE_TRIP)
    assert centre.check(last) == "allow"
    region.wait_for(used[1] + 2, "scans_tripuse")
