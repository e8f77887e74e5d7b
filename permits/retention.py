"""What is no longer needed of permits and holders, of the watchlist, and of who logged in."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet
from django_tasks_db.models import DBTaskResult

from permits import documents, drafts
from permits.imports import files as import_files
from permits.models import (
    AnsweredRequest,
    Approval,
    Companion,
    Delivery,
    Document,
    Draft,
    Holder,
    Import,
    ImportedRow,
    ImportState,
    Permit,
    WardNotice,
    WatchlistEntry,
)
from permits.removal import Kind, delete_rows, limit, pages, plain_kind, remove_rows, step

ANSWERED_REQUESTS_DAYS = 1  # idempotency.py asks for 24 hours


def kinds(now: datetime) -> list[Kind]:
    """All that no scan points to. Permits and holders are in scans/retention.py."""
    logins = settings.RETAIN_LOGINS_DAYS
    imports_before = limit(settings.RETAIN_IMPORTS_DAYS, now)
    expired = Draft.objects.filter(expires_at__lte=now)
    ended = Session.objects.filter(expire_date__lt=now)
    return [
        plain_kind(
            "watchlist entries",
            settings.RETAIN_WATCHLIST_DAYS,
            now,
            lambda before: WatchlistEntry.objects.filter(active_until__lt=before),
        ),
        plain_kind(
            "logins", logins, now, lambda before: AccessLog.objects.filter(attempt_time__lt=before)
        ),
        plain_kind(
            "failed logins",
            logins,
            now,
            lambda before: AccessFailureLog.objects.filter(attempt_time__lt=before),
        ),
        plain_kind(
            "counts of failed logins",
            logins,
            now,
            lambda before: AccessAttempt.objects.filter(attempt_time__lt=before),
        ),
        plain_kind(
            "changes in the admin",
            settings.RETAIN_ADMIN_LOG_DAYS,
            now,
            lambda before: LogEntry.objects.filter(action_time__lt=before),
        ),
        Kind("drafts", 0, now, expired.count, lambda: drafts.discard_all(expired)),
        plain_kind(
            "webhook deliveries",
            settings.RETAIN_WEBHOOKS_DAYS,
            now,
            lambda before: Delivery.objects.filter(made_at__lt=before),
        ),
        plain_kind(
            "answered requests",
            ANSWERED_REQUESTS_DAYS,
            now,
            lambda before: AnsweredRequest.objects.filter(answered_at__lt=before),
        ),
        Kind(
            "imported files",
            settings.RETAIN_IMPORTS_DAYS,
            imports_before,
            lambda: _old_imports(imports_before).count(),
            lambda: _remove_import_files(_old_imports(imports_before)),
        ),
        Kind(
            "stray imported files",
            0,
            now,
            lambda: len(list(import_files.strays(now))),
            lambda: _remove_stray_imports(now),
        ),
        plain_kind(
            "finished tasks",
            settings.RETAIN_TASKS_DAYS,
            now,
            lambda before: DBTaskResult.objects.finished().filter(finished_at__lt=before),
        ),
        Kind(
            "stray documents",
            0,
            now,
            lambda: len(documents.strays(now)),
            lambda: _remove_strays(now),
        ),
        Kind(
            "ended sessions", 0, now, ended.count, lambda: remove_rows(ended, lambda s: s.delete())
        ),
    ]


def _old_imports(before: datetime | None) -> QuerySet[Import]:
    """Whose files are still there. What is being issued is left alone."""
    if before is None:
        return Import.objects.none()
    at_work = (ImportState.ISSUING, ImportState.WITHDRAWING)
    old = Import.objects.filter(uploaded_at__lt=before).exclude(state__in=at_work)
    return old.exclude(folder="")


def _remove_import_files(old: QuerySet[Import]) -> int:
    """The files, and what the private links are derived from. Who imported what stays."""
    removed = 0
    for batch in old:
        import_files.remove(batch.folder)
        Import.objects.filter(pk=batch.pk).update(folder="", link_secret=b"", file_name="-")
        removed += 1
    return removed


def _remove_stray_imports(now: datetime) -> int:
    strays = list(import_files.strays(now))
    for folder in strays:
        import_files.remove(folder)
    return len(strays)


def _remove_strays(now: datetime) -> int:
    strays = documents.strays(now)
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def expired_permits(before: datetime) -> Iterator[list[int]]:
    """The ids of permits that expired before, of every state, some at a time."""
    return pages(Permit.objects.filter(valid_until__lt=before))


def delete_permits(ids: Collection[int]) -> None:
    """Delete permits with all that belongs to them. The caller knows that nothing else points to
    them.
    """
    delete_rows(ImportedRow.objects.filter(permit__in=ids))
    delete_rows(Approval.objects.filter(permit__in=ids))
    delete_rows(Companion.objects.filter(permit__in=ids))
    delete_rows(WardNotice.objects.filter(permit__in=ids))
    delete_rows(Permit.zones.through.objects.filter(permit__in=ids))
    papers = Document.objects.filter(permit__in=ids)
    documents.remove_files(papers.values_list("file_name", flat=True))
    delete_rows(papers)
    delete_rows(Permit.with_staged.filter(pk__in=ids))


def unused_holders(*, without: Collection[int] = ()) -> Iterator[list[int]]:
    """The ids of holders that have no permit, but for those that are left out."""
    for ids in pages(Holder.objects.all()):
        permits = Permit.with_staged.filter(holder__in=ids).values_list("id", "holder_id")
        used = {holder_id for permit_id, holder_id in permits if permit_id not in without}
        yield [holder_id for holder_id in ids if holder_id not in used]


def remove_unused_holders() -> int:
    """Returns how many. Who declares at this very moment keeps the holder until the next time."""
    permits = Permit.with_staged.filter(holder=OuterRef("pk"))
    removed = 0
    for ids in unused_holders():
        if ids:
            with suppress(IntegrityError):
                with step():
                    deleted = delete_rows(Holder.objects.filter(~Exists(permits), pk__in=ids))
                removed += deleted
    return removed
