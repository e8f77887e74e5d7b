"""What the board knows besides the scans, and that no alert is missed."""

import time
from datetime import timedelta

import pytest

from scans.live import surroundings
from scans.live.surroundings import SurroundingsReader
from scans.models import Alert
from scans.tests.alerts import see
from scans.tests.checks import NOW

pytestmark = pytest.mark.django_db


def ids(reader: SurroundingsReader) -> list[int]:
    return [one.id for one in reader.read(NOW).alerts]


def test_an_alert_is_read_at_once_when_it_changes() -> None:
    reader = SurroundingsReader()
    assert ids(reader) == []
    alert = see("a:1", now=NOW)
    assert ids(reader) == [alert.pk]


def test_one_that_is_committed_after_a_later_one_is_read_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = SurroundingsReader()
    late = see("a:1", now=NOW)
    assert ids(reader) == [late.pk]
    early = see("a:2", now=NOW - timedelta(seconds=5))
    assert ids(reader) == [late.pk], "its time says that nothing has changed"
    clock = time.monotonic() + surroundings.ALERTS_SECONDS + 60
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    assert sorted(ids(reader)) == sorted([late.pk, early.pk])
    assert Alert.objects.count() == 2
