"""The log: a scan is found by its id, and nothing else in it says whose it was."""

import asyncio
import io
import json
import logging
import logging.config
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from checkpoint_site import logs
from scans.models import Lane, Scan
from scans.protocol import pack_frame
from scans.tests.conftest import cookie_of, socket, token_for
from scans.tests.pictures import draw
from scans.times import to_milliseconds
from tests.test_settings import GOOD_SECRET, manage

NUMBER, NAME, ADDRESS = "000190012345", "Nguyễn Thị Mẫu", "phường Mẫu, Hà Nội"
CARD = f"{NUMBER}|123456789|{NAME}|17051990|Nữ|{ADDRESS}|01012021"
SECRETS = (NUMBER, "2345", "Nguyễn", "Mẫu", "17051990", "123456789", "99A", "CP1:")

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d+")

Text = Callable[[], str]


def attach(form: str) -> tuple[logging.Handler, io.StringIO]:
    """The console of the site's configuration, writing into a text."""
    configuration = logs.configuration(level="DEBUG", form=form, exception_texts=False)
    configurator: Any = logging.config.DictConfigurator(configuration)
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    formatter = configuration["handlers"]["console"]["formatter"]
    handler.setFormatter(
        configurator.configure_formatter(configurator.config["formatters"][formatter])
    )
    for name in configuration["handlers"]["console"]["filters"]:
        handler.addFilter(configurator.configure_filter(configurator.config["filters"][name]))
    return handler, text


