"""What the command line asks for. Whatever is wrong with it is said, and nothing is started."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.cameras import address
from bench.cameras.address import Address
from bench.cameras.pictures import SIZES
from bench.cameras.scene import SCENES
from scans.protocol import MAX_PAYLOAD_CHARACTERS

MOST_CAMERAS = 2_000
HIGHEST_RATE = 100.0
LONGEST_SECONDS = 600.0
MOST_PROCESSES = 16
MOST_CODES = 20_000
PASSWORD = "CHECKPOINT_PASSWORD"
DEMO_PASSWORDS = "demo_passwords.json"

DESCRIPTION = """\
Made-up cameras at the lanes of a running Checkpoint site: how many it carries, how long a verdict
takes, and whether each was recorded once. Everything it sends is recorded by the site.

scenes:
  idle      now and then a vehicle passes, without a code
  busy      a code every two or three seconds: some frames of it, then an empty road
  codes     each frame has a new code
  text      codes are typed
  restless  codes are typed, sent twice, and the page is loaded anew in between
  mixed     of ten cameras: four idle, two busy, two typing, one with new codes, one restless
  rush      of eleven cameras: one busy, ten idle
"""
EPILOG = """\
The password is read from CHECKPOINT_PASSWORD, or for the demo from demo_passwords.json in DATA_DIR.
Exit status: 0 all was answered once, 1 something was lost or doubled, 2 nothing could be run.
"""


@dataclass(frozen=True)
class Options:
    """The command line, looked through."""

    address: Address
    user: str
    password: str
    cameras: int
    rate: float
    scene: str
    seconds: float
    processes: int
    size: str
    distinct: int
    codes: str | None  # a file, or - for the standard input
    database: bool
    json: Path | None


def parse(arguments: list[str], data_dir: Path) -> Options:
    """The options. Prints what is wrong and exits with 2."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        site = address.parse(given.url, ca=given.ca, is_verified=not given.insecure)
        _require_loopback(site, given.allow_remote)
    except (ValueError, OSError) as error:
        parser.error(f"--url {given.url}: {error}")
    try:
        site.tls()
    except OSError as error:
        parser.error(f"--ca {given.ca}: {error}")
    if given.json is not None and not given.json.parent.is_dir():
        parser.error(f"--json: there is no folder {given.json.parent}")
    password = os.environ.get(PASSWORD) or _demo_password(data_dir, given.user)
    if not password:
        parser.error(
            f"no password for {given.user}: set {PASSWORD}"
            f" (there is none in {data_dir / DEMO_PASSWORDS} either)"
        )
    return Options(
        address=site,
        user=given.user,
        password=password,
        cameras=given.cameras,
        rate=given.rate,
        scene=given.scene,
        seconds=given.seconds,
        processes=given.processes,
        size=given.size,
        distinct=given.distinct,
        codes=given.codes,
        database=given.database,
        json=given.json,
    )


def read_codes(file: str, most: int) -> list[str]:
    """So many codes from all over a file: one a line, or a JSON list. Raises OSError, ValueError.

    Each is taken once; of fewer, all.
    """
    text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    found = json.loads(text) if text.startswith("[") else text.splitlines()
    codes = list(dict.fromkeys(str(code).strip() for code in found if str(code).strip()))
    if not codes:
        raise ValueError("there is no code in it")
    if max(map(len, codes)) > MAX_PAYLOAD_CHARACTERS:
        raise ValueError(f"a code has more than {MAX_PAYLOAD_CHARACTERS} characters")
    taken = min(most, len(codes))
    return [codes[index * len(codes) // taken] for index in range(taken)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.cameras",
        usage="%(prog)s [--cameras N] [--rate R] [--scene S] [--url URL] ... (--help tells all)",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_load(parser.add_argument_group("the load"))
    _add_site(parser.add_argument_group("the site"))
    _add_rest(parser.add_argument_group("the run"))
    return parser


def _add_load(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    cameras, seconds = _whole(MOST_CAMERAS), _number(1, LONGEST_SECONDS)
    add("--cameras", type=cameras, metavar="N", default=8, help="how many (%(default)s)")
    add(
        "--rate",
        type=_number(0, HIGHEST_RATE),
        metavar="R",
        default=10.0,
        help="frames or typed codes a second of one camera while there is something new;"
        " 0: the next as soon as the last is answered (%(default)g)",
    )
    add("--scene", choices=SCENES, default="busy", help="what they see (%(default)s)")
    add("--seconds", type=seconds, metavar="S", default=20.0, help="how long (%(default)g)")
    add("--size", choices=SIZES, default="640x480", help="of a frame (%(default)s)")
    add(
        "--codes",
        metavar="FILE",
        help="travel codes, one a line, as manage.py sample_codes prints them; - is the standard"
        " input. Without it codes are made up, and none is let pass",
    )
    add(
        "--distinct",
        type=_whole(MOST_CODES),
        metavar="N",
        default=500,
        help="how many different codes are used at most (%(default)s)",
    )


def _add_site(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add("--url", metavar="URL", default="http://127.0.0.1:8000", help="(%(default)s)")
    add("--user", metavar="NAME", default="officer", help="an officer of the site (%(default)s)")
    add("--ca", metavar="FILE", help="https: certificates to trust besides the system's")
    add("--insecure", action="store_true", help="https: trust any certificate")
    add("--allow-remote", action="store_true", help="let --url be another machine")
    add(
        "--database",
        action="store_true",
        help="compare with the site's database (DATABASE_URL, DATA_DIR, as for manage.py)",
    )


def _add_rest(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--processes",
        type=_whole(MOST_PROCESSES),
        metavar="N",
        default=1,
        help="of this tool (%(default)s); more where it takes near 100 %% of a core",
    )
    group.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def _require_loopback(site: Address, allow_remote: bool) -> None:
    """Raises ValueError for another machine that was not meant on purpose."""
    if not allow_remote and not site.is_this_machine():
        raise ValueError(
            "that is another machine. This tool puts a site under full load and fills its database"
            " with scans: with --allow-remote it does that to a site that is yours to load"
        )


def _demo_password(data_dir: Path, user: str) -> str:
    try:
        passwords = json.loads((data_dir / DEMO_PASSWORDS).read_text())
    except (OSError, ValueError):
        return ""
    return str(passwords.get(user, ""))


def _whole(most: int) -> Callable[[str], int]:
    """A whole number from 1 to this."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to {most:,}")
        return int(text)

    return parse


def _number(least: float, most: float) -> Callable[[str], float]:
    """A number between these, both included."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from {least:g} to {most:g}")
        return value

    return parse
