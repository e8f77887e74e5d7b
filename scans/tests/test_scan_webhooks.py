"""Scans are told of some at a time, and a check knows nothing of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits import personal_data, selectors, tasks
from permits.models import Delivery, WebhookEndpoint
from permits.models.webhooks import Event
from scans import scan_webhooks
from scans.evidence import LaneContext
from scans.tests.checks import NOW, Declare, check_one

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=11)


@pytest.fixture
def endpoint() -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.create(
        name="x",
        url="https://hook.example/",
        events=[Event.SCAN_RECORDED.value],
        secret_sealed=personal_data.seal("whsec_eA=="),
    )
    scan_webhooks.start(endpoint, now=NOW)
    return endpoint


def collect(endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch, at: object) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    monkeypatch.setattr(tasks, "enqueue", lambda *_a, **_k: None)
    endpoint.refresh_from_db()
    scan_webhooks.collect.func(endpoint.pk, endpoint.collector)


def test_what_has_settled_is_told_once_without_a_person(
    endpoint: WebhookEndpoint,
    declare: Declare,
    river: LaneContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    permit = declare()
    answer = check_one(selectors.travel_code(permit), river)
    check_one("nonsense", river)
    collect(endpoint, monkeypatch, NOW + timedelta(seconds=9))
    assert not Delivery.objects.exists()
    collect(endpoint, monkeypatch, LATER)
    collect(endpoint, monkeypatch, LATER)
    [delivery] = Delivery.objects.all()
    first, second = delivery.content["scans"]
    assert (first["scan_id"], first["serial"]) == (str(answer.scan_id), permit.serial)
    assert (second["outcome"], second["reasons"], second["serial"]) == (
        "hold",
        ["unknown_code"],
        None,
    )
    assert "Nguyễn" not in str(delivery.content)
    assert "2345" not in str(delivery.content)


def test_scans_from_before_are_not_told(
    declare: Declare, river: LaneContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_one(selectors.travel_code(declare()), river)
    later = WebhookEndpoint.objects.create(
        name="x", url="https://hook.example/", events=[Event.SCAN_RECORDED.value], secret_sealed=b""
    )
    scan_webhooks.start(later, now=NOW)
    collect(later, monkeypatch, LATER)
    assert not Delivery.objects.exists()


def test_an_endpoint_that_was_saved_again_has_one_collector(
    endpoint: WebhookEndpoint, river: LaneContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_one("nonsense", river)
    old = endpoint.collector
    scan_webhooks.start(endpoint, now=NOW)
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    scan_webhooks.collect.func(endpoint.pk, old)
    assert not Delivery.objects.exists()


def test_a_check_costs_no_query_more(
    endpoint: WebhookEndpoint, declare: Declare, river: LaneContext
) -> None:
    code = selectors.travel_code(declare())
    with CaptureQueriesContext(connection) as captured:
        check_one(code, river)
    assert not [query for query in captured if "webhook" in query["sql"] or "task" in query["sql"]]
