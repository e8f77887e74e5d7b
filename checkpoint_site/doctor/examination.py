"""Every subject, in the order in which one would look."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from checkpoint_site.doctor import (
    access_log,
    background,
    code,
    database,
    machine,
    pages,
    personal,
    postgresql,
    redis_server,
    settings_made,
    signing_keys,
    sqlite_file,
)
from checkpoint_site.doctor.finding import Finding, wrong

Look = Callable[[], Iterator[Finding]]

SUBJECTS: dict[str, Look] = {
    "settings": settings_made.look,
    "code": code.look,
    "database": database.look,
    "sqlite": sqlite_file.look,
    "postgresql": postgresql.look,
    "redis": redis_server.look,
    "keys": signing_keys.look,
    "background": background.look,
    "personal": personal.look,
    "access log": access_log.look,
    "pages": pages.look,
    "machine": machine.look,
}


@dataclass(frozen=True)
class Line:
    """A finding and what it is about."""

    subject: str
    finding: Finding


def examine(subjects: Mapping[str, Look] = SUBJECTS) -> Iterator[Line]:
    """Look at everything. A subject that cannot be looked at is a finding, and the rest goes on."""
    for subject, look in subjects.items():
        try:
            for finding in look():
                yield Line(subject, finding)
        except Exception as error:
            says = f"This could not be looked at: {type(error).__name__}: {first_line(error)}"
            yield Line(subject, wrong(says, "Put right what stands there, and look again."))


def first_line(error: Exception) -> str:
    """What an exception says, without details."""
    return (str(error).strip().splitlines() or [""])[0]
