"""Reports of tests, as officers send them to the supervisors. Whatever is sent is examined."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from scans.device_checks import CHECKS, STATES, VALUES, State, Words
from scans.models import DeviceReport

MOST_BYTES = 4096
GRAVEST_FIRST = (State.FAILED, State.WEAK, State.SKIPPED, State.ABSENT, State.OK)
Number = bool | Annotated[int, msgspec.Meta(ge=-(10**9), le=10**9)] | None


class BadReport(Exception):
    """Not a report. `code`: `too_large` or `bad_report`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CheckFound(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What one check found."""

    name: str
    code: str
    values: dict[str, Number] = {}


class Report(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a device sends: {"checks": [{"name", "code", "values"}]}."""

    checks: Annotated[list[CheckFound], msgspec.Meta(min_length=1, max_length=len(CHECKS))]


@dataclass(frozen=True)
class Line:
    """A check in the reader's words."""

    name: str
    label: Words
    state: State
    state_words: Words
    words: Words
    values: list[str]


def parse(sent: bytes) -> list[CheckFound]:
    """The checks of a report, each once, with codes and values that there are. Raises BadReport."""
    if len(sent) > MOST_BYTES:
        raise BadReport("too_large")
    try:
        checks = msgspec.json.decode(sent, type=Report).checks
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadReport("bad_report") from None
    names = [check.name for check in checks]
    if len(set(names)) != len(names) or not all(map(_is_known, checks)):
        raise BadReport("bad_report")
    return checks


def keep(
    checks: list[CheckFound], *, device_id: int | None, officer_id: int, now: datetime
) -> DeviceReport:
    """Keep a report, in the place of the one before of the same officer and device."""
    rows = [msgspec.to_builtins(check) for check in checks]
    with transaction.atomic():
        of_officer = DeviceReport.objects.filter(officer_id=officer_id)
        of_device = Q(device=None) if device_id is None else Q(device=device_id)
        report = of_officer.filter(of_device).first() or DeviceReport(
            device_id=device_id, officer_id=officer_id
        )
        report.checks, report.made_at = rows, now
        report.save()
    return report


def lines(report: DeviceReport) -> list[Line]:
    """The report's checks in words, the gravest first. What is not known here is left out."""
    found = msgspec.convert(report.checks, list[CheckFound])
    known = sorted(filter(_is_known, found), key=lambda check: list(CHECKS).index(check.name))
    return sorted(map(_line, known), key=lambda line: GRAVEST_FIRST.index(line.state))


def state_of(report: DeviceReport) -> State:
    """How good the device is on the whole."""
    states = {line.state for line in lines(report)}
    return next((state for state in (State.FAILED, State.WEAK) if state in states), State.OK)


def _is_known(found: CheckFound) -> bool:
    check = CHECKS.get(found.name)
    return (
        check is not None and found.code in check.outcomes and set(found.values) <= {*check.values}
    )


def _line(found: CheckFound) -> Line:
    check = CHECKS[found.name]
    state, words = check.outcomes[found.code]
    values = [_value(name, found.values[name]) for name in check.values if name in found.values]
    return Line(found.name, check.label, state, STATES[state], words, [v for v in values if v])


def _value(name: str, value: Number) -> str:
    if value is None:
        return ""
    shown = (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)
    return str(VALUES[name]).replace("{n}", shown)
