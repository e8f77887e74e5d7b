"""What was checked is issued in the background: all good rows of a file, or none.

Rows are staged some at a time, each time in a short transaction and with a rest after it, since
lanes check meanwhile and SQLite has one writer. Then one statement makes them count. A worker that
dies in between leaves staged rows, which are there for nobody; the next one goes on with them.
Where that cannot be, they are taken back.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from permits import personal_data, retention, tasks
from permits.imports import files, rows
from permits.imports.rows import GoodRow, StaffRow, WatchlistRow
from permits.models import Import, ImportedRow, ImportState, ImportSubject, Permit, WatchlistEntry
from permits.removal import STEP as ROWS_TAKEN_BACK
from permits.removal import delete_rows, step
from permits.services import bulk
from permits.services.bulk import Issue
from permits.services.deciding import NotAllowedNow
from permits.verdict import PermitState, WatchlistLevel
from permits.webhooks import events

UNFINISHED = (ImportState.ISSUING, ImportState.WITHDRAWING)
TOLD_AT_ONCE = 500
WAIT_FOR_ANOTHER = timedelta(seconds=5)


@transaction.atomic
def take(batch: Import, *, by: User, now: datetime) -> None:
    """Issue all good rows. Raises NotAllowedNow where the import was decided on already, or its
    kind is offered no longer.
    """
    if batch.kind is not None and not batch.kind.is_offered:
        raise NotAllowedNow("not_offered")
    _decided(batch, ImportState.ISSUING, decided_by=by)
    tasks.enqueue(issue_chunk, batch.pk, 0, now=now)


@transaction.atomic
def discard(batch: Import, *, by: User, now: datetime) -> None:
    """Issue nothing. Raises NotAllowedNow where the import was decided on already."""
    _decided(batch, ImportState.DISCARDED, decided_by=by, finished_at=now)


def _decided(batch: Import, state: ImportState, **more: Any) -> None:
    checked = Import.objects.filter(pk=batch.pk, state=ImportState.CHECKED)
    if not checked.update(state=state, **more):
        raise NotAllowedNow(state.value)


def _given_up(import_id: int, *_arguments: int) -> None:
    """Nothing of it counts; what is staged goes."""
    issuing = Import.objects.filter(pk=import_id, state=ImportState.ISSUING)
    if issuing.update(state=ImportState.WITHDRAWING):
        tasks.enqueue(withdraw, import_id, now=timezone.now())


@tasks.background(attempts=5, priority=tasks.LATER, given_up=_given_up)
def issue_chunk(import_id: int, number: int) -> None:
    """Stage a chunk, and go on with the next one. Done twice, the second time does nothing."""
    batch = Import.objects.select_related("kind", "decided_by").get(pk=import_id)
    now = timezone.now()
    if _another_is_unfinished(batch):
        # Two files may have the same row, and the first one may yet be taken back.
        tasks.enqueue(issue_chunk, import_id, number, now=now, after=WAIT_FOR_ANOTHER)
        return
    if number >= batch.chunks:
        _publish(batch, now=now)
        return
    form = list[WatchlistRow] if batch.subject == ImportSubject.WATCHLIST else list[StaffRow]
    chunk = files.line(batch.folder, files.ROWS, number, form)
    known = set(
        ImportedRow.objects.filter(key__in=[row.key for row in chunk]).values_list("key", flat=True)
    )
    staging = _staging(batch, [row for row in chunk if row.key not in known], now)
    with step():
        turn = Import.objects.filter(pk=import_id, state=ImportState.ISSUING, chunks_done=number)
        if turn.update(chunks_done=number + 1):
            staging.save()
            tasks.enqueue(issue_chunk, import_id, number + 1, now=now)


def _another_is_unfinished(batch: Import) -> bool:
    return Import.objects.filter(state__in=UNFINISHED, pk__lt=batch.pk).exists()


def _publish(batch: Import, *, now: datetime) -> None:
    with transaction.atomic():
        issuing = Import.objects.filter(pk=batch.pk, state=ImportState.ISSUING)
        if not issuing.filter(chunks_done=batch.chunks).update(
            state=ImportState.DONE, finished_at=now
        ):
            return
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # the limit is meant for checks
                cursor.execute("SET LOCAL statement_timeout = 0")
        own = {"imported__batch": batch}
        issued = bulk.publish_permits(Permit.with_staged.filter(**own))
        issued += bulk.publish_entries(WatchlistEntry.with_staged.filter(**own))
        Import.objects.filter(pk=batch.pk).update(issued=issued)
        tasks.enqueue(tell_of, batch.pk, 0, now=now)


@tasks.background(attempts=3, priority=tasks.LATER)
def tell_of(import_id: int, last: int) -> None:
    """Tell of the permits issued, those after the last one told of, some at a time."""
    with transaction.atomic():
        own = Permit.objects.filter(imported__batch=import_id, pk__gt=last).select_related("kind")
        some = list(own.order_by("pk")[:TOLD_AT_ONCE])
        events.tell(some, PermitState.APPROVED, now=timezone.now())
        if len(some) == TOLD_AT_ONCE:
            tasks.enqueue(tell_of, import_id, some[-1].pk, now=timezone.now())


@tasks.background(attempts=20, priority=tasks.SOON)
def withdraw(import_id: int) -> None:
    """Remove what is staged, in small steps. None of it was ever there for anybody."""
    withdrawing = Import.objects.filter(pk=import_id, state=ImportState.WITHDRAWING)
    if not withdrawing.exists():
        return
    own = ImportedRow.objects.filter(batch_id=import_id)
    while some := list(own.values_list("pk", "permit_id", "entry_id")[:ROWS_TAKEN_BACK]):
        ids, permits, entries = zip(*some, strict=True)
        with step():
            delete_rows(ImportedRow.objects.filter(pk__in=ids))
            retention.delete_permits([one for one in permits if one])
            delete_rows(WatchlistEntry.with_staged.filter(pk__in=[one for one in entries if one]))
    withdrawing.update(state=ImportState.FAILED, finished_at=timezone.now())


class _StagedPermits:
    """New permits of a chunk, sealed and signed for, ready to be saved."""

    def __init__(self, batch: Import, new: list[StaffRow], now: datetime) -> None:
        assert batch.kind is not None  # noqa: S101 the form asks for these three
        assert batch.valid_from is not None  # noqa: S101
        assert batch.valid_until is not None  # noqa: S101
        assert batch.decided_by is not None  # noqa: S101 who took it
        secret = personal_data.unseal_bytes(batch.link_secret)
        self._issue = Issue(
            kind=batch.kind,
            valid_from=batch.valid_from,
            valid_until=batch.valid_until,
            issuer=batch.decided_by,
            note=": ".join(filter(None, (batch.company, batch.note))),
            now=now,
        )
        self._batch, self._new = batch, new
        declared = [(row.value, rows.link(secret, row.number)) for row in new]
        self._permits = bulk.prepare_permits(declared, self._issue)

    def save(self) -> None:
        bulk.stage_permits(self._permits, self._issue)
        ImportedRow.objects.bulk_create(
            ImportedRow(key=row.key, batch=self._batch, row=row.number, permit=permit)
            for row, permit in zip(self._new, self._permits, strict=True)
        )


class _StagedEntries:
    """New entries of a chunk, sealed, ready to be saved."""

    def __init__(self, batch: Import, new: list[WatchlistRow], now: datetime) -> None:
        self._batch, self._new, self._now = batch, new, now
        self._entries = [
            bulk.prepare_entry(
                level=WatchlistLevel(row.value.level),
                active_from=row.value.active_from or now,
                active_until=row.value.active_until,
                personal_number=row.value.personal_number,
                plate=row.value.plate,
                note=row.value.note,
                source=row.value.source,
            )
            for row in new
        ]

    def save(self) -> None:
        assert self._batch.decided_by  # noqa: S101 who took it
        bulk.stage_entries(self._entries, by=self._batch.decided_by, now=self._now)
        ImportedRow.objects.bulk_create(
            ImportedRow(key=row.key, batch=self._batch, row=row.number, entry=entry)
            for row, entry in zip(self._new, self._entries, strict=True)
        )


def _staging(batch: Import, new: list[GoodRow], now: datetime) -> "_StagedPermits | _StagedEntries":
    if batch.subject == ImportSubject.WATCHLIST:
        return _StagedEntries(batch, [row for row in new if isinstance(row, WatchlistRow)], now)
    return _StagedPermits(batch, [row for row in new if isinstance(row, StaffRow)], now)
