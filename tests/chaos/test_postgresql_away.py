"""PostgreSQL crashes, is restarted, or hangs, under three server processes at work."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.request import Request, urlopen

from tests.chaos.load import Load, Outcome, Target
from tests.chaos.report import LIMIT_SECONDS, Report
from tests.services import PostgreSQL

AWAY_SECONDS = 8.0
HANGING_SECONDS = 3.0
VISITORS = 16


def test_postgresql_crashes(processes: Target, postgresql: PostgreSQL, report: Report) -> None:
    with Load(processes, seconds=8) as load:
        open_many_connections(processes)
        postgresql.stop("immediate")
        postgresql.start()
        answers = time.time()
    load.outcome.assert_sound()
    assert load.outcome.tally.errors == {}, "it was soon back: checks were late, and none failed"
    _lanes_stayed_open(load.outcome)
    back_after = load.outcome.back_after(answers)
    report.add("PostgreSQL crashes", load.outcome, back_after=back_after)
    assert back_after < LIMIT_SECONDS


def test_postgresql_is_away_for_longer_than_a_check_waits(
    processes: Target, postgresql: PostgreSQL, report: Report
) -> None:
    with Load(processes, seconds=15) as load:
        postgresql.stop("fast")
        time.sleep(AWAY_SECONDS)
        postgresql.start()
        answers = time.time()
    load.outcome.assert_sound()
    assert set(load.outcome.tally.errors) == {"check_failed"}
    _lanes_stayed_open(load.outcome)
    back_after = load.outcome.back_after(answers)
    report.add(f"PostgreSQL is away for {AWAY_SECONDS:.0f} s", load.outcome, back_after=back_after)
    assert back_after < LIMIT_SECONDS


def test_postgresql_hangs(processes: Target, postgresql: PostgreSQL, report: Report) -> None:
    with Load(processes, seconds=9) as load:
        with postgresql.frozen():
            time.sleep(HANGING_SECONDS)
        answers = time.time()
    load.outcome.assert_sound()
    assert load.outcome.tally.errors == {}, "it was late, and nothing failed"
    _lanes_stayed_open(load.outcome)
    back_after = load.outcome.back_after(answers)
    report.add(f"PostgreSQL hangs for {HANGING_SECONDS:.0f} s", load.outcome, back_after=back_after)
    assert back_after < LIMIT_SECONDS


def open_many_connections(target: Target) -> None:
    """Have each process open as many as it may: all of them are lost then."""
    pages = [f"{address}/checkpoint/" for address in target.site.addresses] * VISITORS
    with ThreadPoolExecutor(len(pages)) as visitors:
        list(visitors.map(lambda page: visit(page, target.entry.cookie), pages))


def visit(page: str, cookie: str) -> None:
    with urlopen(Request(page, headers={"Cookie": cookie})) as answer:
        answer.read()


def _lanes_stayed_open(outcome: Outcome) -> None:
    assert outcome.tally.reconnects == outcome.tally.reloads
    assert outcome.tally.anew == 0
