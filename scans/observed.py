"""Wrapped around the work, so that the work itself need not know: what is counted and logged of it.

A log line of a scan has its `scan_id` from the check to the answer; before there is one, a frame
goes by its lane and its `seq`. No line has a payload, a name or a number.
"""

import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeGuard

from django.utils import timezone

from scans import metrics
from scans.alert_rules import machines
from scans.decode import DecodeError, Reading

if TYPE_CHECKING:
    from scans.check import Answer, Checked
    from scans.evidence import CheckRequest

log = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
CheckBatch = Callable[Concatenate["Sequence[CheckRequest]", Arguments], "list[Answer]"]
Decoded = tuple[Reading, float]


def checks(check_batch: CheckBatch[Arguments]) -> CheckBatch[Arguments]:
    """Around `check_batch`: what it returns is in the database, so it may be counted and told."""

    @wraps(check_batch)
    def observed(
        requests: "Sequence[CheckRequest]", /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> "list[Answer]":
        started = time.perf_counter()
        try:
            answers = check_batch(requests, *args, **kwargs)
        except Exception:
            metrics.BATCHES_FAILED.inc()
            machines.batches.failed()
            raise
        seconds = time.perf_counter() - started
        try:
            _count(answers, seconds)
            machines.batches.succeeded(now=timezone.now())
        except Exception as error:
            # The scans are recorded: a figure is no reason to withhold their verdicts.
            log.error("a batch could not be counted: %s", type(error).__name__)
        if log.isEnabledFor(logging.INFO):
            _tell(requests, answers)
        return answers

    return observed


def _count(answers: "Sequence[Answer]", seconds: float) -> None:
    metrics.BATCH_CHECKS.observe(len(answers))
    metrics.BATCH_SECONDS.observe(seconds)
    verdicts: Counter[tuple[str, str]] = Counter()
    for answer in answers:
        if _is_verdict(answer):
            verdicts[answer.outcome, _headline(answer.reasons)] += 1
            metrics.ELAPSED_SECONDS.observe(answer.elapsed_ms / 1000)
    for (outcome, reason), number in verdicts.items():
        metrics.VERDICTS.labels(outcome, reason).inc(number)
    metrics.observe_database_pool()


def _tell(requests: "Sequence[CheckRequest]", answers: "Sequence[Answer]") -> None:
    for request, answer in zip(requests, answers, strict=True):
        fields = {"scan_id": request.scan_id, "lane": request.lane.lane_id, "batch": len(answers)}
        if _is_verdict(answer):
            fields["outcome"] = answer.outcome
            fields["reason"] = _headline(answer.reasons)
            fields["elapsed_ms"] = answer.elapsed_ms
            log.info("verdict", extra=fields)
        else:
            log.info("scan_id_reused", extra=fields)


def _is_verdict(answer: "Answer") -> "TypeGuard[Checked]":
    """And not a refusal. check.py imports this module, so its classes cannot be asked for here."""
    return hasattr(answer, "outcome")


def _headline(reasons: Sequence[str]) -> str:
    return reasons[0] if reasons else ""


def decoding(
    decode: Callable[Arguments, Awaitable[Decoded]],
) -> Callable[Arguments, Awaitable[Decoded]]:
    """Around `pool.decode`, on the event loop."""

    @wraps(decode)
    async def observed(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Decoded:
        result = "failed"
        metrics.FRAMES_IN_FLIGHT.inc()
        try:
            reading, milliseconds = await decode(*args, **kwargs)
            metrics.DECODE_SECONDS.observe(milliseconds / 1000)
            result = "code" if reading.symbols else "nothing"
        except DecodeError:
            result = "refused"
            raise
        finally:
            metrics.FRAMES_IN_FLIGHT.dec()
            metrics.FRAMES.labels(result).inc()
        return reading, milliseconds

    return observed
