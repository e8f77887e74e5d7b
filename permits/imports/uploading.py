"""A file comes in: looked at, sealed, and handed over to be checked."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from permits import demands, personal_data, tasks
from permits.imports import checking, files
from permits.models import Import, ImportState, ImportSubject, PermitKind

LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class StaffOrder:
    """What the permits of a file are to be."""

    kind: PermitKind
    valid_from: datetime
    valid_until: datetime
    company: str
    purpose: str = ""
    note: str = ""


def upload_staff(
    content: bytes, name: str, order: StaffOrder, *, by: User, now: datetime
) -> Import:
    """Take a company's staff in. Raises BadFile, with nothing kept."""
    checking.open_table(content, ImportSubject.STAFF)
    return _upload(
        content,
        Import(
            subject=ImportSubject.STAFF,
            file_name=name,
            kind=order.kind,
            valid_from=order.valid_from.replace(microsecond=0),
            valid_until=order.valid_until.replace(microsecond=0),
            company=order.company,
            purpose=order.purpose,
            note=order.note,
            link_secret=personal_data.seal_bytes(secrets.token_bytes(32)),
            uploaded_by=by,
            uploaded_at=now,
        ),
    )


def upload_watchlist(content: bytes, name: str, *, source: str, by: User, now: datetime) -> Import:
    """Take entries of the watchlist in; `source` is theirs where they have none of their own.

    Raises BadFile, with nothing kept.
    """
    checking.open_table(content, ImportSubject.WATCHLIST)
    return _upload(
        content,
        Import(
            subject=ImportSubject.WATCHLIST,
            file_name=name,
            company=source,
            uploaded_by=by,
            uploaded_at=now,
        ),
    )


def of_no_person(begins: datetime, ends: datetime) -> demands.Declared:
    """What all rows of a file have in common, as the kind's demands take it."""
    return demands.Declared(
        valid_from=begins,
        valid_until=ends,
        has_vehicle=True,
        has_documents=True,
        doses=[],
        numbers=[],
    )


def _upload(content: bytes, batch: Import) -> Import:
    batch.file_name = batch.file_name.replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:] or "-"
    batch.state = ImportState.WAITING
    batch.folder = files.keep(content)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            tasks.enqueue(checking.check, batch.pk, now=batch.uploaded_at)
    except Exception:
        files.remove(batch.folder)
        raise
    return batch
