"""People at their browsers."""

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.browser.site import PASSWORD, Site


class Login:
    """A person's browser at one of the processes. Cookies count for all: they share the host."""

    def __init__(self, site: Site, process: int, role: str) -> None:
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self._address = site.addresses[process]
        self._post("/login/", username=role, password=PASSWORD)

    @property
    def cookie(self) -> str:
        """The session, for a socket."""
        return next(f"{c.name}={c.value}" for c in self._jar if c.name == "sessionid")

    def get(self, path: str) -> str:
        """A page's text."""
        with self._opener.open(self._address + path) as answer:
            return str(answer.read().decode())

    def log_out(self) -> None:
        """As the button does."""
        self._post("/logout/")

    def _post(self, path: str, **fields: str) -> None:
        page = self.get("/login/" if path == "/login/" else "/checkpoint/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        self._opener.open(self._address + path, data).close()
