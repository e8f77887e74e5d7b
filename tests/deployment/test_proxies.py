"""The site through nginx and through Caddy, each with its file in deploy/."""

import asyncio
import http.client
import json
import re
from contextlib import suppress
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from scans import protocol
from scans.protocol import CLOSE_SERVICE_RESTART
from scans.tests.pictures import draw
from tests.deployment import lanes
from tests.deployment.api_client import ApiClient
from tests.deployment.conftest import METRICS_TOKEN, Deployment
from tests.deployment.image import NAME, Image
from tests.deployment.people import RECORDED, Officer
from tests.deployment.visitor import Visitor
from tests.services import free_port

WAIT_SECONDS = 90
SECURITY_HEADERS = [
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
]


def test_a_page_comes_with_each_security_header_once_and_no_version(visitor: Visitor) -> None:
    answer = visitor.get("/login/")
    assert answer.status == 200
    for name in SECURITY_HEADERS:
        assert len(answer.all(name)) == 1, name
    assert not re.search(r"\d", "".join(answer.all("Server")))


def test_plain_http_leads_to_https(deployment: Deployment) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", deployment.proxy.http_port, timeout=5)
    connection.request("GET", "/checkpoint/?a=b", headers={"Host": NAME})
    answer = connection.getresponse()
    assert answer.status in (301, 308)
    assert re.fullmatch(
        rf"https://{NAME}(:\d+)?/checkpoint/\?a=b", answer.getheader("Location") or ""
    )
    connection.close()


def test_a_form_is_accepted_and_the_cookies_are_for_https_alone(visitor: Visitor) -> None:
    page = visitor.get("/login/")
    assert "Secure" in page.all("Set-Cookie")[0]
    answer = visitor.post("/login/", {"username": uuid4().hex, "password": "a wrong one"})
    assert answer.status == 200  # the form again, and not: "CSRF verification failed"


def log_in_wrongly(deployment: Deployment, name: str, *, address: str, claims: str) -> int:
    visitor = deployment.visitor(address)
    visitor.get("/login/")
    fields = {"username": name, "password": "a wrong one"}
    return visitor.post("/login/", fields, X_Forwarded_For=claims).status


def test_limits_count_the_address_that_somebody_comes_from_whatever_they_claim(
    deployment: Deployment,
) -> None:
    name = uuid4().hex
    tries = [
        log_in_wrongly(deployment, name, address="127.0.0.2", claims=f"203.0.113.{turn}")
        for turn in range(3)
    ]
    assert tries[0] == 200
    assert tries[2] == 429
    assert log_in_wrongly(deployment, name, address="127.0.0.3", claims="127.0.0.2") == 200


async def test_a_lane_works_and_its_largest_frame_passes(
    visitor: Visitor, officer: Officer
) -> None:
    picture = draw(officer.serial)
    largest = picture + bytes(protocol.MAX_FRAME_BYTES - protocol.FRAME_HEADER.size - len(picture))
    async with visitor.socket(officer.lane_path, cookie=officer.cookie) as page:
        assert json.loads(await page.recv())["type"] == "shift"
        await page.send(protocol.pack_frame(seq=1, captured_at=0, image=largest))
        verdict = json.loads(await page.recv())
        assert (verdict["type"], verdict["outcome"]) == ("verdict", "allow")
        assert json.loads(await page.recv())["type"] == "frame_done"


async def test_a_message_that_is_too_large_ends_its_socket_alone(
    visitor: Visitor, officer: Officer
) -> None:
    async with visitor.socket(officer.lane_path, cookie=officer.cookie) as page:
        await page.recv()
        with suppress(ConnectionClosed):  # the proxy may be quicker than the message
            await page.send(bytes(1024 * 1024 + 1))
        with pytest.raises(ConnectionClosed):
            await page.recv()
    async with visitor.socket(officer.lane_path, cookie=officer.cookie) as page:
        assert json.loads(await page.recv())["type"] == "shift"


