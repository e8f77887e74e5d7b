"""The certificates in DATA_DIR/tls: read, made where there are none, renewed when they are due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from checkpoint_site.lan.authority import (
    Authority,
    Leaf,
    make_authority,
    make_leaf,
    needs_renewal,
)
from checkpoint_site.lan.place import Place
from checkpoint_site.lan.refusals import CannotServe
from permits import secret_files

AUTHORITY_FILE, LEAF_FILE = "authority.pem", "server.pem"
# A new authority has to be trusted by every phone. When the site starts somebody is there to see to
# it, so one that would end within a month is replaced then; while the site runs, only at its end.
MARGIN_AT_START = timedelta(days=30)
MARGIN_WHILE_RUNNING = timedelta(0)

T = TypeVar("T")


@dataclass(frozen=True)
class Certificates:
    """What the site is served with, and the authority that they replace."""

    authority: Authority
    leaf: Leaf
    replaced: Authority | None = None


def up_to_date(folder: Path, place: Place, *, now: datetime, margin: timedelta) -> Certificates:
    """The certificates for the place; those that are due are renewed.

    The authority is due when less than `margin` of its life is left. Raises CannotServe where a
    file is not what was written, OSError where one cannot be read or written.
    """
    authority = _read(folder / AUTHORITY_FILE, Authority.from_pem)
    replaced = None
    if authority is None or authority.is_ending(now=now, margin=margin):
        replaced, authority = authority, make_authority(now=now)
        secret_files.replace_private(folder / AUTHORITY_FILE, authority.to_pem())
    leaf = _read(folder / LEAF_FILE, Leaf.from_pem)
    if leaf is None or needs_renewal(leaf, authority, place, now=now):
        leaf = make_leaf(authority, place, now=now)
        secret_files.replace_private(folder / LEAF_FILE, leaf.to_pem())
    return Certificates(authority, leaf, replaced)


def _read(path: Path, parse: Callable[[bytes], T]) -> T | None:
    """What the file holds, or None where there is no file."""
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        raise CannotServe(
            f"{path} does not hold a key with its certificates. Delete it, and a new one is made; "
            f"after a new {AUTHORITY_FILE} every phone must trust the site anew."
        ) from None
