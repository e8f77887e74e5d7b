"""The report by e-mail: when it is due, to whom, once."""

import io
import smtplib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook
from pytest_django import Settings

from permits import mail
from scans.models import Act, Checkpoint, District, Lane, ReportSubscription, Supervision
from scans.reports import subscriptions
from scans.rounds import hand_over_reports
from scans.tests.report_rows import a_passage

pytestmark = pytest.mark.django_db

# Seven in the morning of the 15th in Hanoi.
SEVEN = datetime(2021, 9, 15, 0, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
YESTERDAY = date(2021, 9, 14)


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    settings.DEFAULT_FROM_EMAIL = "checkpoint@example.org"
    settings.SITE_ADDRESS = "https://checkpoint.example.org"


@pytest.fixture
def supervisor(supervisor: User) -> User:
    supervisor.email = "supervisor@example.org"
    supervisor.save()
    return supervisor


def subscribe(supervisor: User, *, hour: int = 7, now: datetime, **how: Any) -> None:
    wanted = {"with_pdf": True, "with_xlsx": True, "language": "en", **how}
    subscriptions.subscribe(supervisor, hour=hour, now=now, **wanted)


def waiting() -> list[list[Any]]:
    """The arguments of the tasks that were handed over."""
    return [row.args_kwargs["args"] for row in DBTaskResult.objects.order_by("enqueued_at")]


def test_it_is_handed_over_at_its_hour_and_once(supervisor: User) -> None:
    subscribe(supervisor, now=SEVEN - 2 * HOUR)
    assert subscriptions.enqueue_due(SEVEN - SECOND) == 0
    assert subscriptions.enqueue_due(SEVEN) == 1
    assert subscriptions.enqueue_due(SEVEN) == 0
    hand_over_reports(SEVEN + 10 * HOUR)
    assert waiting() == [[supervisor.pk, "2021-09-14"]]
    hand_over_reports(SEVEN + DAY)
    assert waiting()[1:] == [[supervisor.pk, "2021-09-15"]]


def test_after_the_workers_were_away_only_the_latest_day_is_sent(supervisor: User) -> None:
    subscribe(supervisor, now=SEVEN - HOUR)
    assert subscriptions.enqueue_due(SEVEN + 5 * DAY + 9 * HOUR) == 1
    assert waiting() == [[supervisor.pk, "2021-09-19"]]


def test_who_subscribes_after_the_hour_gets_the_first_one_tomorrow(supervisor: User) -> None:
    subscribe(supervisor, now=SEVEN + HOUR)
    assert subscriptions.enqueue_due(SEVEN + 2 * HOUR) == 0
    assert subscriptions.enqueue_due(SEVEN + DAY) == 1


def test_another_hour_sends_no_day_twice(supervisor: User) -> None:
    subscribe(supervisor, now=SEVEN - HOUR)
    subscriptions.enqueue_due(SEVEN)
    subscribe(supervisor, hour=20, now=SEVEN + HOUR)
    assert subscriptions.enqueue_due(SEVEN + 13 * HOUR) == 0
    assert subscriptions.enqueue_due(SEVEN + DAY) == 0
    assert subscriptions.enqueue_due(SEVEN + DAY + 13 * HOUR) == 1


def test_nothing_is_handed_over_without_a_mail_server_or_after_the_end(
    supervisor: User, settings: Settings
) -> None:
    subscribe(supervisor, now=SEVEN - HOUR)
    settings.EMAIL_HOST = ""
    assert subscriptions.enqueue_due(SEVEN) == 0
    settings.EMAIL_HOST = "mail.example.org"
    subscriptions.unsubscribe(supervisor)
    assert subscriptions.enqueue_due(SEVEN) == 0
    assert waiting() == []


def send(supervisor: User, day: date = YESTERDAY) -> Any:
    """Run the task. Returns the message, None where there was none."""
    django_mail.outbox.clear()
    subscriptions.send_report.func(supervisor.pk, day.isoformat())
    return django_mail.outbox[0] if django_mail.outbox else None


def test_it_has_the_figures_the_link_and_the_files(
    supervisor: User, river_lane: Lane, officer: User
) -> None:
    at = datetime(2021, 9, 14, 5, tzinfo=UTC)
    a_passage(river_lane, officer, at, Act.TURNED_BACK, direction="out")
    subscribe(supervisor, now=SEVEN)
    message = send(supervisor)
    assert (message.to, message.from_email) == (
        ["supervisor@example.org"],
        "checkpoint@example.org",
    )
    assert message.subject == "Report of 14/09/2021"
    assert "Vehicles checked: 1\n" in message.body
    assert "Not let out: 1\n" in message.body
    assert "https://checkpoint.example.org/reports/2021-09-14/" in message.body
    pdf, xlsx = message.attachments
    assert (pdf[0], pdf[1][:5]) == ("report-2021-09-14.pdf", b"%PDF-")
    assert xlsx[0] == "report-2021-09-14.xlsx"
    assert load_workbook(io.BytesIO(xlsx[1]))["By checkpoint"]["A2"].value == "Cầu Mẫu"


def test_it_comes_in_the_language_and_the_files_that_were_asked_for(supervisor: User) -> None:
    subscribe(supervisor, language="vi", with_pdf=False, now=SEVEN)
    message = send(supervisor)
    assert [one[0] for one in message.attachments] == ["report-2021-09-14.xlsx"]
    assert "Bàn y tế: 0" in message.body


def test_what_its_reader_sees_is_asked_when_it_is_sent(
    supervisor: User, river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    for lane in (river_lane, hill_lane):
        a_passage(lane, officer, datetime(2021, 9, 14, 5, tzinfo=UTC), Act.PASSED)
    subscribe(supervisor, now=SEVEN)
    assert "Vehicles checked: 2\n" in send(supervisor).body
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    Supervision.objects.create(supervisor=supervisor).districts.add(north)
    message = send(supervisor)
    assert "Vehicles checked: 1\n" in message.body
    assert "Đèo Mẫu" not in str(load_workbook(io.BytesIO(message.attachments[1][1])))


@pytest.mark.parametrize("lost", ["role", "account", "address"])
def test_who_lost_the_role_or_the_address_gets_none_and_is_unsubscribed(
    supervisor: User, lost: str
) -> None:
    subscribe(supervisor, now=SEVEN)
    if lost == "role":
        supervisor.groups.set(Group.objects.filter(name="officer"))
    elif lost == "account":
        User.objects.filter(pk=supervisor.pk).update(is_active=False)
    else:
        User.objects.filter(pk=supervisor.pk).update(email="")
    assert send(supervisor) is None
    assert not ReportSubscription.objects.get().is_active


def test_who_has_unsubscribed_meanwhile_gets_none(supervisor: User) -> None:
    subscribe(supervisor, now=SEVEN)
    subscriptions.unsubscribe(supervisor)
    assert send(supervisor) is None


def test_a_mail_server_that_is_away_lets_the_task_be_tried_again_and_names_nobody(
    supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"supervisor@example.org": (550, b"unknown")})

    subscribe(supervisor, now=SEVEN)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises(mail.NotSent) as raised:
        send(supervisor)
    assert str(raised.value) == "SMTPRecipientsRefused"
    assert raised.value.__suppress_context__


def test_a_subject_has_one_line_and_without_a_server_nothing_is_sent(settings: Settings) -> None:
    django_mail.outbox.clear()
    mail.send("a@example.org", "one\r\nBcc: b@example.org", "text", now=SEVEN)
    assert django_mail.outbox[0].subject == "one Bcc: b@example.org"
    settings.EMAIL_HOST = ""
    with pytest.raises(mail.NotSetUp):
        mail.send("a@example.org", "one", "text", now=SEVEN)


@pytest.fixture
def reader(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return client


def test_a_supervisor_subscribes_changes_and_ends_it_on_the_page(
    reader: Client, supervisor: User
) -> None:
    sent = {"hour": "6", "formats": ["xlsx"], "language": "vi"}
    assert reader.post("/reports/", sent).status_code == 302
    row = ReportSubscription.objects.get()
    assert (row.supervisor, row.hour, row.language) == (supervisor, 6, "vi")
    assert (row.with_pdf, row.with_xlsx, row.is_active) == (False, True, True)
    page = reader.get("/reports/")
    assert page.context["form"].initial == {"hour": 6, "formats": ["xlsx"], "language": "vi"}
    assert reader.post("/reports/unsubscribe/").status_code == 302
    assert not ReportSubscription.objects.get().is_active


@pytest.mark.parametrize(
    "wrong",
    [{"hour": "24"}, {"hour": "x"}, {"formats": []}, {"formats": ["exe"]}, {"language": "fr"}],
)
def test_a_wrong_form_is_said_and_changes_nothing(reader: Client, wrong: dict[str, Any]) -> None:
    answer = reader.post("/reports/", {"hour": "6", "formats": ["pdf"], "language": "vi", **wrong})
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not ReportSubscription.objects.exists()


def test_without_an_address_nobody_subscribes_and_the_page_says_why(
    reader: Client, supervisor: User
) -> None:
    User.objects.filter(pk=supervisor.pk).update(email="")
    sent = {"hour": "6", "formats": ["pdf"], "language": "vi"}
    page = reader.post("/reports/", sent, follow=True).content.decode()
    assert "no e-mail address" in page
    assert not ReportSubscription.objects.exists()


def test_a_site_without_mail_says_so(reader: Client, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    page = reader.get("/reports/").content.decode()
    assert "E-mail is not set up on this site" in page
    assert 'name="hour"' not in page
    assert timezone.localdate().isoformat() in page
