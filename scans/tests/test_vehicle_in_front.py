"""The plate of the vehicle in front, on a lane's socket."""

from typing import Any

import pytest

from permits.models import Permit
from scans import protocol
from scans.tests.conftest import type_code
from scans.tests.pictures import draw
from scans.tests.test_lane_socket import scans, send_frame, until_done

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


async def set_vehicle(page: Any, plate: str) -> None:
    await page.send_json_to({"type": "vehicle", "plate": plate})


async def test_a_typed_code_is_compared_with_it_until_it_is_taken_back(
    lane: Any, permit: Permit
) -> None:
    await set_vehicle(lane, "99a-999.99")
    assert (await type_code(lane, permit.serial))["reasons"] == ["plate_mismatch"]
    await set_vehicle(lane, " 99A 123.45")
    assert (await type_code(lane, permit.serial))["reasons"] == []
    await set_vehicle(lane, "")
    assert (await type_code(lane, permit.serial))["reasons"] == []


async def test_a_code_still_in_view_is_checked_anew_before_another_vehicle(
    lane: Any, code: str
) -> None:
    picture = draw(code)
    await send_frame(lane, picture, seq=1)
    [first] = await until_done(lane, 1)
    await set_vehicle(lane, "99A-999.99")
    await send_frame(lane, picture, seq=2)
    [second] = await until_done(lane, 2)
    await send_frame(lane, picture, seq=3)
    [third] = await until_done(lane, 3)
    assert (first["outcome"], first["again"]) == ("allow", False)
    assert (second["reasons"], second["again"]) == (["plate_mismatch"], False)
    assert (third["reasons"], third["again"]) == (["plate_mismatch"], True)
    assert len(await scans()) == 2


async def test_a_plate_of_any_length_is_no_plate(lane: Any, permit: Permit) -> None:
    await set_vehicle(lane, "9" * (protocol.MAX_PLATE_CHARACTERS + 1))
    refused = await lane.receive_json_from(timeout=5)
    assert (refused["type"], refused["code"]) == ("error", "message_too_large")
    assert (await type_code(lane, permit.serial))["reasons"] == []
