"""A browser's part in the tests of the site on its own network."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.lan_site import ADDRESS, PASSWORD, LanSite

GIVE_UP_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    """What came back, and from where after redirects."""

    url: str
    headers: Message
    body: bytes


class Browser:
    """Keeps cookies, and trusts the site's authority alone."""

    def __init__(self, site: LanSite) -> None:
        self._site = site
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=site.trusting()),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )

    def open(self, address: str, form: dict[str, str] | None = None) -> Answer:
        """Get a page, or send a form to it."""
        data = urllib.parse.urlencode(form).encode() if form else None
        headers = {"Origin": self._site.address} if form else {}
        request = urllib.request.Request(address, data, headers)
        with self._opener.open(request, timeout=GIVE_UP_SECONDS) as answer:
            return Answer(answer.url, answer.headers, answer.read())

    def log_in(self, role: str) -> Answer:
        """The page that the user of a role is led to."""
        address = f"{self._site.address}/login/"
        page = self.open(address).body.decode()
        [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page))
        form = {"username": role, "password": PASSWORD, "csrfmiddlewaretoken": token}
        return self.open(address, form)

    def lane_socket(self, lane: int) -> ClientConnection:
        """The socket of a lane, as the page opens it."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)
        opened: ClientConnection = connect(
            f"wss://{ADDRESS}:{self._site.port}/ws/lanes/{lane}/in/",
            ssl=self._site.trusting(),
            origin=Origin(self._site.address),
            additional_headers={"Cookie": cookies},
        )
        return opened
