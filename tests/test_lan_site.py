"""The site on its own network, asked over real connections by who trusts its authority."""

import http.client
import json
import re
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from uuid import uuid4

import pytest
from cryptography import x509
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.lan_client import GIVE_UP_SECONDS, Browser
from tests.lan_site import ADDRESS, LanSite


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanSite]:
    with LanSite(tmp_path_factory.mktemp("lan")) as site:
        yield site


def get(address: str) -> bytes:
    """Over plain http."""
    with urllib.request.urlopen(address, timeout=GIVE_UP_SECONDS) as answer:
        body: bytes = answer.read()
        return body


def status_of(address: str, data: bytes | None = None) -> int:
    """What plain http answers; a redirect is not followed."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc, timeout=20)
    connection.request("POST" if data else "GET", urllib.parse.urlsplit(address).path, data)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_phone_that_took_the_certificate_opens_the_site(site: LanSite) -> None:
    given = get(f"{site.landing}/trust/checkpoint-ca.crt")
    assert x509.load_der_x509_certificate(given) == site.authority
    browser = Browser(site)
    assert browser.open(f"{site.address}/trust/checkpoint-ca.crt").body == given
    assert browser.open(f"{site.address}/").url == f"{site.address}/"


def test_a_phone_that_did_not_is_warned(site: LanSite) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        site.served_certificate(ssl.create_default_context())


def test_the_terminal_says_what_the_certificate_is(site: LanSite) -> None:
    assert f"Checkpoint page  {site.address}/checkpoint/" in site.announcement
    assert f"Or open {site.landing}/" in site.announcement
    [name] = re.findall(r"It is called (Checkpoint [\d-]+ [0-9A-F]{4}),", site.announcement)
    assert name in get(f"{site.landing}/trust/en/").decode()


def test_an_officer_logs_in_and_a_lane_answers(site: LanSite) -> None:
    browser = Browser(site)
    page = browser.log_in("officer")
    assert page.url == f"{site.address}/checkpoint/"
    assert {cookie.name for cookie in browser.cookies} == {"sessionid", "csrftoken"}
    assert all(cookie.secure for cookie in browser.cookies)
    # Another way of serving this address tomorrow must not find it locked to https.
    assert page.headers["Strict-Transport-Security"] is None
    with browser.lane_socket(1) as lane:
        assert json.loads(lane.recv(timeout=GIVE_UP_SECONDS))["type"] == "shift"
        check = {"type": "check", "payload": "https://example.com/", "scan_id": str(uuid4())}
        lane.send(json.dumps({**check, "captured_at": int(time.time() * 1000)}))
        verdict = json.loads(lane.recv(timeout=GIVE_UP_SECONDS))
        assert (verdict["type"], verdict["outcome"]) == ("verdict", "hold")


@pytest.mark.parametrize("path", ["/login/", "/checkpoint/", "/admin/", "/api/docs/"])
def test_over_plain_http_there_is_nothing_of_the_site(site: LanSite, path: str) -> None:
    assert status_of(f"{site.landing}{path}") == 404
    assert status_of(f"{site.landing}{path}", b"username=officer") == 405


def test_over_plain_http_there_is_no_socket(site: LanSite) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        connect(f"ws://{ADDRESS}:{site.landing_port}/ws/lanes/1/in/", origin=Origin(site.address))
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize(("host", "status"), [("gate.test", 200), ("elsewhere.test", 400)])
def test_the_names_that_were_allowed_stay_so(site: LanSite, host: str, status: int) -> None:
    connection = http.client.HTTPSConnection(ADDRESS, site.port, context=site.trusting())
    connection.request("GET", "/", headers={"Host": host})
    assert connection.getresponse().status == status
    connection.close()
