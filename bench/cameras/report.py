"""PURE. A run's figures: lines for a person, a dictionary for a machine."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bench.cameras.compare import Comparison
from bench.cameras.scene import role_of
from bench.cameras.tally import Tally

PERCENTS = (50, 95, 99)
WIDTH = 22


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The least of the sorted values that at least `percent` of them do not exceed."""
    return ordered[max(math.ceil(percent * len(ordered) / 100), 1) - 1]


def roles(scene: str, cameras: int) -> Counter[str]:
    """How many cameras see what."""
    return Counter(role_of(scene, camera) for camera in range(cameras))


def figures(tally: Tally, comparison: Comparison | None) -> dict[str, Any]:
    """Everything that is known of a run, ready for JSON. Rates are a second, times milliseconds."""
    seconds = tally.seconds or math.inf  # a run that was ended before it began has no rates
    return {
        "seconds": round(tally.seconds, 3),
        "cameras_served": tally.served,
        "frames": _frames(tally, seconds),
        "checks": _checks(tally, seconds),
        "verdicts": {
            "new": tally.verdicts_new,
            "in_view": tally.verdicts_in_view,
            "repeated": tally.verdicts_repeated,
            "recorded_anew": tally.anew,
            "outcomes": dict(tally.outcomes),
        },
        "verdict_ms": _spread(tally.verdict_ms),
        "in_view_ms": _spread(tally.in_view_ms),
        "frame_ms": _spread(tally.frame_ms),
        "ping_ms": _spread(tally.ping_ms),
        "errors": dict(tally.errors),
        "closes": dict(tally.closes),
        "reconnects": tally.reconnects,
        "reloads": tally.reloads,
        "lost": dict(tally.lost),
        "doubled": dict(tally.doubled),
        "client": {
            "cores": round(tally.cpu_seconds / seconds, 3),
            "late_ms": _spread(tally.late_ms),
        },
        "database": None if comparison is None else asdict(comparison),
        "is_sound": is_sound(tally, comparison),
    }


def _frames(tally: Tally, seconds: float) -> dict[str, Any]:
    return {
        "offered_rate": round(tally.frames_offered / seconds, 2),
        "achieved_rate": round(tally.frames_done_in_time / seconds, 2),
        "offered": tally.frames_offered,
        "sent": tally.frames_sent,
        "done": tally.frames_done,
        "skipped_in_flight": tally.skipped_in_flight,
        "skipped_unconnected": tally.skipped_unconnected,
        "cut_off": tally.cut_off,
        "unread": tally.unread,
    }


def _checks(tally: Tally, seconds: float) -> dict[str, Any]:
    return {
        "offered_rate": round(tally.checks_offered / seconds, 2),
        "achieved_rate": round(tally.checks_done_in_time / seconds, 2),
        "offered": tally.checks_offered,
        "sent": tally.checks_sent,
        "done": tally.checks_done,
        "sent_again": tally.resent,
        "skipped_waiting": tally.skipped_waiting,
    }


def is_sound(tally: Tally, comparison: Comparison | None) -> bool:
    """Whether nothing was lost and nothing doubled, as far as was looked."""
    return tally.is_sound and (comparison is None or comparison.is_sound)