@pytest.fixture(params=["line", "json"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def text(form: str) -> Iterator[Text]:
    """What the site would have logged since the test began, at LOG_LEVEL=DEBUG."""
    handler, written = attach(form)
    loggers = [logging.getLogger(name) for name in logs.OURS]
    root = logging.getLogger()
    levels = [logger.level for logger in [*loggers, root]]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    yield written.getvalue
    root.removeHandler(handler)
    for logger, level in zip([*loggers, root], levels, strict=True):
        logger.setLevel(level)


def objects(text: Text) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text().splitlines()]


# --- The whole line -------------------------------------------------------------------------------


async def frame_of(page: Any, image: bytes, seq: int) -> list[dict[str, Any]]:
    now = to_milliseconds(timezone.now())
    await page.send_to(bytes_data=pack_frame(seq=seq, captured_at=now, image=image))
    messages = []
    while (message := await page.receive_json_from(timeout=5))["type"] != "frame_done":
        messages.append(message)
    return messages


async def typed(page: Any, payload: str) -> Any:
    now = to_milliseconds(timezone.now())
    check = {"type": "check", "payload": payload, "scan_id": str(uuid4()), "captured_at": now}
    await page.send_json_to(check)
    return await page.receive_json_from(timeout=5)


async def open_lane(lane: Lane, officer: User) -> Any:
    cookie = await sync_to_async(cookie_of)(officer)
    page = socket(f"/ws/lanes/{lane.pk}/in/", cookie=cookie)
    await page.connect(timeout=5)
    await page.receive_json_from(timeout=5)
    return page


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("form", ["json"], indirect=True)
async def test_a_frames_scan_is_followed_by_its_id_to_the_answer(
    text: Text, river_lane: Lane, officer: User, code: str
) -> None:
    page = await open_lane(river_lane, officer)
    [verdict] = await frame_of(page, draw(code), 7)
    await page.disconnect()

    lines = [line for line in objects(text) if line["logger"].startswith("scans")]
    about = [(line["event"], line.get("seq"), line.get("scan_id")) for line in lines]
    scan_id = verdict["scan_id"]
    assert about == [
        ("frame", 7, None),
        ("check", 7, scan_id),
        ("verdict", None, scan_id),
        ("answered", 7, scan_id),
    ]
    assert {line["lane"] for line in lines} == {river_lane.pk}
    told = lines[2]
    assert (told["outcome"], told["reason"], told["batch"]) == ("allow", "", 1)
    assert told["elapsed_ms"] == verdict["elapsed_ms"]
    assert told["level"] == "INFO"
    assert told["time"].endswith(("Z", "+00:00"))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_no_line_says_who_was_there(
    text: Text,
    river_lane: Lane,
    officer: User,
    code: str,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every way in, what goes well and what fails, at the most talkative level."""
    token = await sync_to_async(token_for)(officer)
    page = await open_lane(river_lane, officer)
    await frame_of(page, draw(code, CARD, size=(1280, 720)), 1)
    await frame_of(page, b"no picture", 2)
    await typed(page, CARD)
    await typed(page, f"{NAME} {NUMBER}")

    def quote_the_row(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError(f"Key (personal_number)=({NUMBER}) of {NAME} exists")

    monkeypatch.setattr("scans.check.record", quote_the_row)
    assert (await typed(page, CARD))["code"] == "check_failed"
    await page.disconnect()
    check = {
        "payload": CARD,
        "lane": river_lane.pk,
        "captured_at": timezone.now().isoformat(),
        "scan_id": str(uuid4()),
    }
    response = await sync_to_async(client.post)(
        "/api/v1/checks/",
        check,
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert response.status_code == 503
    await sync_to_async(client.get)(f"/permits/a-private-link/?name={NAME}")
    for picture in (draw(CARD), b"no picture"):
        file = SimpleUploadedFile(f"{NAME}.jpg", picture, "image/jpeg")
        await sync_to_async(client.post)("/card/", {"picture": file})

    assert await Scan.objects.acount() == 4
    written = text()
    assert written.count("DatabaseError") == 2
    assert str(check["scan_id"]) in written
    ids = [str(scan.scan_id) async for scan in Scan.objects.all()]
    for known in ids:
        written = written.replace(known, "")  # their digits may look like anything
    written = TIME.sub("", written.replace(str(check["scan_id"]), ""))
    for secret in (*SECRETS, code, token, "a-private-link", officer.username):
        assert secret not in written, secret


# --- What libraries log ---------------------------------------------------------------------------


def test_of_an_exception_the_name_and_the_place_are_logged_and_not_the_text(text: Text) -> None:
    try:
        try:
            raise KeyError(NUMBER)
        except KeyError as error:
            raise DatabaseError(f"row of {NAME}") from error
    except DatabaseError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/dashboard/")

    written = text()
    assert "/dashboard/" in written
    assert "test_logs.py" in written
    assert written.index("KeyError") < written.index("DatabaseError")
    for secret in (NUMBER, NAME):
        assert secret not in written


def test_a_text_that_another_formatter_left_in_the_record_is_not_logged(text: Text) -> None:
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "failed", (), None)
    record.exc_text = f"DatabaseError: {NUMBER}"
    logging.getLogger("uvicorn.error").handle(record)
    assert "failed" in text()
    assert NUMBER not in text()


def test_an_exception_in_a_message_is_its_name(text: Text) -> None:
    logging.getLogger("daphne.server").error(
        "Exception inside application: %s", DatabaseError(NUMBER)
    )
    assert "Exception inside application: DatabaseError" in text()
    assert NUMBER not in text()


async def test_a_task_that_failed_unseen_is_not_quoted(text: Text) -> None:
    async def fail() -> None:
        raise ValueError(NUMBER)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    asyncio.get_running_loop().call_exception_handler(
        {
            "message": "Task exception was never retrieved",
            "exception": task.exception(),
            "future": task,
        }
    )
    assert "Task exception was never retrieved" in text()
    assert "ValueError" in text()
    assert NUMBER not in text()


@pytest.mark.parametrize("form", ["json"], indirect=True)
def test_what_is_not_asked_for_is_left_out(text: Text) -> None:
    extra = {"request": f"<GET /?name={NAME}>", "status_code": 404, "payload": CARD, "lane": 3}
    logging.getLogger("django.request").warning("Not Found: %s", "/permits/s3cret/", extra=extra)
    [line] = objects(text)
    del line["time"]
    assert line == {
        "level": "WARNING",
        "logger": "django.request",
        "event": "Not Found: /permits/…/",
        "status_code": 404,
        "lane": 3,
    }


@pytest.mark.parametrize("form", ["line"], indirect=True)
def test_a_line_for_people_has_the_fields_at_its_end(text: Text) -> None:
    logging.getLogger("scans").warning("refused: %s", "bad_frame", extra={"seq": 4, "lane": 3})
    assert text().endswith(" WARNING scans refused: bad_frame lane=3 seq=4\n")


# --- As a process starts with it ------------------------------------------------------------------

SCRIPT = """
import logging
logging.getLogger("scans").warning("a line", extra={"lane": 3, "payload": "s3cret"})
logging.getLogger("scans").debug("ours")
logging.getLogger("urllib3").debug("of a library")
logging.getLogger("urllib3").info("told by a library")
try: raise ValueError("quoted")
except ValueError: logging.getLogger("scans").exception("failed")
"""


def logged(tmp_path: Any, **variables: str) -> str:
    secret = {"SECRET_KEY": GOOD_SECRET, "DATA_DIR": str(tmp_path)}
    return manage("shell", "-v", "0", "-c", SCRIPT, **{**secret, **variables}).stderr


def test_a_real_site_logs_json(tmp_path: Any) -> None:
    warning, failure = [json.loads(line) for line in logged(tmp_path).splitlines()]
    assert (warning["event"], warning["lane"]) == ("a line", 3)
    assert "payload" not in warning
    assert failure["exc_info"].endswith("ValueError")


def test_the_demo_logs_lines(tmp_path: Any) -> None:
    first = logged(tmp_path, DEMO="1").splitlines()[0]
    assert first.endswith(" WARNING scans a line lane=3")


def test_debug_is_for_our_own_loggers_alone(tmp_path: Any) -> None:
    written = logged(tmp_path, LOG_LEVEL="DEBUG")
    assert '"ours"' in written
    assert "told by a library" in written
    assert "of a library" not in written
    assert "quoted" not in written


def test_only_a_developer_sees_the_texts_of_exceptions(tmp_path: Any) -> None:
    assert "ValueError: quoted" in logged(tmp_path, DEBUG="1")
