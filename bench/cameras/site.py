"""The site from outside: log in as a browser does, and see which lanes there are."""

import json
import ssl
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPException, HTTPMessage
from http.cookiejar import CookieJar
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from bench.cameras.address import Address

ANSWER_SECONDS = 15
OK, FOUND, BAD_REQUEST, FORBIDDEN, TOO_MANY = 200, 302, 400, 403, 429
CSRF_FIELD = "csrfmiddlewaretoken"
DIRECTIONS = ("in", "out")


class SiteError(Exception):
    """What stands in the way, in words for whoever runs the tool."""


@dataclass(frozen=True)
class Place:
    """One side of a lane: what a socket is opened for."""

    lane_id: int
    direction: str
    checkpoint: str
    lane: str

    @property
    def path(self) -> str:
        """The address of its socket."""
        return f"/ws/lanes/{self.lane_id}/{self.direction}/"


@dataclass(frozen=True)
class Entry:
    """A login: the cookies of the session, and the places it may open."""

    cookie: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Answer:
    """One page."""

    status: int
    text: str
    location: str


class Visitor:
    """A browser's part: it keeps cookies, and says which page a form was on."""

    def __init__(self, address: Address) -> None:
        self._origin = address.origin
        self._jar = CookieJar()
        self._opener = _opener(address.tls(), self._jar)

    @property
    def cookie(self) -> str:
        """The cookies, as a header holds them."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)

    def get(self, path: str) -> Answer:
        """Open a page. Raises SiteError where nobody answers."""
        return self._open(Request(self._origin + path))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form of that same page. Raises SiteError where nobody answers."""
        headers = {"Origin": self._origin, "Referer": self._origin + path}
        return self._open(Request(self._origin + path, urlencode(fields).encode(), headers))

    def _open(self, request: Request) -> Answer:
        try:
            with self._opener.open(request, timeout=ANSWER_SECONDS) as response:
                text = response.read().decode(errors="replace")
                return Answer(response.status, text, response.headers.get("Location", ""))
        except HTTPError as error:
            with error:
                text = error.read().decode(errors="replace")
                return Answer(error.code, text, error.headers.get("Location", ""))
        except (URLError, HTTPException, OSError) as error:
            raise SiteError(_why_no_answer(self._origin, error)) from None


def enter(address: Address, user: str, password: str) -> Entry:
    """Log in and read the lanes off the checkpoint page. Raises SiteError with what to do."""
    visitor = Visitor(address)
    form = visitor.get("/login/")
    if form.status != OK:
        raise SiteError(_why_no_form(address, form))
    token = _Fields.of(form.text).get(CSRF_FIELD)
    if token is None:
        raise SiteError(f"{address.origin}/login/ is no login page of Checkpoint")
    fields = {"username": user, "password": password, CSRF_FIELD: token, "next": "/checkpoint/"}
    answer = visitor.post("/login/", fields)
    if answer.status != FOUND:
        raise SiteError(_why_not_in(address, user, answer.status))
    return Entry(cookie=visitor.cookie, places=_places(visitor.get("/checkpoint/"), user))


def _places(page: Answer, user: str) -> tuple[Place, ...]:
    if page.status == FORBIDDEN:
        raise SiteError(f"{user} may not open the checkpoint page: the role 'officer' is needed")
    if page.status != OK:
        raise SiteError(f"the checkpoint page answered {page.status}: the login did not last")
    checkpoints = json.loads(_CheckpointsOfPage.of(page.text) or "[]")
    places = tuple(
        Place(lane["id"], direction, checkpoint["name"], lane["name"])
        for direction in DIRECTIONS
        for checkpoint in checkpoints
        for lane in checkpoint["lanes"]
    )
    if not places:
        raise SiteError("the site has no lanes: an administrator makes checkpoints in the admin")
    return places


def _why_no_answer(origin: str, error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {origin} is not trusted here ({reason.verify_message}): "
            "--ca FILE names its authority, --insecure does without"
        )
    return f"no answer from {origin}: {reason or type(error).__name__}"


def _why_no_form(address: Address, answer: Answer) -> str:
    if answer.location:
        return f"{address.origin} leads on to {answer.location}: give that site as --url"
    if answer.status == BAD_REQUEST:
        return f"the site does not answer to the name {address.host}: see ALLOWED_HOSTS"
    return f"the login page answered {answer.status}"


def _why_not_in(address: Address, user: str, status: int) -> str:
    if status == OK:
        return (
            f"{user} was not let in: is that the name, and the password of this site? "
            "(After 5 wrong passwords the name is locked out for 15 minutes.)"
        )
    if status == TOO_MANY:
        return f"{user} is locked out after too many wrong passwords: wait 15 minutes"
    if status == FORBIDDEN:
        return f"the login form was refused: {address.origin} is no origin of the site"
    return f"the login answered {status}"


class _Fields(HTMLParser):
    """The values of a page's input fields, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    @classmethod
    def of(cls, page: str) -> dict[str, str]:
        parser = cls()
        parser.feed(page)
        return parser.values

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "input" and own.get("name"):
            self.values.setdefault(own["name"] or "", own.get("value") or "")


class _CheckpointsOfPage(HTMLParser):
    """The JSON that the checkpoint page gives its own script."""

    def __init__(self) -> None:
        super().__init__()
        self._is_inside = False
        self.text = ""

    @classmethod
    def of(cls, page: str) -> str:
        parser = cls()
        parser.feed(page)
        return parser.text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and dict(attrs).get("id") == "checkpoints"

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.text += data


class _NoRedirect(HTTPRedirectHandler):
    """Where a page leads on to is looked at here."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def _opener(tls: ssl.SSLContext | None, jar: CookieJar) -> OpenerDirector:
    """Without the environment's proxies: the sockets would not go through them either."""
    handlers = [ProxyHandler({}), HTTPCookieProcessor(jar), _NoRedirect()]
    if tls is not None:
        handlers.append(HTTPSHandler(context=tls))
    return build_opener(*handlers)
