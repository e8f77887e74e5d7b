"""The Grafana dashboard, Prometheus' configuration and its alerts ask for figures that exist."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from scans import metrics

ROOT = Path(__file__).resolve().parent.parent
GRAFANA = ROOT / "deploy" / "grafana" / "checkpoint.json"
PROMETHEUS = ROOT / "deploy" / "prometheus"
COLUMNS = 24
OF_PROMETHEUS = {"up"}  # made by Prometheus itself, for each target
SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
}


def known_series() -> set[str]:
    """The names that /metrics has, of this site's figures and of the process."""
    return OF_PROMETHEUS | {
        family.name + suffix
        for family in REGISTRY.collect()
        for suffix in SUFFIXES.get(family.type, ())
    }


def known_labels() -> set[str]:
    """The labels that they may have, with what Prometheus adds."""
    ours = {
        label
        for family in REGISTRY.collect()
        for sample in family.samples
        for label in sample.labels
    }
    counters = (metrics.VERDICTS, metrics.MESSAGES_REFUSED, metrics.LOGGED_ERRORS)
    labelled = (*counters, metrics.ALERTS_OPEN)
    return ours | {"job", "instance"} | {name for one in labelled for name in one._labelnames}


SERIES = re.compile(r"\b(?:checkpoint|process)_\w+\b|\bup\b")
LABEL = re.compile(r"[{,]\s*(\w+)\s*(?:=~|!~|!=|=)")
GROUPED = re.compile(r"\bby \(([^)]*)\)")


def series_of(expression: str) -> set[str]:
    return set(SERIES.findall(expression))


def labels_of(expression: str) -> set[str]:
    grouped = {name.strip() for names in GROUPED.findall(expression) for name in names.split(",")}
    return {*LABEL.findall(expression), *grouped}


def dashboard() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(GRAFANA.read_text())
    return content


def alerts() -> list[dict[str, Any]]:
    content = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())
    return [rule for group in content["groups"] for rule in group["rules"]]


EXPRESSIONS = [
    *(
        (panel["title"], query["expr"])
        for panel in dashboard()["panels"]
        for query in panel["targets"]
    ),
    *((rule["alert"], rule["expr"]) for rule in alerts()),
]


def test_what_is_looked_for_is_found() -> None:
    """An empty set would let the tests below pass."""
    assert len(EXPRESSIONS) > 30
    assert series_of("sum(rate(checkpoint_frames_total{job=~'x'}[5m])) / up") == {
        "checkpoint_frames_total",
        "up",
    }
    assert labels_of('sum by (le, code) (a{job="x", role!~"y"})') == {"le", "code", "job", "role"}
    assert "checkpoint_verdicts_total" in known_series()


@pytest.mark.parametrize(("title", "expression"), EXPRESSIONS)
def test_an_expression_asks_for_what_there_is(title: str, expression: str) -> None:
    assert series_of(expression), title
    assert series_of(expression) <= known_series()
    assert labels_of(expression) <= known_labels()


def test_every_figure_of_ours_is_on_the_dashboard() -> None:
    shown = {name for _title, expression in EXPRESSIONS for name in series_of(expression)}
    ours = [family for family in REGISTRY.collect() if family.name.startswith("checkpoint_")]
    for family in ours:
        names = {family.name + suffix for suffix in SUFFIXES[family.type]}
        assert names & shown, family.name


def test_the_dashboard_has_what_grafana_asks_for() -> None:
    board = dashboard()
    assert (board["title"], board["uid"]) == ("Checkpoint", "checkpoint")
    assert board["schemaVersion"] >= 36
    assert [variable["name"] for variable in board["templating"]["list"]] == [
        "datasource",
        "job",
        "instance",
    ]
    for panel in board["panels"]:
        assert panel["type"] in ("stat", "timeseries")
        assert panel["title"]
        for one in (panel, *panel["targets"]):
            assert one["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        references = [query["refId"] for query in panel["targets"]]
        assert len(set(references)) == len(references)
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)


def test_no_panel_covers_another() -> None:
    places = [panel["gridPos"] for panel in dashboard()["panels"]]
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= COLUMNS for place in places)
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below


def test_prometheus_reads_the_page_with_the_token_and_the_alerts() -> None:
    content = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    assert content["rule_files"] == ["alerts.yml"]
    [job] = content["scrape_configs"]
    assert (job["job_name"], job["metrics_path"]) == ("checkpoint", "/metrics")
    assert job["authorization"]["type"] == "Bearer"


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "look")
    assert rule["annotations"]["summary"]
    assert len(rule["annotations"]["description"]) > 20
