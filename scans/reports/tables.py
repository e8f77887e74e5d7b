"""The report as tables to take away, in the active language."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from permits import labels
from permits.exports import Column, Export, Format, Table
from permits.verdict import Reason
from scans.exports.notes import within
from scans.models import LetThroughReason
from scans.oversight import Oversight
from scans.reports.report import Cars, Codes, CodesOf, Report

DATE = "%d/%m/%Y"


def export_of(report: Report, oversight: Oversight) -> Export:
    """The whole report as one file."""
    tables = [_cars(report), _checkpoints(report)]
    tables += [_codes(_("By kind of permit"), _("Kind of permit"), report.kinds)]
    tables += [_codes(_("By reason"), _("Reason"), report.reasons), _let_through(report)]
    tables += [_lanes(report)]
    day = report.day.strftime(DATE)
    return Export(
        f"report-{report.day}",
        _("Report of %(day)s") % {"day": day},
        tables,
        [*notes(report, oversight)],
    )


def notes(report: Report, oversight: Oversight) -> list[str]:
    """What the reader must know of the range."""
    said = []
    if not report.is_over:
        said.append(_("The day is not over: these are the figures so far."))
    return [*said, *within(oversight)]


def name_of(row: CodesOf[Any]) -> str:
    """A kind's name, or a reason in words; a code that there is no word for stays one."""
    if isinstance(row.of, str):
        return reason_words(row.of)
    return str(row.of) if row.of else _("No permit")


def reason_words(code: str) -> str:
    """A headline reason in words."""
    return str(labels.REASONS[Reason(code)]) if code in set(Reason) else code


def let_through_words(code: str) -> str:
    """Why an officer let a car through."""
    return str(dict(LetThroughReason.choices).get(code, code))


def _number(heading: str, width: int = 9) -> Column:
    return Column(heading, Format.NUMBER, width)


def _table(title: str, columns: Sequence[Column], rows: list[Any]) -> Table:
    return Table(title, columns, rows, len(rows))


def _car_columns() -> list[Column]:
    return [
        _number(_("Checked")),
        _number(_("Passed")),
        _number(_("of these let through")),
        _number(_("Turned back")),
        _number(_("Not let in")),
        _number(_("Not let out")),
        _number(_("Health desk")),
    ]


def _car_cells(cars: Cars) -> list[int]:
    return [
        *(cars.checked, cars.passed, cars.let_through),
        *(cars.turned_back, cars.not_let_in, cars.not_let_out, cars.health_desk),
    ]


def _cars(report: Report) -> Table:
    columns = [Column(_("Day"), width=12), *_car_columns(), _number(_("Scans"))]
    before = [report.day_before, report.week_before]
    rows = [[report.day.strftime(DATE), *_car_cells(report.cars), report.codes.scans]]
    rows += [[one.day.strftime(DATE), *_car_cells(one.cars), one.scans] for one in before]
    return _table(_("Vehicles"), columns, rows)


def _checkpoints(report: Report) -> Table:
    columns = [Column(_("Checkpoint"), width=24), *_car_columns()]
    columns += [_number(_("Scans")), _number(_("Shifts"), 8), _number(_("Officers"), 8)]
    rows = [
        [one.name, *_car_cells(one.cars), one.codes.scans, one.shifts, one.officers]
        for one in report.checkpoints
    ]
    return _table(_("By checkpoint"), columns, rows)


def _codes(title: str, heading: str, found: Sequence[CodesOf[Any]]) -> Table:
    columns = [
        Column(heading, width=30),
        _number(_("Scans")),
        *(_number(str(words), 10) for words in labels.OUTCOMES.values()),
        _number(_("Not let in")),
        _number(_("Not let out")),
    ]
    return _table(title, columns, [[name_of(row), *_code_cells(row.codes)] for row in found])


def _code_cells(codes: Codes) -> list[int]:
    return [
        *(codes.scans, codes.allow, codes.hold, codes.refuse),
        *(codes.not_let_in, codes.not_let_out),
    ]


def _let_through(report: Report) -> Table:
    columns = [Column(_("Reason"), width=40), _number(_("Vehicles"))]
    rows = [[let_through_words(code), cars] for code, cars in report.let_through]
    return _table(_("Let through by an officer"), columns, rows)


def _lanes(report: Report) -> Table:
    columns = [
        Column(_("Checkpoint"), width=24),
        Column(_("Lane"), width=10),
        _number(_("Scans")),
        Column(_("Median (ms)"), Format.MILLISECONDS),
        Column(_("95 of 100 within (ms)"), Format.MILLISECONDS, 12),
        _number(_("Hours open")),
        _number(_("Hours without a scan"), 12),
    ]
    rows = [
        [
            *(one.checkpoint, one.lane, one.scans, one.median_ms, one.high_ms),
            *(one.hours_open, one.hours_silent),
        ]
        for one in report.lanes
    ]
    return _table(_("Lanes, the slowest first"), columns, rows)