def test_a_static_file_is_kept_for_ever_and_comes_compressed(visitor: Visitor) -> None:
    [hashed] = re.findall(r"/static/css/base\.[0-9a-f]{12}\.css", visitor.get("/login/").text)
    answer = visitor.get(hashed, Accept_Encoding="gzip")
    assert answer.all("Cache-Control") == ["max-age=315360000, public, immutable"]
    assert answer.all("Content-Encoding") == ["gzip"]
    assert answer.all("Vary") == ["Accept-Encoding"]
    assert answer.body[:2] == b"\x1f\x8b"
    plain = visitor.get(hashed)
    assert not plain.all("Content-Encoding")
    unhashed = visitor.get("/static/css/base.css")
    assert unhashed.body == plain.body
    assert unhashed.all("Cache-Control") == ["max-age=60, public"]


def test_a_page_is_not_compressed_with_its_secrets(visitor: Visitor) -> None:
    assert not visitor.get("/login/", Accept_Encoding="gzip, br").all("Content-Encoding")


def test_the_figures_are_given_to_this_machine_alone(
    deployment: Deployment, visitor: Visitor
) -> None:
    permission = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    server = http.client.HTTPConnection("127.0.0.1", deployment.ports[0], timeout=5)
    server.request("GET", "/metrics", headers={"Host": NAME, **permission})
    assert server.getresponse().status == 200
    server.close()
    assert visitor.get("/metrics", **permission).status == 404


def test_too_large_a_form_and_too_large_a_header_are_refused(visitor: Visitor) -> None:
    visitor.get("/login/")
    # Caddy 2.6 says 502: it finds out while it talks to the site.
    assert visitor.post("/login/", {"username": "x" * 1_100_000}).status in (413, 502)
    assert visitor.get("/login/", X_Large="x" * 60_000).status in (400, 431)
    assert visitor.get("/login/").status == 200


async def test_a_restart_of_one_process_after_the_other_is_not_noticed(
    deployment: Deployment, image: Image, officer: Officer
) -> None:
    visitor = deployment.visitor()

    async def restart() -> None:
        await asyncio.to_thread(deployment.restart)

    def ask(method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
        return deployment.visitor().ask(method, path, body, headers).status

    with ApiClient(ask, officer) as api:
        working = lanes.work_through(
            [restart],
            open_socket=lambda: visitor.socket(officer.lane_path, cookie=officer.cookie),
            payload=officer.serial,
        )
        told = await asyncio.wait_for(working, WAIT_SECONDS)
    assert not told.errors
    assert not api.faults
    assert set(told.close_codes) == {CLOSE_SERVICE_RESTART}
    assert set(told.answers) == told.sent
    assert set(told.answers.values()) == {1}
    recorded = image.run("shell", "-v", "0", "-c", RECORDED).split()
    assert len(recorded) == len(set(recorded))
    assert told.sent | set(api.answered) <= set(recorded)


def test_the_health_check_tells_a_server_that_serves_from_others(
    deployment: Deployment, image: Image
) -> None:
    port = deployment.ports[0]
    for path in ("/healthz", "/readyz"):
        assert image.health(path, port).returncode == 0
    assert image.health("/no-such-page", port).stderr == "/no-such-page: status 404\n"
    assert "refused" in image.health("/healthz", free_port()).stderr


def test_no_log_has_a_private_link_a_search_or_an_address_and_the_image_is_as_it_was(
    deployment: Deployment, image: Image
) -> None:
    files = image.files()
    visitor = deployment.visitor("127.0.0.9")
    secret, search = uuid4().hex, "a-name-that-was-searched-for"
    paths = [f"/permits/{secret}/", f"/permits/{secret}/qr.png?size=2", f"/admin/?q={search}"]
    for path in paths:
        assert visitor.get(path).status in (302, 404)
    deployment.stop_site()
    for path in paths:
        assert visitor.get(path).status in (502, 503)
    logs = deployment.proxy.logs() + image.log.read_text()
    assert secret not in logs
    assert search not in logs
    assert "127.0.0.9" not in logs
    assert image.files() == files
