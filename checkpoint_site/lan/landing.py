"""What a phone can open before it trusts the site: how to trust it. All that plain http serves."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from checkpoint_site.lan.authority import Authority
from checkpoint_site.lan.place import Place
from permits import symbol

PREFIX = "/trust/"
PAGES = {"vi": PREFIX, "en": f"{PREFIX}en/"}
CERTIFICATE = f"{PREFIX}checkpoint-ca.crt"
TICK = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    b'<circle cx="16" cy="16" r="16" fill="#0a6b34"/><path d="m9 16 5 5 9-10" fill="none" '
    b'stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
PAIRS_IN_A_LINE = 8

# Of ASGI, which has no types for Django's and channels' applications.
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Content:
    """What one path gives."""

    kind: str
    body: bytes


class Landing:
    """An ASGI application of a few fixed answers: no cookies, no database, nothing that is sent."""

    def __init__(self, place: Place, authority: Authority) -> None:
        self._place = place
        self.show(authority)

    def show(self, authority: Authority) -> None:
        """Answer with this authority from now on."""
        self._contents = contents(self._place, authority)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        allowed = scope["method"] in {"GET", "HEAD"}
        found = self._contents.get(scope["path"])
        # Whoever comes to a wrong path is to be helped too.
        content = found or self._contents[PREFIX]
        status = 405 if not allowed else 200 if found else 404
        await send(
            {"type": "http.response.start", "status": status, "headers": self._headers(content)}
        )
        body = content.body if scope["method"] != "HEAD" else b""
        await send({"type": "http.response.body", "body": body})

    def _headers(self, content: Content) -> list[tuple[bytes, bytes]]:
        policy = (
            f"default-src 'none'; style-src 'self'; img-src 'self' {self._place.site}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return [
            (b"content-type", content.kind.encode()),
            (b"content-length", str(len(content.body)).encode()),
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cache-control", b"no-store"),  # addresses and authorities change
        ]


def on_two_ports(site: Application, landing: Application, *, place: Place) -> Application:
    """The site on the https port alone; the landing page there and everywhere else."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        encrypted = scope["server"][1] == place.port
        of_the_site = encrypted and not scope["path"].startswith(PREFIX)
        await (site if of_the_site else landing)(scope, receive, send)

    return application


def contents(place: Place, authority: Authority) -> dict[str, Content]:
    """Each path and what it gives."""
    pages = {path: _page(language, place, authority) for language, path in PAGES.items()}
    return {
        "/": pages[PREFIX],
        **pages,
        CERTIFICATE: Content("application/x-x509-ca-cert", authority.to_der()),
        f"{PREFIX}style.css": _style(place),
        f"{PREFIX}icon.svg": Content("image/svg+xml", _static("img/icon.svg")),
        f"{PREFIX}qr.svg": Content("image/svg+xml", symbol.svg(f"{place.site}/checkpoint/")),
        f"{PREFIX}trusted.svg": Content("image/svg+xml", TICK),
    }


def in_lines(fingerprint: str) -> list[str]:
    """A fingerprint in lines that an eye can compare, and that a phone is wide enough for."""
    pairs = fingerprint.split(":")
    return [
        ":".join(pairs[start : start + PAIRS_IN_A_LINE])
        for start in range(0, len(pairs), PAIRS_IN_A_LINE)
    ]


def _style(place: Place) -> Content:
    # A background that cannot be fetched leaves no trace, where a picture would look broken.
    tick = f'.already::before {{ background-image: url("{place.site}{PREFIX}trusted.svg"); }}'
    body = b"\n".join([_static("css/base.css"), _static("css/landing.css"), tick.encode()])
    return Content("text/css; charset=utf-8", body)


def _static(path: str) -> bytes:
    content: bytes = (settings.BASE_DIR / "static" / path).read_bytes()
    return content


def _page(language: str, place: Place, authority: Authority) -> Content:
    with translation.override(language):
        html = render_to_string(
            "lan/landing.html",
            {
                "place": place,
                "authority": authority,
                "fingerprint": in_lines(authority.fingerprint),
                "certificate": CERTIFICATE,
                "other_language": {"vi": "en", "en": "vi"}[language],
                "pages": PAGES,
            },
        )
    return Content("text/html; charset=utf-8", html.encode())
