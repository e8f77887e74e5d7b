"""The page that helps a phone to trust the site, and what the terminal says."""

import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import Any

import pytest
import zxingcpp
from cryptography import x509
from django.utils import translation
from PIL import Image

from checkpoint_site.lan.announcement import announce, announce_replacement, draw
from checkpoint_site.lan.authority import make_authority, make_leaf
from checkpoint_site.lan.landing import Landing, on_two_ports
from checkpoint_site.lan.place import Place
from checkpoint_site.lan.store import Certificates
from permits.tests.test_symbol import drawn

NOW = datetime(2021, 9, 14, 1, 0, tzinfo=UTC)
PLACE = Place(IPv4Address("192.168.43.7"), "gate.local", 8443, 8080)
AUTHORITY = make_authority(now=NOW)
CERTIFICATES = Certificates(AUTHORITY, make_leaf(AUTHORITY, PLACE, now=NOW))
LANDING = Landing(PLACE, AUTHORITY)

Application = Callable[..., Awaitable[None]]
DARK_ABOVE = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), "\N{NO-BREAK SPACE}": (1, 1)}


async def ask(
    path: str, *, method: str = "GET", port: int = 8080, application: Application = LANDING
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "server": ["192.168.43.7", port]}
    await application(scope, None, send)
    start, body = sent
    headers = {name.decode(): text.decode() for name, text in start["headers"]}
    return start["status"], headers, body["body"]


@pytest.mark.parametrize(
    ("path", "language", "title"),
    [
        ("/", "vi", "Tin cậy trang này để dùng được camera"),
        ("/trust/", "vi", "Tin cậy trang này để dùng được camera"),
        ("/trust/en/", "en", "Trust this site, and the camera works"),
    ],
)
async def test_the_page_is_there_in_both_languages(path: str, language: str, title: str) -> None:
    with translation.override("en" if language == "vi" else "vi"):  # the caller's is not asked
        landing = Landing(PLACE, AUTHORITY)
    status, headers, body = await ask(path, application=landing)
    page = body.decode()
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page
    assert AUTHORITY.name in page
    pairs = AUTHORITY.fingerprint.split(":")
    assert f"<span>{':'.join(pairs[:8])}</span>" in page
    assert f"<span>{':'.join(pairs[24:])}</span>" in page
    assert 'href="https://192.168.43.7:8443/checkpoint/"' in page
    assert "https://gate.local:8443" in page
    assert "<script" not in page
    assert "style=" not in page


async def test_each_page_leads_to_the_other_language() -> None:
    assert b'<a href="/trust/en/" lang="en"' in (await ask("/trust/"))[2]
    assert b'<a href="/trust/" lang="vi"' in (await ask("/trust/en/"))[2]


async def test_the_certificate_is_the_root_as_phones_take_it() -> None:
    status, headers, body = await ask("/trust/checkpoint-ca.crt")
    assert (status, headers["content-type"]) == (200, "application/x-x509-ca-cert")
    assert x509.load_der_x509_certificate(body) == AUTHORITY.root


async def test_a_new_authority_is_shown_from_then_on() -> None:
    landing, new = Landing(PLACE, AUTHORITY), make_authority(now=NOW)
    landing.show(new)
    assert new.name in (await ask("/", application=landing))[2].decode()
    body = (await ask("/trust/checkpoint-ca.crt", application=landing))[2]
    assert x509.load_der_x509_certificate(body) == new.root


async def test_the_tick_comes_over_https_so_that_it_shows_only_where_that_is_trusted() -> None:
    _status, headers, body = await ask("/trust/style.css")
    assert headers["content-type"] == "text/css; charset=utf-8"
    assert b'url("https://192.168.43.7:8443/trust/trusted.svg")' in body
    policy = (await ask("/"))[1]["content-security-policy"]
    assert "img-src 'self' https://192.168.43.7:8443;" in policy
    assert policy.startswith("default-src 'none';")


@pytest.mark.parametrize("path", ["/login/", "/admin/", "/api/v1/checks/", "/trust", "/trust/x"])
async def test_a_wrong_path_shows_what_to_do(path: str) -> None:
    status, headers, body = await ask(path)
    assert status == 404
    assert body == (await ask("/trust/"))[2]
    assert "location" not in headers
    assert "set-cookie" not in headers


