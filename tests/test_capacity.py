"""The arithmetic behind docs/scaling.md, and that the page says what it says."""

from dataclasses import replace

import pytest

from bench.capacity import costs
from bench.capacity.__main__ import DOCUMENT, TABLES, filled
from bench.capacity.country import Country, Load, Traffic, traffics

COUNTRY = Country()
LOADS = [Load(COUNTRY, traffic) for traffic in traffics(COUNTRY.lanes)]
HANOI, QUEUES, WORST = LOADS


def test_the_country_has_63_times_50_times_4_lanes() -> None:
    assert (COUNTRY.all_checkpoints, COUNTRY.all_lanes) == (3_150, 12_600)


def test_scans_of_a_country_like_hanoi() -> None:
    """9,786 vehicles at 23 checkpoints, two codes each, at 3,150 checkpoints."""
    assert HANOI.scans_a_day == pytest.approx(9_786 / 23 * 2 * 3_150)
    assert HANOI.scans == pytest.approx(HANOI.scans_a_day * 0.10 / 3_600 * 2)


def test_the_worst_is_a_code_every_three_seconds_at_every_lane() -> None:
    assert WORST.scans == pytest.approx(4_200)
    assert WORST.mean_scans == pytest.approx(4_200)
    assert WORST.idle_lanes == pytest.approx(0)


def test_lanes_without_a_code_send_frames_too() -> None:
    asleep = Load(COUNTRY, Traffic("none", 0, 0))
    assert asleep.frames == pytest.approx(12_600 * 0.4)
    assert WORST.frames == pytest.approx(4_200 * 10)
    assert WORST.bytes_in == pytest.approx(42_000 * 17_000)


def test_storage_is_rows_and_indexes_by_the_day() -> None:
    assert WORST.storage(1) == pytest.approx(4_200 * 86_400 * (510 + 160))
    assert WORST.storage(365) == pytest.approx(365 * WORST.storage(1))


def test_sockets_alone_ask_for_processes() -> None:
    asleep = Load(COUNTRY, Traffic("none", 0, 0))
    assert asleep.processes == 26  # 12,600 sockets, 500 to a process
    crowded = replace(COUNTRY, recheck_seconds=1.0)
    assert Load(crowded, asleep.traffic).processes > 26  # each socket asks every second


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.traffic.name)
def test_looking_at_access_less_often_spares_the_database(load: Load) -> None:
    seldom = Load(replace(COUNTRY, recheck_seconds=60.0), load.traffic)
    assert seldom.rechecks == pytest.approx(load.rechecks / 6)
    assert seldom.transactions < load.transactions
    assert seldom.log_bytes < load.log_bytes


def test_a_batch_is_one_check_where_nobody_waits_and_never_more_than_128() -> None:
    assert HANOI.batch == 1
    few_lanes = Country(provinces=1, checkpoints=1, lanes=1)
    flood = Load(few_lanes, Traffic("flood", 0, 10_000))
    assert 1 <= flood.batch <= 128


def test_more_scans_never_need_less() -> None:
    for smaller, larger in ((HANOI, QUEUES), (QUEUES, WORST)):
        for name in ("processes", "server_cores", "database_cores", "connections", "log_bytes"):
            assert getattr(smaller, name) <= getattr(larger, name), name


def test_every_figure_says_how_it_is_known() -> None:
    known = costs.all_known()
    assert len(known) > 20
    assert all(one.text and one.source for one in known)


def test_the_page_has_the_tables_as_they_are() -> None:
    document = DOCUMENT.read_text("utf-8")
    assert filled(document) == document, "run: make docs"


@pytest.mark.parametrize("name", TABLES)
def test_the_page_has_every_table(name: str) -> None:
    assert f"<!-- table: {name} -->" in DOCUMENT.read_text("utf-8")
