"""What the terminal says to whoever stands at the barrier."""

from datetime import datetime
from typing import TextIO

import qrcode
from django.utils import timezone

from checkpoint_site.lan.authority import Authority
from checkpoint_site.lan.landing import in_lines
from checkpoint_site.lan.place import Place
from checkpoint_site.lan.store import Certificates

BLOCKS = "█▀▄\N{NO-BREAK SPACE}"
RULE = "!" * 78


def announce(place: Place, certificates: Certificates, *, out: TextIO) -> None:
    """The code to scan, the addresses, and what to compare."""
    authority, leaf = certificates.authority, certificates.leaf
    out.write(f"\nCheckpoint on this network: {place.site}/\n")
    if place.name:
        out.write(f"or, where phones find names: https://{place.name}:{place.port}/\n")
    out.write("\n")
    draw(place.landing, out=out)
    out.write(
        "\n1. Let the phone join this network, and scan the code with its camera.\n"
        f"   Or open {place.landing}\n"
        "2. The page there shows how the phone comes to trust this computer's certificate.\n"
        f"   It is called {authority.name}, and its fingerprint must be:\n"
        f"{_fingerprint(authority)}"
        f"3. Then open {place.site}/checkpoint/\n\n"
        f"The server's certificate ends on {_date(leaf.ends)} and renews itself. "
        f"What phones trust ends on {_date(authority.ends)}.\n"
    )
    if certificates.replaced:
        announce_replacement(certificates.replaced, authority, out=out)
    out.flush()


def announce_replacement(old: Authority, new: Authority, *, out: TextIO) -> None:
    """Loud, since until somebody acts every phone's browser warns of the site."""
    out.write(
        f"\n{RULE}\n"
        f"{old.name} ends on {_date(old.ends)} and is replaced.\n"
        f"EVERY PHONE MUST NOW TRUST {new.name}: scan the code above\n"
        "with each, follow the steps, and remove the old one. Its fingerprint must be:\n"
        f"{_fingerprint(new)}{RULE}\n"
    )
    out.flush()


def draw(text: str, *, out: TextIO) -> None:
    """A QR code in half blocks; nothing where the output cannot show them.

    A terminal gets colours. Elsewhere the letters are taken to be light on a dark ground.
    """
    try:
        BLOCKS.encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        return
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    code.print_ascii(out=out, tty=out.isatty(), invert=True)


def _date(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def _fingerprint(authority: Authority) -> str:
    return "".join(f"     {line}\n" for line in in_lines(authority.fingerprint))
