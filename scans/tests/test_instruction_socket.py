"""Instructions on a lane's socket: told at once, or found out; confirmed; gone again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from scans import instructions
from scans.instruction_reach import Target
from scans.models import Confirmation, Instruction, Lane, LaneHealth
from scans.tests.conftest import cookie_of, socket, type_code
from scans.tests.instructing import give

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
Tell = Callable[..., Any]


@pytest.fixture
def tell(supervisor: User) -> Tell:
    """Give an instruction as the supervisor's page does."""

    async def tell(target: Target, **given: Any) -> Instruction:
        return await sync_to_async(give)(supervisor, target, now=timezone.now(), **given)

    return tell


@pytest.fixture
def no_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hint to the lanes is lost."""
    monkeypatch.setattr("scans.instructions.hints.tell_from_thread", lambda *_args: None)


@pytest.fixture
async def listening(lane: Any) -> Any:
    """The lane's page, once a hint reaches it."""
    async with asyncio.timeout(8):
        while not is_heard(instructions.LANES):
            await asyncio.sleep(0)
    return lane


def is_heard(group: str) -> bool:
    """Whether anybody in this event loop listens to a group."""
    layer = get_channel_layer()
    layer = layer._get_layer() if hasattr(layer, "_get_layer") else layer  # of Redis
    return any(name.endswith(group) for name in layer.groups)


async def heard(page: Any) -> dict[str, Any]:
    message: dict[str, Any] = await page.receive_json_from(timeout=8)
    return message


async def test_a_lane_is_told_at_once_and_its_officer_confirms(
    listening: Any, tell: Tell, river_lane: Lane, supervisor: User, officer: User
) -> None:
    told = await tell(Target(lane_id=river_lane.pk), text="Dừng hết")
    message = await heard(listening)
    assert message.pop("made_at") > 0
    assert message == {
        "type": "instruction",
        "id": told.pk,
        "kind": "message",
        "text": "Dừng hết",
        "direction": "",
        "by": supervisor.username,
        "confirmed": False,
    }
    for _ in range(2):
        await listening.send_json_to({"type": "confirm", "id": told.pk})
        assert await heard(listening) == {"type": "confirmed", "id": told.pk}
    confirmation = await Confirmation.objects.select_related("officer", "lane").aget()
    assert (confirmation.officer, confirmation.lane) == (officer, river_lane)
    assert confirmation.shift_id == listening.shift["shift_id"]


@pytest.mark.usefixtures("no_hints")
async def test_without_a_hint_it_is_found_out(
    settings: Settings, officer: User, tell: Tell, river_lane: Lane, supervisor: User
) -> None:
    settings.SOCKET_RECHECK_SECONDS = 0.05
    cookie = await sync_to_async(cookie_of)(officer)
    page = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie)
    await page.connect(timeout=5)
    assert (await heard(page))["type"] == "shift"
    told = await tell(Target())
    assert (await heard(page))["id"] == told.pk
    await sync_to_async(instructions.withdraw)(told, by=supervisor.pk, now=timezone.now())
    assert await heard(page) == {"type": "instruction_gone", "id": told.pk}
    await page.disconnect()


async def test_a_page_that_opens_later_is_told_what_stands_and_what_was_confirmed(
    tell: Tell, river_lane: Lane, hill_lane: Lane, officer: User
) -> None:
    old, new = await tell(Target(), kind="close"), await tell(Target(lane_id=river_lane.pk))
    await tell(Target(lane_id=hill_lane.pk))
    cookie = await sync_to_async(cookie_of)(officer)
    for was_confirmed in (False, True):
        page = socket(f"/ws/lanes/{river_lane.pk}/out/", cookie=cookie)
        await page.connect(timeout=5)
        assert (await heard(page))["type"] == "shift"
        first, second = await heard(page), await heard(page)
        assert (first["id"], first["confirmed"]) == (old.pk, was_confirmed)
        assert (second["id"], second["confirmed"]) == (new.pk, False)
        assert await heard(page) == {"type": "lane_state", "closed": True}
        await page.send_json_to({"type": "confirm", "id": old.pk})
        assert (await heard(page))["type"] == "confirmed"
        await page.disconnect()


async def test_another_lane_s_is_neither_told_nor_confirmed(
    listening: Any, tell: Tell, hill_lane: Lane
) -> None:
    for target in (Target(lane_id=hill_lane.pk), Target(checkpoint_id=hill_lane.checkpoint_id)):
        other = await tell(target)
        for wrong in (other.pk, other.pk + 1000):
            await listening.send_json_to({"type": "confirm", "id": wrong})
            answer = await heard(listening)  # the first to come: no instruction was told
            assert (answer["type"], answer["code"]) == ("error", "no_such_instruction")
            assert answer["instruction_id"] == wrong
    assert not await Confirmation.objects.aexists()


