"""Everything that is kept sealed, brought under the present key of PERSONAL_DATA_KEYS."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet

from permits import documents, personal_data
from permits.imports import files as import_files
from permits.models import Companion, Document, Holder, Import, WatchlistEntry
from permits.removal import pages, step


def reseal() -> int:
    """Returns how many rows and files were under another key. Runs beside the site.

    A row's own digest says under which key it is.
    """
    return (
        _reseal_rows(Holder.objects.all(), _reseal_holder)
        + _reseal_rows(Companion.objects.all(), _reseal_number)
        + _reseal_rows(WatchlistEntry.objects.exclude(number_digest=""), _reseal_number)
        + sum(documents.reseal(document) for document in Document.objects.all())
        + sum(_reseal_import(batch) for batch in Import.objects.exclude(folder=""))
    )


def _reseal_import(batch: Import) -> int:
    """Its files, and what its private links are derived from."""
    secret = bytes(batch.link_secret)
    if secret and not personal_data.is_under_present_key(secret):
        fresh = personal_data.seal_bytes(personal_data.unseal_bytes(secret))
        Import.objects.filter(pk=batch.pk).update(link_secret=fresh)
    return import_files.reseal(batch.folder)


def _reseal_rows(rows: QuerySet[Any], reseal_one: Callable[[Any], dict[str, Any]]) -> int:
    """In steps, so that the lanes go on."""
    changed = 0
    for ids in pages(rows):
        with step():
            for row in rows.filter(pk__in=ids):
                fresh = reseal_one(row)
                if fresh["number_digest"] != row.number_digest:
                    changed += _update(row, fresh)
    return changed


def _update(row: Model, fresh: dict[str, Any]) -> int:
    return type(row)._default_manager.filter(pk=row.pk).update(**fresh)


def _reseal_number(row: Holder | Companion | WatchlistEntry) -> dict[str, Any]:
    number = personal_data.unseal(row.number_sealed)
    return {
        "number_digest": personal_data.digest(number),
        "number_sealed": personal_data.seal(number),
    }


def _reseal_holder(holder: Holder) -> dict[str, Any]:
    return {
        **_reseal_number(holder),
        "phone_digest": personal_data.digest(holder.phone),
        "phone_sealed": personal_data.seal(holder.phone),
    }
