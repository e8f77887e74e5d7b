"""The access log: whether it holds together, and whether the database guards it."""

from collections.abc import Iterator, Sequence

from django.db import connection

from checkpoint_site.doctor.finding import Finding, ok, wrong
from scans import look_up_guard, look_ups
from scans.look_up_chain import Fault


def look() -> Iterator[Finding]:
    """All of the chain, and the triggers."""
    yield judge_chain(look_ups.faults())
    yield judge_guard(look_up_guard.missing(connection))


def judge_chain(faults: Sequence[Fault]) -> Finding:
    """Whether anybody has changed it."""
    if faults:
        return wrong(
            f"The access log does not hold together at {len(faults)} places, "
            f"first at number {faults[0].number} ({faults[0].code}).",
            "Somebody changed the table, or digest.key is another one. Keep the database as it is, "
            "and compare it with a backup: verify_look_ups",
        )
    return ok("The access log holds together.")


def judge_guard(missing: Sequence[str]) -> Finding:
    """Whether the database would refuse a change."""
    if missing:
        return wrong(
            f"The access log may be changed: the database lacks {', '.join(missing)}.",
            "Find out who dropped it. Put it up again: "
            'manage.py shell -c "from django.db import connection; '
            'from scans import look_up_guard; look_up_guard.put_up(connection)"',
        )
    return ok("The database refuses to change the access log.")