async def test_a_withdrawn_one_is_gone_at_once(
    listening: Any, tell: Tell, river_lane: Lane, supervisor: User
) -> None:
    told = await tell(Target(checkpoint_id=river_lane.checkpoint_id))
    assert (await heard(listening))["type"] == "instruction"
    await sync_to_async(instructions.withdraw)(told, by=supervisor.pk, now=timezone.now())
    assert await heard(listening) == {"type": "instruction_gone", "id": told.pk}
    await listening.send_json_to({"type": "confirm", "id": told.pk})
    assert (await heard(listening))["code"] == "no_such_instruction"


async def test_a_closed_lane_still_checks_and_is_opened_again(
    listening: Any, tell: Tell, code: str
) -> None:
    await tell(Target(), kind="close")
    assert (await heard(listening))["kind"] == "close"
    assert await heard(listening) == {"type": "lane_state", "closed": True}
    assert (await type_code(listening, code))["outcome"] == "allow"
    await tell(Target(), kind="open")
    assert (await heard(listening))["type"] == "instruction_gone"
    assert (await heard(listening))["kind"] == "open"
    assert await heard(listening) == {"type": "lane_state", "closed": False}


async def test_a_confirmation_that_fails_says_so(
    listening: Any, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await tell(Target())
    await heard(listening)

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("scans.instructions.confirm", broken)
    await listening.send_json_to({"type": "confirm", "id": told.pk})
    answer = await heard(listening)
    assert (answer["code"], answer["instruction_id"]) == ("check_failed", told.pk)


# --- The device's own word ------------------------------------------------------------------------

HEALTH = {
    "type": "health",
    "camera": "ok",
    "unsent_acts": 2,
    "battery": 0.42,
    "charging": False,
    "round_trip_ms": 80,
    "pictures_a_second": 14,
    "clock_offset_ms": -90_000,
    "network": "4g",
}


async def kept(page: Any, **wanted: Any) -> LaneHealth:
    """The row of the page's shift, once it says this."""
    async with asyncio.timeout(5):
        while True:
            row = await LaneHealth.objects.filter(**wanted).afirst()
            if row is not None:
                assert row.shift_id == page.shift["shift_id"]
                return row
            await asyncio.sleep(0.01)


async def test_what_a_device_says_is_kept_as_one_row(
    lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scans.consumers.health.PAUSE_SECONDS", 0.01)
    await lane.send_json_to(HEALTH)
    row = await kept(lane, camera="ok")
    assert (row.battery, row.is_charging, row.round_trip_ms) == (0.42, False, 80)
    assert (row.pictures_a_second, row.unsent_acts) == (14, 2)
    assert (row.clock_offset_ms, row.network) == (-90_000, "4g")
    await lane.send_json_to({"type": "health", "camera": "frozen", "unsent_acts": 0})
    row = await kept(lane, camera="frozen")
    assert (row.battery, row.clock_offset_ms, row.network) == (None, None, "")
    assert await LaneHealth.objects.acount() == 1


async def test_what_comes_sooner_waits_and_the_latest_is_kept(
    lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = asyncio.Event()
    slept: list[float] = []
    sleep = asyncio.sleep

    async def rest(seconds: float) -> None:
        if seconds != 5.0:
            return await sleep(seconds)
        slept.append(seconds)
        await pause.wait()

    monkeypatch.setattr("scans.consumers.health.asyncio.sleep", rest)
    await lane.send_json_to(HEALTH)
    await kept(lane, camera="ok")
    for camera in ("dark", "black"):
        await lane.send_json_to({**HEALTH, "camera": camera})
    await lane.send_json_to({"type": "ping", "sent_at": 1})
    assert (await heard(lane))["type"] == "pong"
    assert (await LaneHealth.objects.aget()).camera == "ok"
    pause.set()
    await kept(lane, camera="black")


@pytest.mark.parametrize(
    "wrong",
    [
        {"battery": 1.01},
        {"battery": -0.01},
        {"camera": "sleepy"},
        {"unsent_acts": -1},
        {"round_trip_ms": 600_001},
        {"network": "x" * 17},
        {"clock_offset_ms": 10**15},
    ],
)
async def test_what_no_device_can_mean_is_refused(lane: Any, wrong: dict[str, Any]) -> None:
    await lane.send_json_to({**HEALTH, **wrong})
    assert (await heard(lane))["code"] == "bad_message"
    assert not await LaneHealth.objects.aexists()