async def test_nothing_can_be_sent_to_it() -> None:
    assert (await ask("/", method="POST"))[0] == 405
    status, headers, body = await ask("/trust/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) == len((await ask("/trust/"))[2])


async def test_the_site_is_on_the_https_port_alone() -> None:
    asked: list[tuple[str, str]] = []

    def note(name: str) -> Application:
        async def application(scope: dict[str, Any], _receive: object, _send: object) -> None:
            asked.append((name, f"{scope['type']} {scope['server'][1]}{scope['path']}"))

        return application

    async def unused(*_message: Any) -> None:
        raise AssertionError("neither application is real")

    both = on_two_ports(note("site"), note("landing"), place=PLACE)
    for kind, port, path in [
        ("http", 8443, "/login/"),
        ("http", 8443, "/trust/"),
        ("websocket", 8443, "/ws/dashboard/"),
        ("http", 8080, "/login/"),
        ("websocket", 8080, "/ws/dashboard/"),
        ("http", 8081, "/login/"),
    ]:
        await both({"type": kind, "server": ["192.168.43.7", port], "path": path}, unused, unused)
    assert asked == [
        ("site", "http 8443/login/"),
        ("landing", "http 8443/trust/"),
        ("site", "websocket 8443/ws/dashboard/"),
        ("landing", "http 8080/login/"),
        ("landing", "websocket 8080/ws/dashboard/"),
        ("landing", "http 8081/login/"),
    ]


def read_blocks(drawing: str) -> list[str]:
    """What a camera reads of half blocks, light ones on a dark ground."""
    lines = drawing.splitlines()
    picture = Image.new("L", (len(lines[0]), 2 * len(lines)), 255)
    for y, line in enumerate(lines):
        for x, letter in enumerate(line):
            for half, dark in enumerate(DARK_ABOVE[letter]):
                picture.putpixel((x, 2 * y + half), 0 if dark else 255)
    large = picture.resize((picture.width * 8, picture.height * 8))
    return [found.text for found in zxingcpp.read_barcodes(large)]


def test_the_terminal_s_code_leads_to_the_landing_page() -> None:
    out = io.StringIO()
    draw(PLACE.landing, out=out)
    assert read_blocks(out.getvalue()) == ["http://192.168.43.7:8080/"]


def test_where_blocks_cannot_be_written_the_words_are_enough() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    announce(PLACE, CERTIFICATES, out=out)
    assert b"Or open http://192.168.43.7:8080/" in raw.getvalue()


def test_the_terminal_says_where_the_site_is_and_what_to_compare() -> None:
    out = io.StringIO()
    announce(PLACE, CERTIFICATES, out=out)
    text = out.getvalue()
    assert "Checkpoint on this network: https://192.168.43.7:8443/" in text
    assert "https://gate.local:8443/" in text
    pairs = AUTHORITY.fingerprint.split(":")
    for start in range(0, 32, 8):
        assert ":".join(pairs[start : start + 8]) in text
    assert "ends on 2021-12-12 and renews itself" in text
    assert "What phones trust ends on 2023-09-13" in text
    assert "EVERY PHONE" not in text


def test_a_replaced_authority_is_said_loudly() -> None:
    new = make_authority(now=NOW)
    out, later = io.StringIO(), io.StringIO()
    announce(PLACE, Certificates(new, CERTIFICATES.leaf, replaced=AUTHORITY), out=out)
    announce_replacement(AUTHORITY, new, out=later)
    for text in (out.getvalue(), later.getvalue()):
        assert f"{AUTHORITY.name} ends on 2023-09-13 and is replaced." in text
        assert f"EVERY PHONE MUST NOW TRUST {new.name}" in text


async def test_the_page_s_code_leads_to_the_checkpoint_page() -> None:
    _status, headers, body = await ask("/trust/qr.svg")
    assert headers["content-type"] == "image/svg+xml"
    [found] = zxingcpp.read_barcodes(drawn(body))
    assert found.text == "https://192.168.43.7:8443/checkpoint/"
