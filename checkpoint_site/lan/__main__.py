"""`python -m checkpoint_site.lan`: what `make run-lan` runs.

It is no management command, since it has to say under which names the site answers before Django
reads its settings.
"""

import argparse
import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError
from environs import EnvError

from checkpoint_site.lan import addresses, serving, store
from checkpoint_site.lan.place import Place
from checkpoint_site.lan.refusals import CannotServe

PORT, LANDING_PORT = 8443, 8080
PORTS = range(1, 65536)


def main() -> None:
    """Serve until Ctrl+C. What hinders that is one sentence on the error stream, and status 1."""
    try:
        serve(sys.argv[1:], clock=lambda: datetime.now(UTC).astimezone())
    except (CannotServe, EnvError, ImproperlyConfigured) as refusal:
        sys.exit(str(refusal))
    except OperationalError as error:
        sys.exit(f"The database does not answer: {error}")
    except OSError as error:
        sys.exit(f"{error.filename or 'DATA_DIR'} cannot be read or written: {error.strerror}.")


def serve(
    arguments: Sequence[str],
    *,
    clock: Callable[[], datetime],
    renewal_seconds: float = serving.RENEWAL_SECONDS,
) -> None:
    """Do as the command line says. Raises CannotServe."""
    options = _parse(arguments)
    place = Place(
        address=addresses.choose(
            options.address, found=addresses.of_this_machine(), outward=addresses.outward()
        ),
        name=addresses.local_name(socket.gethostname()),
        port=options.port,
        landing_port=options.landing_port,
    )
    encrypted = serving.listen(place.address, place.port, "PORT")
    plain = serving.listen(place.address, place.landing_port, "LANDING_PORT")
    os.environ.update(environment(place, given=os.environ))
    django.setup()
    _prepare(place)
    _serve(place, encrypted, plain, clock=clock, renewal_seconds=renewal_seconds)


def environment(place: Place, *, given: Mapping[str, str]) -> dict[str, str]:
    """What the settings are to read in a place like this.

    No HSTS: it would shut out browsers from an address that is served another way tomorrow. No
    proxies: whoever connects here could claim to be one.
    """
    hosts = [*filter(None, given.get("ALLOWED_HOSTS", "").split(",")), *place.hosts]
    return {
        "DJANGO_SETTINGS_MODULE": "checkpoint_site.settings",
        "ALLOWED_HOSTS": ",".join(hosts),
        "HTTPS_ONLY": "1",
        "HSTS_SECONDS": "0",
        "TRUSTED_PROXIES": "0",
    }


def _prepare(place: Place) -> None:
    """The demo prepares itself; for anything else the operator has (docs/operating.md)."""
    from django.conf import settings

    from permits import keys

    if settings.DEMO:
        call_command("prepare_demo", site=place.site)
        return
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        raise CannotServe(
            "The database is not up to date: python manage.py migrate. "
            "To try the site out with made-up data, set DEMO=1 instead."
        ) from None
    keys.load()


def _serve(
    place: Place,
    encrypted: socket.socket,
    plain: socket.socket,
    *,
    clock: Callable[[], datetime],
    renewal_seconds: float,
) -> None:
    from django.conf import settings

    from checkpoint_site import worker_beside
    from checkpoint_site.asgi import application
    from checkpoint_site.lan.announcement import announce, announce_replacement
    from checkpoint_site.lan.landing import Landing, on_two_ports

    folder = settings.DATA_DIR / "tls"
    certificates = store.up_to_date(folder, place, now=clock(), margin=store.MARGIN_AT_START)
    certificate = serving.NewestCertificate(certificates)
    landing = Landing(place, certificates.authority)

    def renew() -> None:
        fresh = store.up_to_date(folder, place, now=clock(), margin=store.MARGIN_WHILE_RUNNING)
        certificate.use(fresh)
        landing.show(fresh.authority)
        if fresh.replaced:
            announce_replacement(fresh.replaced, fresh.authority, out=sys.stdout)

    worker_beside.start()
    serving.serve(
        on_two_ports(application, landing, place=place),
        encrypted=encrypted,
        plain=plain,
        certificate=certificate,
        started=lambda: announce(place, certificates, out=sys.stdout),
        renew=renew,
        renewal_seconds=renewal_seconds,
    )


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m checkpoint_site.lan", description=__doc__)
    parser.add_argument("--address", default="", help="of this machine; found where there is one")
    parser.add_argument("--port", type=_port, default=PORT, help=f"https ({PORT})")
    parser.add_argument(
        "--landing-port",
        type=_port,
        default=LANDING_PORT,
        help=f"plain http, with the page that helps phones to trust the site ({LANDING_PORT})",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) in PORTS):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


if __name__ == "__main__":
    main()
