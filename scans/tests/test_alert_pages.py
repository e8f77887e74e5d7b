"""The pages of the alerts, for supervisors."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from permits.roles import Role
from scans.alerts import acting
from scans.models import (
    Alert,
    AlertSubscription,
    Checkpoint,
    District,
    Lane,
    Severity,
    Supervision,
)
from scans.oversight import EVERYTHING
from scans.tests.alerts import see
from scans.tests.checks import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor, backend="permits.roles.RoleBackend")
    return client


@pytest.fixture
def other(make_user: Callable[..., User]) -> User:
    return make_user(Role.SUPERVISOR, username="other")


def listed(pages: Client, query: str = "") -> list[int]:
    context = pages.get(f"/alerts/?{query}").context
    return [row["alert"].pk for row in context["rows"]]


def test_open_ones_and_past_ones(pages: Client, supervisor: User) -> None:
    open_one, past = see("a:1", now=NOW), see("a:2", now=NOW)
    acting.resolve(past.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    assert listed(pages) == [open_one.pk]
    assert listed(pages, "state=past") == [past.pk]
    assert listed(pages, "state=nonsense&page=99&kind=nonsense&owner=x") == [open_one.pk]


def test_they_are_filtered(pages: Client, supervisor: User, river_lane: Lane) -> None:
    forged = see("a:1", now=NOW, checkpoint_id=river_lane.checkpoint_id)
    disk = see("a:2", now=NOW, kind="disk_full", severity=Severity.CRITICAL)
    acting.take(disk.pk, by=supervisor, oversight=EVERYTHING, now=NOW)
    for query, found in (
        ("", [disk.pk, forged.pk]),
        ("kind=forged_codes", [forged.pk]),
        ("severity=critical", [disk.pk]),
        (f"checkpoint={river_lane.checkpoint_id}", [forged.pk]),
        ("owner=none", [forged.pk]),
        (f"owner={supervisor.pk}", [disk.pk]),
        ("kind=forged_codes&severity=critical", []),
    ):
        assert listed(pages, query) == found, query


def test_an_empty_list_says_why(pages: Client) -> None:
    for query, words in (
        ("", "Nothing is open"),
        ("state=past", "No alert has been resolved"),
        ("kind=disk_full", "No alert fits"),
    ):
        pages.cookies["django_language"] = "en"
        assert words in pages.get(f"/alerts/?{query}").content.decode()


def test_one_alert_leads_to_its_scan_and_its_checkpoint(pages: Client, river_lane: Lane) -> None:
    alert = see(now=NOW, checkpoint_id=river_lane.checkpoint_id, lane_id=river_lane.pk)
    scan_uuid = uuid4()
    Alert.objects.update(scan_uuid=scan_uuid)
    text = pages.get(f"/alerts/{alert.pk}/").content.decode()
    assert f'href="/scans/{scan_uuid}/"' in text
    assert f'href="/checkpoints/{river_lane.checkpoint_id}/"' in text
    assert pages.get("/alerts/999999/").status_code == 404


def post(pages: Client, alert: Alert, act: str, **fields: str | int) -> int:
    answer = pages.post(f"/alerts/{alert.pk}/act/", {"act": act, **fields})
    alert.refresh_from_db()
    return answer.status_code


def test_what_is_done_is_kept_with_who_did_it(pages: Client, supervisor: User, other: User) -> None:
    alert = see(now=NOW)
    assert post(pages, alert, "acknowledge") == 302
    assert alert.acknowledged_by == supervisor
    post(pages, alert, "take")
    assert alert.owner == supervisor
    post(pages, alert, "hand_over", to=other.pk)
    assert alert.owner == other
    post(pages, alert, "resolve", note="Đã xong")
    assert alert.resolved_by == supervisor
    post(pages, alert, "resolve", note="Lần hai")
    assert [act.act for act in alert.acts.all()] == [
        *("acknowledged", "taken", "handed_over", "resolved"),
    ]
    text = pages.get(f"/alerts/{alert.pk}/").content.decode()
    assert "Đã xong" in text
    assert "Lần hai" not in text


def test_what_cannot_be_done_is_refused(pages: Client, supervisor: User, officer: User) -> None:
    alert = see(now=NOW)
    assert post(pages, alert, "nonsense") == 404
    for nobody in ("", "x", "999999"):
        assert post(pages, alert, "hand_over", to=nobody) == 404
    assert post(pages, alert, "hand_over", to=officer.pk) == 302
    assert post(pages, alert, "resolve", note="x" * 501) == 400
    assert pages.get(f"/alerts/{alert.pk}/act/").status_code == 405
    about = see("a:2", now=NOW, supervisor_id=supervisor.pk)
    assert post(pages, about, "resolve") == 403
    assert not alert.acts.exists()


def test_an_act_needs_its_csrf_token(supervisor: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(supervisor, backend="permits.roles.RoleBackend")
    alert = see(now=NOW)
    assert post(careful, alert, "resolve") == 403
    assert alert.resolved_at is None


def test_another_district_s_alert_is_not_there(
    pages: Client, supervisor: User, river_lane: Lane, hill_lane: Lane
) -> None:
    north = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=north)
    Supervision.objects.create(supervisor=supervisor).districts.add(north)
    theirs = see("a:1", now=NOW, checkpoint_id=river_lane.checkpoint_id)
    others = [see("a:2", now=NOW, checkpoint_id=hill_lane.checkpoint_id), see("a:3", now=NOW)]
    assert listed(pages) == [theirs.pk]
    assert hill_lane.checkpoint.name not in pages.get("/alerts/").content.decode()
    for alert in others:
        assert pages.get(f"/alerts/{alert.pk}/").status_code == 404
        assert post(pages, alert, "resolve") == 404
        assert alert.resolved_at is None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ISSUER, Role.ADMINISTRATOR])
def test_others_do_nothing_here(client: Client, make_user: Callable[..., User], role: Role) -> None:
    client.force_login(make_user(role), backend="permits.roles.RoleBackend")
    alert = see(now=NOW)
    assert client.get(f"/alerts/{alert.pk}/").status_code == 403
    assert post(client, alert, "resolve") == 403
    assert client.post("/alerts/subscription/").status_code == 403
    assert alert.resolved_at is None


def subscribe(pages: Client, **fields: str) -> int:
    return pages.post("/alerts/subscription/", fields).status_code


def test_a_supervisor_subscribes_and_ends_it(pages: Client, supervisor: User) -> None:
    assert subscribe(pages, is_active="on", least_severity="critical") == 302
    assert not AlertSubscription.objects.exists()  # there is no address
    User.objects.update(email="truc-ban@example.vn")
    assert subscribe(pages, is_active="on", least_severity="nonsense") == 200
    assert not AlertSubscription.objects.exists()
    subscribe(pages, is_active="on", least_severity="critical")
    kept = AlertSubscription.objects.get()
    assert (kept.supervisor, kept.is_active, kept.least_severity) == (supervisor, True, "critical")
    assert kept.language == "vi"
    subscribe(pages, least_severity="critical")
    assert not AlertSubscription.objects.get().is_active


def test_the_page_costs_as_many_queries_for_many_as_for_one(
    pages: Client, river_lane: Lane
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            pages.get("/alerts/")
        return len(captured)

    see("a:0", now=timezone.now(), checkpoint_id=river_lane.checkpoint_id, lane_id=river_lane.pk)
    one = queries()
    for number in range(1, 10):
        see(f"a:{number}", now=timezone.now(), lane_id=river_lane.pk,
            checkpoint_id=river_lane.checkpoint_id)  # fmt: skip
    assert queries() == one


def test_to_nobody_is_nothing_handed_over(pages: Client) -> None:
    one = see("a:1", now=NOW)
    for to in ("", "x", "0", "9" * 5000):
        answer = pages.post(f"/alerts/{one.pk}/act/", {"act": "hand_over", "to": to})
        assert answer.status_code == 404


def test_the_list_is_taken_along_as_it_is_filtered(pages: Client, river_lane: Lane) -> None:
    see("a:1", now=NOW, checkpoint_id=river_lane.checkpoint_id, lane_id=river_lane.pk)
    see("a:2", now=NOW, kind="disk_full", severity=Severity.CRITICAL)
    pages.cookies["django_language"] = "en"
    answer = pages.get("/alerts/?kind=forged_codes&export=alerts.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = [line for line in text.splitlines() if "#" not in line]
    assert lines[0].startswith("Severity,Alert,Where,Raised at")
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["High", "Forged codes in a row", "Cầu Mẫu · Làn 1"]
    ]
    assert pages.get("/alerts/?export=passages.csv").status_code == 404
