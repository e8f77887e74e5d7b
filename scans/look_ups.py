"""The only writer of the access log: who looked for whom, what for, and how much was shown."""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Max
from django.db.models.functions import Coalesce

from permits import personal_data
from scans import look_up_chain
from scans.look_up_chain import Fault
from scans.models import LookUp, LookUpKind
from scans.oversight import Oversight
from scans.tracing import query as queries
from scans.tracing.query import Query
from scans.tracing.whom import about

log = logging.getLogger(__name__)
# A purpose holds for a shift: whoever comes back later says it anew.
HOLDS = timedelta(hours=12)
OFTEN = 5
READ_AT_ONCE = 500


class Repeated(NamedTuple):
    """One supervisor looked for one person so many times."""

    supervisor_id: int
    about_digest: str
    times: int
    last_at: datetime


def keep(
    kind: LookUpKind,
    query: Query,
    *,
    supervisor: User,
    oversight: Oversight,
    found: int,
    now: datetime,
    purpose: str = "",
    within: LookUp | None = None,
) -> LookUp:
    """Write a look-up, with a purpose of its own or within that of another one.

    To be called before anything is shown. In one transaction, one look-up after another.
    """
    sealed = bytes(within.purpose_sealed) if within else b""
    row = LookUp(
        supervisor=supervisor,
        kind=kind,
        within=within.number if within else None,
        purpose_sealed=personal_data.seal(purpose) if purpose else sealed,
        query_sealed=personal_data.seal(query.as_text()),
        about_digest=about(query),
        found=found,
        checkpoint_ids=_ids_of(oversight),
    )
    with transaction.atomic():
        _wait_for_the_others()
        _add_to_the_chain(row, now)
    # Whoever keeps the log elsewhere sees there what is missing at the end of the table.
    log.info("look-up %d was kept", row.number, extra={"code": kind.value})
    return row


def _wait_for_the_others() -> None:
    """On SQLite a transaction has the only write lock anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('scans_lookup'))")


def _add_to_the_chain(row: LookUp, now: datetime) -> None:
    last = LookUp.objects.order_by("-number").first()
    row.number = last.number + 1 if last else 1
    row.made_at = max(now, last.made_at) if last else now
    row.previous_digest = bytes(last.own_digest) if last else look_up_chain.START
    row.own_digest = look_up_chain.own_digest(row)
    row.save(force_insert=True)


def _ids_of(oversight: Oversight) -> list[int] | None:
    return None if oversight.checkpoint_ids is None else sorted(oversight.checkpoint_ids)


def of_viewer(number: int, viewer: User, *kinds: LookUpKind, now: datetime) -> LookUp | None:
    """A look-up of their own whose purpose still holds, of one of these kinds."""
    theirs = LookUp.objects.filter(number=number, supervisor=viewer, made_at__gte=now - HOLDS)
    return theirs.filter(kind__in=kinds).first()


def query_of(look_up: LookUp) -> Query:
    """What was looked for. Raises CannotUnseal."""
    return queries.of_text(personal_data.unseal(look_up.query_sealed))


def purpose_of(look_up: LookUp) -> str:
    """What for; empty where none was needed. Raises CannotUnseal."""
    sealed = bytes(look_up.purpose_sealed)
    return personal_data.unseal(sealed) if sealed else ""


def repeated_look_ups(since: datetime, *, more_than: int = OFTEN) -> list[Repeated]:
    """Who looked for the same person or vehicle more often than that.

    However often somebody is opened within one look-up, of themselves or of another, is once.
    """
    asked = LookUp.objects.filter(made_at__gte=since).exclude(about_digest="")
    occasions = Count(Coalesce("within", "number"), distinct=True)
    counted = (
        asked.values_list("supervisor_id", "about_digest")
        .annotate(times=occasions, last_at=Max("made_at"))
        .filter(times__gt=more_than)
        .order_by("-last_at")
    )
    return [Repeated(*row) for row in counted]


def faults(*, latest: int | None = None) -> list[Fault]:
    """Where the chain does not hold: in all of it, or in the latest rows alone."""
    rows = LookUp.objects.order_by("number")
    if latest is not None:
        last = LookUp.objects.order_by("-number").first()
        # And the one before them, to which they are tied.
        rows = rows.filter(number__gte=last.number - latest if last else 0)
    return list(look_up_chain.faults(rows.iterator(chunk_size=READ_AT_ONCE)))
