"""What needs attention: each rule on both sides of its edge, and the order."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scans.attention_words import WORDS
from scans.live import attention
from scans.live.attention import CODES, Facts, level_of, what_is_the_matter

CALM = Facts(
    lanes_online=1, lanes_silent=0, scans=30, a_minute=2.0, usual=2.0,
    since_last_scan_ms=1000, p95_ms=60,
)  # fmt: skip


def test_a_checkpoint_that_works_as_usual_needs_none() -> None:
    assert what_is_the_matter(CALM) == ()
    assert level_of(()) == 0


@pytest.mark.parametrize(
    ("code", "level", "so", "not_so"),
    [
        ("critical_alert", 2, {"worst_alert": "critical"}, {"worst_alert": "medium"}),
        ("high_alert", 2, {"worst_alert": "high"}, {"worst_alert": "low"}),
        ("lane_silent", 2, {"lanes_silent": 1}, {"lanes_silent": 0}),
        ("nobody_there", 1, {"lanes_online": 0, "scans": 1}, {"lanes_online": 0, "scans": 0}),
        ("no_scans", 1, {"since_last_scan_ms": 600_000}, {"since_last_scan_ms": 599_999}),
        ("no_scans", 1, {"since_last_scan_ms": None, "usual": 1.0},
         {"since_last_scan_ms": None, "usual": 0.9}),
        ("busy", 1, {"a_minute": 6.0, "usual": 4.0}, {"a_minute": 5.9, "usual": 4.0}),
        ("busy", 1, {"a_minute": 5.0, "usual": 1.0}, {"a_minute": 4.8, "usual": 1.0}),
        ("busy", 1, {"a_minute": 12.0, "usual": None}, {"a_minute": 11.8, "usual": None}),
        ("slow", 1, {"p95_ms": 2001, "scans": 10}, {"p95_ms": 2000, "scans": 10}),
        ("slow", 1, {"p95_ms": 2001, "scans": 10}, {"p95_ms": 2001, "scans": 9}),
        ("device_trouble", 1, {"has_trouble": True}, {"has_trouble": False}),
    ],
)  # fmt: skip
def test_each_matter_has_its_edge(
    code: str, level: int, so: dict[str, object], not_so: dict[str, object]
) -> None:
    assert what_is_the_matter(replace(CALM, **so)) == (code,)  # type: ignore[arg-type]
    assert level_of((code,)) == level
    assert what_is_the_matter(replace(CALM, **not_so)) == ()  # type: ignore[arg-type]


def test_a_silent_lane_is_not_said_twice() -> None:
    """Where a device is missed, somebody is on shift."""
    facts = replace(CALM, lanes_online=0, lanes_silent=1)
    assert what_is_the_matter(facts) == ("lane_silent",)


def test_the_gravest_comes_first() -> None:
    facts = replace(CALM, has_trouble=True, lanes_silent=1, worst_alert="critical", p95_ms=9000)
    assert what_is_the_matter(facts) == ("critical_alert", "lane_silent", "slow", "device_trouble")
    assert level_of(("slow", "lane_silent")) == attention.ACT


def test_every_matter_has_words_and_the_page_knows_their_order() -> None:
    assert tuple(WORDS) == CODES
    script = (Path(__file__).parents[2] / "static" / "js" / "attention.js").read_text("utf-8")
    codes = re.search(r"CODES = \[(.+?)\]", script, re.DOTALL)
    assert codes
    assert tuple(re.findall(r'"(\w+)"', codes[1])) == CODES
