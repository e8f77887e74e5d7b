"""Find my permit: who knows all three gets in, and nobody learns anything else."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from permits import found_links, serials
from permits.models import Holder, Permit
from permits.tests.conftest import Clock
from permits.tests.typed import declare, page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock", "empty_cache", "signing_keys"),
]
SERIAL = serials.format_serial(12345)
RIGHT = {"serial": SERIAL, "personal_number": "001190123456", "birth_date": "1990-05-17"}


@pytest.fixture
def permit(client: Client) -> Permit:
    declare(client)
    Permit.objects.update(number=12345)
    return Permit.objects.get()


def no_permit() -> None:
    Permit.objects.all().delete()


def other_serial() -> None:
    Permit.objects.update(number=54321)


def other_number() -> None:
    Holder.objects.update(number_digest="0" * 32)


def other_birth_date() -> None:
    Holder.objects.update(birth_date=date(1990, 5, 18))


def all_others() -> None:
    other_serial()
    other_number()
    other_birth_date()


MISSES = [no_permit, other_serial, other_number, other_birth_date, all_others]


def test_serial_number_and_birth_date_open_the_page(client: Client, permit: Permit) -> None:
    response = client.post("/find/", RIGHT)

    assert response.status_code == 302
    html = page(client, response.headers["Location"])
    assert permit.serial in html
    assert 'id="private-link"' not in html  # it is none to keep
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("spelling", [SERIAL.lower(), SERIAL.replace("-", ""), f" {SERIAL} "])
def test_the_serial_may_be_spelt_in_any_way(client: Client, permit: Permit, spelling: str) -> None:
    assert client.post("/find/", RIGHT | {"serial": spelling}).status_code == 302


def test_every_miss_has_the_same_answer_for_the_same_work(client: Client, permit: Permit) -> None:
    answers, work = set(), set()
    for miss in MISSES:
        miss()
        with CaptureQueriesContext(connection) as queries:
            response = client.post("/find/", RIGHT)
        # The secret against forged forms is another one in each page.
        said = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)
        headers = tuple(sorted(response.headers.items()))
        answers.add((response.status_code, said, headers))
        work.add(tuple(query["sql"] for query in queries))
        assert b"No permit found" in said or "Không tìm thấy".encode() in said
    assert len(answers) == 1
    assert [len(statements) for statements in work] == [1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"serial": ""}, "Fill in the serial."),
        ({"serial": SERIAL[:-1] + "0"}, "This is not a serial"),
        ({"serial": SERIAL[:-1]}, "This is not a serial"),
        ({"personal_number": "1"}, "A personal number has 12 digits."),
        ({"birth_date": "never"}, "This is not a date."),
    ],
    ids=str,
)
def test_what_was_mistyped_is_said_at_its_field_and_asks_nothing(
    english: Client, change: dict[str, str], message: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        html = english.post("/find/", RIGHT | change).content.decode()

    assert message in html
    assert html.count('aria-invalid="true"') == 1
    assert len(queries) == 0


def test_nothing_is_looked_for_by_an_address(client: Client, permit: Permit) -> None:
    response = client.get("/find/", RIGHT)

    assert response.status_code == 200
    assert "Nhung" not in response.content.decode()
    assert 'name="personal_number" value' not in response.content.decode()


# --- The rate limit ---


@pytest.fixture
def two_an_hour(settings: Settings) -> None:
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "find": "2/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


@pytest.mark.usefixtures("two_an_hour")
def test_one_address_may_not_try_many_serials(
    english: Client, permit: Permit, clock: Clock
) -> None:
    for number in (1, 2):
        english.post("/find/", RIGHT | {"serial": serials.format_serial(number)})

    response = english.post("/find/", RIGHT)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "3600"
    assert "Try again at 10:31" in response.content.decode()

    clock.now += timedelta(hours=1)
    assert english.post("/find/", RIGHT).status_code == 302


@pytest.mark.usefixtures("two_an_hour")
@pytest.mark.parametrize("exists", [True, False])
def test_one_serial_may_not_be_tried_from_many_addresses(permit: Permit, exists: bool) -> None:
    if not exists:
        no_permit()
    for place in (1, 2):
        wrong = RIGHT | {"birth_date": "1990-05-18"}
        assert Client(REMOTE_ADDR=f"203.0.113.{place}").post("/find/", wrong).status_code == 200

    assert Client(REMOTE_ADDR="203.0.113.3").post("/find/", RIGHT).status_code == 429


# --- The link ---


def test_the_link_ends_after_a_quarter_of_an_hour(
    client: Client, permit: Permit, clock: Clock
) -> None:
    path = client.post("/find/", RIGHT).headers["Location"]
    clock.now += timedelta(minutes=14, seconds=59)
    assert client.get(path).status_code == 200
    assert client.get(f"{path}code.png").status_code == 200

    clock.now += timedelta(seconds=1)

    assert client.get(path).status_code == 404
    assert client.get(f"{path}code.png").status_code == 404


def test_a_link_that_was_changed_is_none(client: Client, permit: Permit, clock: Clock) -> None:
    link = found_links.make(permit.pk, now=clock.now)
    other = found_links.make(permit.pk + 1, now=clock.now)
    assert found_links.read(link, now=clock.now) == found_links.Found(
        permit.pk, clock.now.replace(microsecond=0) + timedelta(minutes=15)
    )

    mixed = link.split(":", 1)[0] + ":" + other.split(":", 1)[1]
    for wrong in (mixed, link[:-1], "a:b:c", ":", "::"):
        assert found_links.read(wrong, now=clock.now) is None
        assert client.get(f"/permits/{wrong}/").status_code == 404
