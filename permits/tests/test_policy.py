"""The policy row as the decision takes it."""

from datetime import timedelta

import pytest

from permits import policy
from permits.models import PolicyRow
from permits.verdict import Outcome, Policy, Reason, WatchlistLevel

pytestmark = pytest.mark.django_db


def test_the_site_comes_with_the_default_policy() -> None:
    assert PolicyRow.objects.count() == 1
    assert policy.load() == Policy()


def test_without_a_row_the_default_counts() -> None:
    PolicyRow.objects.all().delete()
    assert policy.load() == Policy()


def test_each_number_and_level_is_taken_over() -> None:
    PolicyRow.objects.update(
        f0="hold",
        f1="allow",
        quarantine="hold",
        wanted="refuse",
        fastest_kmh=90,
        nearest_measured_km=2,
        same_passage_minutes=30,
        oldest_bundle_hours=1,
    )
    loaded = policy.load()
    assert loaded.watchlist == {
        WatchlistLevel.F0: Outcome.HOLD,
        WatchlistLevel.F1: Outcome.ALLOW,
        WatchlistLevel.QUARANTINE: Outcome.HOLD,
        WatchlistLevel.WANTED: Outcome.REFUSE,
    }
    assert (loaded.fastest_kmh, loaded.nearest_measured_km) == (90, 2)
    assert loaded.same_passage == timedelta(minutes=30)
    assert loaded.oldest_bundle == timedelta(hours=1)
    assert loaded.outcomes == Policy().outcomes


def test_no_setting_lets_a_forged_code_pass() -> None:
    PolicyRow.objects.update(outcomes={"bad_signature": "hold", "pending": "refuse"})
    outcomes = policy.load().outcomes
    assert outcomes[Reason.BAD_SIGNATURE] is Outcome.REFUSE
    assert outcomes[Reason.PENDING] is Outcome.REFUSE
    assert outcomes[Reason.EXPIRED] is Outcome.REFUSE
