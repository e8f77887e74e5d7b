"""Whoever comes to the site through its proxy: a browser, a device, somebody with bad plans."""

import http.client
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.deployment.image import NAME

WAIT_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    """An answer of the site, or of the proxy in its place."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every header of this name."""
        return [value for header, value in self.headers if header.lower() == name.lower()]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """Comes from `address`, an address of the loopback interface, and keeps its cookies."""

    port: int
    trust: ssl.SSLContext
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """What stands in the browser's address line."""
        return f"https://{NAME}:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page. `Accept_Encoding` is the header `Accept-Encoding`."""
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form, as its page does."""
        token = self.cookies.get("csrftoken", "")
        body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        return self.ask("POST", path, body, {**form, **headers})

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send one request over a connection of its own."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPSConnection(NAME, self.port, timeout=WAIT_SECONDS)
        connection.sock = self._connect()
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()
        for cookie in answer.all("Set-Cookie"):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def socket(self, path: str, *, cookie: str) -> Any:
        """Open a socket, as a page does: to be used with `async with`."""
        return connect(
            f"wss://{NAME}:{self.port}{path}",
            host="127.0.0.1",
            port=self.port,
            ssl=self.trust,
            additional_headers={"Cookie": cookie},
            origin=Origin(self.origin),
            proxy=None,
        )

    def _connect(self) -> ssl.SSLSocket:
        there = socket.create_connection(
            ("127.0.0.1", self.port), timeout=WAIT_SECONDS, source_address=(self.address, 0)
        )
        return self.trust.wrap_socket(there, server_hostname=NAME)