def lines(known: dict[str, Any], *, cameras: int, is_paced: bool) -> Iterator[str]:
    """The report, from what `figures` gave."""
    frames, checks = known["frames"], known["checks"]
    served = f"{known['cameras_served']:,} of {cameras:,} had their lane"
    yield _line("cameras", f"{served}, for {known['seconds']:.1f} s")
    if frames["offered"]:
        yield _line("frames", _rates(frames, is_paced) + _skipped_frames(frames))
    if checks["offered"]:
        yield _line("typed checks", _rates(checks, is_paced) + _skipped_checks(checks))
    yield from _verdicts(known["verdicts"])
    for name, key in (
        ("capture to verdict", "verdict_ms"),
        ("  still in view", "in_view_ms"),
        ("capture to frame_done", "frame_ms"),
        ("ping", "ping_ms"),
    ):
        yield from _times(name, known[key])
    yield _line("errors", _counts(known["errors"]))
    yield _line("closes", _counts(known["closes"]))
    yield _line("reconnects", _reconnects(known))
    yield _line("lost", _counts(known["lost"]))
    yield _line("doubled", _counts(known["doubled"]))
    yield from _database(known["database"])
    late = known["client"]["late_ms"]
    behind = f", acts late by p99 {late['p99']:.1f} ms" if late else ""
    yield _line("this tool", f"{100 * known['client']['cores']:.0f} % of a core{behind}")


def _verdicts(verdicts: dict[str, Any]) -> Iterator[str]:
    parts = [f"{verdicts['new']:,} new"]
    for key, words in (
        ("in_view", "of a code still in view"),
        ("repeated", "to a check sent again"),
        ("recorded_anew", "in view and recorded anew after a reconnect"),
    ):
        if verdicts[key]:
            parts.append(f"{verdicts[key]:,} {words}")
    yield _line("verdicts", ", ".join(parts))
    if verdicts["outcomes"]:
        yield _line("outcomes", _counts(verdicts["outcomes"]))


def _rates(kind: dict[str, Any], is_paced: bool) -> str:
    achieved = f"{kind['achieved_rate']:,.1f}/s answered"
    return f"{kind['offered_rate']:,.1f}/s offered, {achieved}" if is_paced else achieved


def _skipped_frames(frames: dict[str, Any]) -> str:
    return _further(
        (frames["skipped_in_flight"], "skipped, one was in flight"),
        (frames["skipped_unconnected"], "skipped, no connection"),
        (frames["cut_off"], "cut off with their connection"),
        (frames["unread"], "with a code that was not found"),
    )


def _skipped_checks(checks: dict[str, Any]) -> str:
    return _further(
        (checks["skipped_waiting"], "skipped, too many waited"),
        (checks["sent_again"], "sent again"),
    )


def _further(*counts: tuple[int, str]) -> str:
    return "".join(f"; {count:,} {words}" for count, words in counts if count)


def _times(name: str, spread: dict[str, float] | None) -> Iterator[str]:
    if spread:
        values = ", ".join(f"p{percent} {spread[f'p{percent}']:.1f}" for percent in PERCENTS)
        yield _line(name, f"{values} ms, longest {spread['max']:.1f}")


def _reconnects(known: dict[str, Any]) -> str:
    reloads = f", {known['reloads']:,} of them by the scene" if known["reloads"] else ""
    return f"{known['reconnects']:,}{reloads}"


def _database(compared: dict[str, Any] | None) -> Iterator[str]:
    if compared is None:
        yield _line("database", "not compared (--database does, on a machine that can read it)")
        return
    further = _further(
        (compared["unheard"], "of them unheard"),
        (compared["despite_error"], "of them in spite of an error"),
        (compared["earlier"], "of before the run were still in view"),
    )
    yield _line("database", f"{compared['recorded']:,} scans{further}")
    for key, words in (
        ("without_scan", "verdicts without a scan"),
        ("twice", "scans recorded twice"),
        ("unexplained", "scans that nobody asked for"),
    ):
        found = compared[key]
        if found:
            yield _line("", f"{len(found):,} {words}: {', '.join(found[:3])}")


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    ordered = sorted(values)
    named = {f"p{percent}": round(percentile(ordered, percent), 2) for percent in PERCENTS}
    return {"count": len(ordered), **named, "max": round(ordered[-1], 2)}


def _counts(counts: dict[str, int]) -> str:
    if not counts:
        return "none"
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{count:,} {name}" for name, count in ordered)


def _line(name: str, text: str) -> str:
    return f"{name:<{WIDTH}} {text}"
