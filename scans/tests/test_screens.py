"""The driver's screen of a lane: its sign, and nothing about anybody."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from permits.verdict import Direction
from scans import protocol, screens
from scans.tests.conftest import socket


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_a_screen_shows_what_the_lane_s_page_says(lane: Any) -> None:
    screen = socket("/ws" + lane.shift["screen"])  # without a login
    assert (await screen.connect(timeout=5))[0]
    assert await screen.receive_json_from(timeout=5) == {"type": "show", "sign": "ready"}
    await lane.send_json_to({"type": "sign", "sign": "refuse"})
    assert await screen.receive_json_from(timeout=5) == {"type": "show", "sign": "refuse"}
    await lane.disconnect()
    assert await screen.receive_json_from(timeout=5) == {"type": "show", "sign": "away"}
    await screen.disconnect()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_a_screen_that_comes_later_is_told_what_stands(lane: Any) -> None:
    await lane.send_json_to({"type": "sign", "sign": "hold"})
    await lane.send_json_to({"type": "ping", "sent_at": 1})
    assert (await lane.receive_json_from(timeout=5))["type"] == "pong"
    screen = socket("/ws" + lane.shift["screen"])
    await screen.connect(timeout=5)
    assert (await screen.receive_json_from(timeout=5))["sign"] == "hold"
    await screen.send_json_to({"type": "ping", "sent_at": 7})
    assert (await screen.receive_json_from(timeout=5))["sent_at"] == 7
    await screen.send_json_to({"type": "catch_up", "after": 0})
    assert (await screen.receive_json_from(timeout=5))["code"] == "bad_message"
    await screen.disconnect()


async def test_no_other_lane_s_sign_is_heard_by_a_made_up_address() -> None:
    screen = socket("/ws/screen/made-up/")
    await screen.connect(timeout=5)
    closed = await screen.receive_output(timeout=5)
    assert (closed["type"], closed["code"]) == ("websocket.close", protocol.CLOSE_NO_SUCH_LANE)


def test_an_address_holds_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    token = screens.address(7, Direction.OUT).split("/")[2]
    assert screens.lane_of(token) == (7, Direction.OUT)
    monkeypatch.setattr(screens, "VALID_SECONDS", -1)
    with pytest.raises(screens.NoSuchScreen):
        screens.lane_of(token)


def test_the_page_opens_for_whoever_has_its_address(client: Client) -> None:
    page = client.get(screens.address(7, Direction.IN))
    assert page.status_code == 200
    assert "<svg" in page.content.decode()  # the public page, for who has no code
    assert client.get(reverse("screen", args=["made-up"])).status_code == 404
