"""Who is told of an alert: by e-mail who asked for it and may still see it, and other systems."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import translation
from pytest_django import Settings

from permits import personal_data
from permits.models import Delivery, WebhookEndpoint
from permits.models.webhooks import Event
from permits.worker import TaskRunner
from scans.alerts import acting
from scans.alerts.mailing import tell_subscribers
from scans.alerts.raising import follow
from scans.models import AlertSubscription, Checkpoint, District, Lane, Severity, Supervision
from scans.oversight import EVERYTHING
from scans.tests.alerts import an_alert, see, sighting
from scans.tests.checks import MINUTE, NOW, SECOND

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.SITE_ADDRESS = "mail.example", "https://gate.example"


@pytest.fixture
def subscription(supervisor: User) -> AlertSubscription:
    supervisor.email = "truc-ban@example.vn"
    supervisor.save()
    return AlertSubscription.objects.create(supervisor=supervisor, language="en")


def told(now: datetime = NOW) -> list[EmailMessage]:
    """The messages that go out after a round at this moment."""
    mail.outbox.clear()
    tell_subscribers(now)
    TaskRunner().run_all()
    return mail.outbox


def test_a_message_says_what_where_and_when(
    subscription: AlertSubscription, river_lane: Lane
) -> None:
    alert = see(
        "watchlist_hit:1",
        now=NOW,
        kind="watchlist_hit",
        severity="critical",
        level="f0",
        checkpoint_id=river_lane.checkpoint_id,
        lane_id=river_lane.pk,
    )
    [message] = told()
    assert message.to == ["truc-ban@example.vn"]
    assert message.subject == "Critical: Watchlist hit: F0: infected · Cầu Mẫu · Làn 1"
    lines = message.body.splitlines()
    assert lines[:3] == [
        "Critical: Watchlist hit: F0: infected",
        "Cầu Mẫu · Làn 1, 14/09/2021 15:00",
        f"https://gate.example/alerts/{alert.pk}/",
    ]
    assert told(NOW + MINUTE) == []


def test_many_at_once_are_one_message_the_gravest_first(subscription: AlertSubscription) -> None:
    see("a:1", now=NOW)
    see("a:2", now=NOW, severity=Severity.CRITICAL)
    see("a:3", now=NOW, severity=Severity.MEDIUM)  # not asked for
    [message] = told()
    assert message.subject == "Critical: Forged codes in a row and 1 more"
    assert message.body.count("https://gate.example/alerts/") == 2


def test_of_very_many_the_message_names_fifty(subscription: AlertSubscription) -> None:
    for number in range(51):
        see(f"a:{number}", now=NOW)
    [message] = told()
    assert message.body.count("https://gate.example/alerts/") == 51
    assert "There are more: https://gate.example/alerts/\n" in message.body


@pytest.mark.parametrize(("least", "messages"), [("critical", 0), ("high", 1), ("low", 1)])
def test_from_the_severity_on_that_was_asked_for(
    subscription: AlertSubscription, least: str, messages: int
) -> None:
    AlertSubscription.objects.update(least_severity=least)
    see(now=NOW)
    assert len(told()) == messages


def test_seen_again_is_no_message_but_news_is(
    subscription: AlertSubscription, supervisor: User
) -> None:
    alert = see(now=NOW)
    assert len(told()) == 1
    see(now=NOW + 5 * MINUTE)
    assert told(NOW + 5 * MINUTE) == []
    acting.acknowledge(alert.pk, by=supervisor, oversight=EVERYTHING, now=NOW + 5 * MINUTE)
    later = NOW + 15 * MINUTE + SECOND
    see(now=later)
    assert len(told(later)) == 1


@pytest.mark.parametrize(("after", "messages"), [(10 * MINUTE - SECOND, 0), (10 * MINUTE, 1)])
def test_a_cause_that_comes_and_goes_is_told_of_once_in_ten_minutes(
    subscription: AlertSubscription, after: timedelta, messages: int
) -> None:
    for minute in range(3):
        follow("forged_codes:", [sighting()], now=NOW + minute * MINUTE)
        assert len(told(NOW + minute * MINUTE)) == (minute == 0)
        if minute < 2:
            follow("forged_codes:", [], now=NOW + minute * MINUTE + SECOND)
    assert len(told(NOW + after)) == messages


def test_what_is_over_before_anybody_is_told_needs_no_message(
    subscription: AlertSubscription, supervisor: User
) -> None:
    alert = see(now=NOW)
    tell_subscribers(NOW)
    acting.resolve(alert.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    TaskRunner().run_all()
    assert mail.outbox == []


def test_who_has_lost_the_role_when_it_is_sent_gets_none(
    subscription: AlertSubscription, supervisor: User
) -> None:
    see(now=NOW)
    tell_subscribers(NOW)
    supervisor.groups.clear()
    TaskRunner().run_all()
    assert mail.outbox == []


def test_nor_who_has_ended_it_or_has_no_address_or_is_meant(
    subscription: AlertSubscription, supervisor: User
) -> None:
    see("a:1", now=NOW, supervisor_id=supervisor.pk)
    assert told() == []
    AlertSubscription.objects.update(is_active=False)
    see("a:2", now=NOW)
    assert told() == []
    AlertSubscription.objects.update(is_active=True)
    User.objects.update(email="")
    see("a:3", now=NOW)
    assert told() == []


def test_a_district_s_supervisor_is_told_of_the_district_s(
    subscription: AlertSubscription, supervisor: User, river_lane: Lane, hill_lane: Lane
) -> None:
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    see("a:1", now=NOW, checkpoint_id=river_lane.checkpoint_id)
    see("a:2", now=NOW, checkpoint_id=hill_lane.checkpoint_id)
    see("a:3", now=NOW)
    tell_subscribers(NOW)
    Supervision.objects.create(supervisor=supervisor).districts.add(north)  # at this moment
    TaskRunner().run_all()
    [message] = mail.outbox
    assert message.subject.endswith("· Cầu Mẫu")


def test_it_is_in_the_language_in_which_it_was_asked_for(subscription: AlertSubscription) -> None:
    AlertSubscription.objects.update(language="vi")
    an_alert(raised_at=NOW, tell_at=NOW)
    with translation.override("en"):
        [message] = told()
        assert translation.get_language() == "en"
    assert "F0: người nhiễm bệnh" in message.subject


# --- Webhooks -------------------------------------------------------------------------------------


@pytest.fixture
def endpoint(db: None, monkeypatch: pytest.MonkeyPatch) -> WebhookEndpoint:
    monkeypatch.setattr("permits.tasks.enqueue", lambda *_a, **_k: None)
    return WebhookEndpoint.objects.create(
        name="x",
        url="https://hook.example/",
        events=[Event.ALERT_RAISED.value, Event.ALERT_RESOLVED.value],
        secret_sealed=personal_data.seal("whsec_eA=="),
    )


def deliveries() -> list[tuple[str, int, bool]]:
    return [
        (one.event, one.content["times"], one.content["by_itself"])
        for one in Delivery.objects.order_by("id")
    ]


@pytest.mark.usefixtures("endpoint")
def test_other_systems_are_told_what_was_raised_and_resolved(
    supervisor: User, river_lane: Lane
) -> None:
    alert = see(now=NOW, checkpoint_id=river_lane.checkpoint_id, details={"codes": 3})
    see(now=NOW + SECOND)
    acting.resolve(alert.pk, by=supervisor, oversight=EVERYTHING, note="Xong", now=NOW + MINUTE)
    assert deliveries() == [("alert.raised", 1, False), ("alert.resolved", 2, False)]
    content = Delivery.objects.earliest("id").content
    assert (content["alert"], content["kind"], content["severity"]) == (
        alert.pk,
        "forged_codes",
        "high",
    )
    assert (content["checkpoint"], content["lane"], content["scan_id"]) == ("Cầu Mẫu", None, None)
    assert content["details"] == {"codes": 3}
    assert "Xong" not in str(list(Delivery.objects.values_list("content")))


@pytest.mark.usefixtures("endpoint")
def test_and_what_is_over_by_itself() -> None:
    follow("forged_codes:", [sighting()], now=NOW)
    follow("forged_codes:", [], now=NOW + SECOND)
    assert deliveries() == [("alert.raised", 1, False), ("alert.resolved", 1, True)]


def test_who_did_not_ask_is_not_told(endpoint: WebhookEndpoint) -> None:
    endpoint.events = [Event.SCAN_RECORDED.value]
    endpoint.save()
    see(now=NOW)
    assert deliveries() == []


def test_without_a_mail_server_nothing_waits_for_one(
    subscription: AlertSubscription, river_lane: Lane, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    alert = an_alert(raised_at=NOW, lane=river_lane, checkpoint=river_lane.checkpoint)
    alert.tell_at = NOW
    alert.save()
    assert told() == []
    settings.EMAIL_HOST = "mail.example"
    assert told(NOW + MINUTE) == []
