"""The charts, for supervisors: numbers of scans, and of nobody in particular."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext

from permits import exports, labels
from permits.verdict import Direction, Outcome
from scans.chart_forms import ChartForm
from scans.charts import Charts, Series, charts_of
from scans.exports.charts import charts as charts_export
from scans.models import LATENCY_LIMITS_MS
from scans.oversight import Oversight
from scans.spans import HOUR, Span
from scans.times import to_milliseconds
from scans.usual import Hours
from scans.views.supervisors import for_supervisors


@for_supervisors
def charts(request: HttpRequest, oversight: Oversight) -> HttpResponseBase:
    """A form, and the charts of what it asks for."""
    now = timezone.now()
    form = ChartForm(request.GET, oversight, now=now)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = charts_of(form.wanted, now=now)
        if asked := exports.asked_for(request):
            export = {"charts": lambda: charts_export(found, form.in_words, oversight)}
            return exports.answer(asked, export, now=now)
        context |= {"charts": found, **_tables(found), "drawn": _drawn(found)}
    return render(request, "scans/charts.html", context)


def _tables(found: Charts) -> dict[str, Any]:
    """What stands in tables, for whoever sees no chart."""
    usual = zip(range(24), *found.usual, strict=True) if found.usual else ()
    return {
        "outcome_names": [str(labels.OUTCOMES[outcome]) for outcome in Outcome],
        "direction_names": [str(labels.DIRECTIONS[direction]) for direction in Direction],
        "outcome_rows": _rows(found.outcomes, found.span),
        "direction_rows": _rows(found.directions, found.span),
        "usual_rows": list(usual),
        "latency_limits": LATENCY_LIMITS_MS,
        "slowest_limit": LATENCY_LIMITS_MS[-1],
    }


def _rows(series: Series, span: Span) -> list[tuple[str, list[int]]]:
    form = {Span.DAY: pgettext("date format", "d/m/Y")}.get(
        span, pgettext("date format", "d/m/Y H:i")
    )
    return [
        (formats.date_format(timezone.localtime(start), form), list(of_a_time))
        for start, of_a_time in series.rows()
    ]


def _drawn(found: Charts) -> dict[str, Any]:
    """For the script: times in milliseconds, and lines with their names."""
    outcomes = {outcome.value: str(name) for outcome, name in labels.OUTCOMES.items()}
    directions = {way.value: str(name) for way, name in labels.DIRECTIONS.items()}
    return {
        "time_zone": timezone.get_default_timezone_name(),
        "span": found.span.value,
        "outcomes": _lines(found.outcomes, outcomes),
        "directions": _lines(found.directions, directions),
        "usual": found.usual and usual_drawn(found.usual, found.outcomes.times[0]),
    }


def usual_drawn(hours: tuple[Sequence[int | None], Hours], midnight: datetime) -> dict[str, Any]:
    named = [("day", gettext("Scans"), hours[0]), ("usual", gettext("Usual"), hours[1])]
    return {
        "times": [to_milliseconds(midnight + hour * HOUR) for hour in range(24)],
        "series": [{"code": code, "name": name, "values": values} for code, name, values in named],
    }


def _lines(series: Series, names: dict[str, str]) -> dict[str, Any]:
    return {
        "times": [to_milliseconds(start) for start in series.times],
        "series": [
            {"code": code, "name": names[code], "values": values}
            for code, values in series.lines.items()
        ],
    }
