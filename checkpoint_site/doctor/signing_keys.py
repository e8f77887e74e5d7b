"""The keys that sign travel codes: there, whole, and read by nobody else."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from checkpoint_site.doctor.finding import Finding, ok, warning, wrong
from permits import keys

MESSAGE = b"a message that the doctor signs"
OTHERS = 0o077


def look() -> Iterator[Finding]:
    """Reads them anew, as a server does when it starts."""
    folder = Path(settings.SIGNING_KEYS_DIR)
    keys.load.cache_clear()
    try:
        own = keys.load()
        own.signing.public_key().verify(own.signing.sign(MESSAGE), MESSAGE)
    except ImproperlyConfigured as error:
        yield wrong(str(error), "Restore the folder from its backup; a new site: rotate_key.")
        return
    except (OSError, ValueError) as error:
        yield wrong(
            f"A key in {folder} cannot be read: {type(error).__name__}.",
            "Restore the folder from its backup, owned by the server's account.",
        )
        return
    yield ok(f"A key signs, and {len(own.verifying)} verify.")
    secrets = [*folder.glob(f"*{keys.PRIVATE}"), folder / keys.DIGEST_KEY_FILE]
    yield judge_modes({path: path.stat().st_mode for path in secrets})
    yield judge_owner([path for path in secrets if path.stat().st_uid != os.geteuid()])


def judge_modes(modes: dict[Path, int]) -> Finding:
    """Who reads a private key makes travel codes for anybody."""
    open_ones = [path for path, mode in modes.items() if mode & OTHERS]
    if open_ones:
        names = " ".join(map(str, open_ones))
        return wrong(
            f"Others can read {', '.join(path.name for path in open_ones)}: whoever has done so "
            "can make travel codes.",
            f"chmod 600 {names} ; and if somebody may have read them: rotate_key",
        )
    return ok("Only their owner can read the private keys.")


def judge_owner(of_others: Sequence[Path]) -> Finding:
    """The server must be able to read them: as the account that runs this, it would be."""
    if of_others:
        return warning(
            f"{of_others[0].name} belongs to another account than the one that runs this.",
            "Run the doctor as the server's account, and see that the keys belong to it.",
        )
    return ok("The keys belong to the account that runs this.")
