"""The public pages as a browser gets them: declare, be told of faults, be put off, log in."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from permits.models import Permit, PermitKind, Zone
from permits.tests.conftest import Clock
from permits.tests.typed import STEPS, declare, fill_in, page, send, typed
from permits.throttles import network_of
from permits.verdict import PermitState

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock", "empty_cache", "signing_keys"),
]


# --- The kinds ---


def test_the_first_kind_is_the_one_that_needs_nobody(english: Client) -> None:
    html = page(english, "/")

    offered = re.findall(r'data-testid="kind-(\d)"', html)
    assert offered == ["1", "2", "3", "4", "5", "6"]
    assert "first-kind" in html.split('id="kind-1"')[0]


def test_a_kind_says_what_it_asks_for_before_it_is_begun(english: Client) -> None:
    kind = PermitKind.objects.get(number=5)
    PermitKind.objects.filter(pk=kind.pk).update(
        needs_documents=True, doses_needed=2, weekdays=0b0011111, most_companions=3, one_trip=True
    )
    kind.zones.add(Zone.objects.create(name_vi="Vùng 1", name_en="Zone 1"))
    html = page(english, "/").split('id="kind-5"')[1].split("</section>")[0]

    for said in (
        "after an authority has looked at it and approved it",
        "at most 30 days, from when you choose",
        "Monday, Tuesday, Wednesday, Thursday, Friday</dd>",
        "Zone 1",
        "one, there and back",
        "at most 3",
        "needed: have the plate ready",
        "at least 2 doses, for each person",
        "needed: a PDF, or a photo of the paper",
    ):
        assert said in html, said


@pytest.mark.parametrize("change", [{"is_public": False}, {"is_offered": False}], ids=str)
def test_a_kind_that_is_not_for_citizens_is_not_there(
    english: Client, change: dict[str, bool]
) -> None:
    PermitKind.objects.filter(number=2).update(**change)

    assert 'href="/declare/2/"' not in page(english, "/")
    assert english.get("/declare/2/").status_code == 404
    assert english.post("/declare/2/you/", typed()).status_code == 404
    assert "cannot be applied for here" in english.get("/declare/9/").content.decode()


# --- The form ---


def test_the_steps_have_the_fields_that_scripts_count_on(client: Client) -> None:
    fill_in(client)

    for step, fields in STEPS.items():
        html = page(client, f"/declare/1/{step}/")
        assert [name for name in fields if f'name="{name}"' not in html] == []
        assert re.search(r"<form[^>]* novalidate", html)


def test_the_form_is_in_vietnamese_until_english_is_chosen(client: Client) -> None:
    assert '<html lang="vi"' in page(client, "/declare/1/")

    client.cookies["django_language"] = "en"

    assert '<html lang="en"' in page(client, "/declare/1/")


def test_a_fault_has_its_message_at_the_field_and_in_the_summary(english: Client) -> None:
    html = unescape(english.post("/declare/1/you/", typed(phone="12")).content.decode())

    message = "This is not a Vietnamese phone number."
    assert re.search(rf'<p class="error" id="id_phone_error">[^\n]*{message}', html)
    assert re.search(rf'<a href="#id_phone">Phone: {message}', html)
    assert html.count('aria-invalid="true"') == 1


def test_nothing_typed_is_lost_on_a_fault(client: Client) -> None:
    # Every field but the sex holds a fault or what the fault is about.
    wrong = typed(
        full_name='Đặng "Ư" & <Ơ>', personal_number="001 19", birth_date="2999-01-31", phone="09-12"
    )

    html = unescape(client.post("/declare/1/you/", wrong).content.decode())
    again = page(client, "/declare/1/you/")

    for shown in (html, again):
        for name in ("full_name", "personal_number", "birth_date", "phone"):
            assert f'name="{name}" value="{wrong[name]}"' in shown.replace('type="text" ', ""), name
        assert '<option value="female" selected>' in shown
    assert Permit.objects.count() == 0


def test_a_form_from_elsewhere_is_refused() -> None:
    response = Client(enforce_csrf_checks=True).post("/declare/1/you/", typed())

    assert response.status_code == 403
    assert 'href="/"' in response.content.decode()
    assert Permit.objects.count() == 0


def test_a_declaration_becomes_a_permit_at_once(client: Client) -> None:
    path = declare(client)

    permit = Permit.objects.get()
    assert re.fullmatch(r"/permits/[\w-]{22,}/", path)
    assert permit.state == PermitState.APPROVED
    assert permit.valid_until - permit.valid_from == timedelta(hours=72)
    assert permit.holder.full_name == "Nguyễn Thị Hồng Nhung"
    assert permit.plate == "29A12345"


# --- Too many declarations ---


@pytest.fixture
def two_an_hour(settings: Settings) -> None:
    rates = {"declarations": "2/hour", "drafts": "100/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


@pytest.mark.usefixtures("two_an_hour")
def test_too_many_declarations_are_put_off_and_kept_in_the_form(
    english: Client, clock: Clock
) -> None:
    declare(english)
    clock.now += timedelta(minutes=20)
    declare(english)

    fill_in(english, purpose="Đi khám bệnh")
    response = send(english)

    html = response.content.decode()
    assert response.status_code == 429
    assert response.headers["Retry-After"] == str(40 * 60)
    assert "again at 10:31" in html  # the first was sent at 9:30:20
    assert "Đi khám bệnh" in html
    assert Permit.objects.count() == 2


@pytest.mark.usefixtures("two_an_hour")
def test_it_takes_declarations_again_when_it_said(english: Client, clock: Clock) -> None:
    declare(english)
    declare(english)
    clock.now += timedelta(minutes=59, seconds=59)
    fill_in(english)
    assert send(english).status_code == 429

    clock.now += timedelta(seconds=1)

    assert send(english).status_code == 302
    assert Permit.objects.count() == 3


@pytest.mark.usefixtures("two_an_hour")
def test_faults_and_looking_do_not_count(client: Client) -> None:
    for _ in range(5):
        client.post("/declare/1/you/", typed(phone=""))
        client.get("/declare/1/")

    declare(client)


@pytest.mark.usefixtures("two_an_hour")
def test_another_network_is_not_held_up_and_a_made_up_header_does_not_help() -> None:
    for _ in range(2):
        declare(Client(REMOTE_ADDR="203.0.113.7"))

    forged = Client(REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="198.51.100.1")
    fill_in(forged)
    assert send(forged).status_code == 429
    declare(Client(REMOTE_ADDR="203.0.113.8"))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
    ],
)
def test_what_counts_as_one_network(one: str, other: str, is_same: bool) -> None:
    assert (network_of(one) == network_of(other)) is is_same


# --- The pages around ---


def test_a_wrong_password_is_said_and_the_name_is_kept(english: Client) -> None:
    html = english.post("/login/", {"username": "officer", "password": "x"}).content.decode()

    assert 'role="alert"' in html
    assert 'value="officer"' in html


def test_a_page_for_another_role_says_so_and_offers_another_login(english: Client) -> None:
    english.force_login(User.objects.create_user("nam"), "permits.roles.RoleBackend")

    response = english.get("/dashboard/")

    html = response.content.decode()
    assert response.status_code == 403
    assert "/dashboard/" in html
    assert "<strong>nam</strong>" in html
    assert 'href="/login/?next=/dashboard/"' in html


def test_an_unknown_address_is_not_found_kindly(english: Client) -> None:
    response = english.get("/nowhere/")

    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()


def test_the_page_of_last_resort_needs_nothing() -> None:
    html = render_to_string("500.html")

    assert 'lang="vi"' in html
    assert 'lang="en"' in html
