"""A citizen's card in a picture: what the form gets of it, and what it is told otherwise."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from scans import card_api
from scans.protocol import MAX_FRAME_BYTES
from scans.tests.pictures import draw

NAME, NUMBER = "Đỗ Thị Ánh Tuyết", "000190012345"
CARD = f"{NUMBER}|123456789|{NAME}|17051990|Nữ|phường Mẫu, Hà Nội|01012021"
FIELDS = {
    "full_name": NAME,
    "personal_number": NUMBER,
    "birth_date": "1990-05-17",
    "sex": "female",
}


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def send(client: Client, picture: bytes, **fields: str) -> Any:
    file = SimpleUploadedFile("card.jpg", picture, "image/jpeg")
    return client.post("/card/", {"picture": file, **fields})


@pytest.mark.parametrize("photo", [{}, {"photo": "1"}])
def test_the_form_gets_the_card_s_fields_and_no_more(client: Client, photo: dict[str, str]) -> None:
    response = send(client, draw(CARD), **photo)

    assert response.status_code == 200
    assert response.json() == {"found": "card", "card": FIELDS}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], "no_code"),
        (["https://example.com/"], "other_code"),
        ([CARD.replace("Nữ", "Nam")], "other_code"),  # the number is a woman's
        ([CARD.replace("17051990", "17051991")], "other_code"),
    ],
)
def test_what_is_no_card_is_told_from_nothing(client: Client, texts: list[str], found: str) -> None:
    assert send(client, draw(*texts)).json() == {"found": found, "card": None}


def test_the_card_is_found_beside_another_code(client: Client) -> None:
    picture = draw("https://example.com/", CARD, size=(1280, 640))

    assert send(client, picture).json() == {"found": "card", "card": FIELDS}


def blank(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.new("1", (width, height), 1).save(content, "PNG")
    return content.getvalue()


def padded(picture: bytes, size: int) -> bytes:
    """What follows a JPEG's end means nothing."""
    return picture + bytes(size - len(picture))


@pytest.mark.parametrize(
    ("picture", "status", "code"),
    [
        (b"no picture", 400, "not_an_image"),
        (blank(4001, 4000), 413, "image_too_large"),
        (padded(draw(CARD), MAX_FRAME_BYTES + 1), 413, "image_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    client: Client, picture: bytes, status: int, code: str
) -> None:
    response = send(client, picture)

    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("picture", [blank(4000, 4000), padded(draw(CARD), MAX_FRAME_BYTES)])
def test_what_just_fits_is_read(client: Client, picture: bytes) -> None:
    assert send(client, picture).status_code == 200


def test_a_picture_is_asked_for(client: Client) -> None:
    assert client.post("/card/", {"photo": "1"}).json()["code"] == "no_picture"
    assert client.post("/card/", {"picture": "text"}).json()["code"] == "no_picture"
    assert client.post("/card/", {}, content_type="application/json").status_code == 415
    assert client.get("/card/").status_code == 405


def test_each_network_may_send_so_many_and_no_more(client: Client, settings: Settings) -> None:
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "cards": "2/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    answers = [send(client, draw()) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60


def test_no_more_are_read_at_once_than_leave_the_lanes_their_threads(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_api, "_in_hand", card_api.MOST_AT_ONCE)
    response = send(client, draw(CARD))
    assert (response.status_code, response.json()["code"]) == (503, "busy")

    monkeypatch.setattr(card_api, "_in_hand", card_api.MOST_AT_ONCE - 1)
    assert send(client, draw(CARD)).json()["found"] == "card"
    assert card_api._in_hand == card_api.MOST_AT_ONCE - 1


def test_it_touches_no_database(client: Client) -> None:
    """Without the mark of a database any query would fail the test."""
    assert send(client, draw(CARD)).status_code == 200
