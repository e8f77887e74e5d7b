"""What the lanes keep sealed, brought under the present key of PERSONAL_DATA_KEYS."""

from typing import Any

from django.db.models import QuerySet

from permits import personal_data
from permits.removal import pages, step
from scans.models import Alert, Passage, Still


def reseal() -> int:
    """Returns how many notes and stills were under another key. Runs beside the site."""
    notes = Passage.objects.exclude(note_sealed=b"")
    resolved = Alert.objects.exclude(note_sealed=b"")
    return (
        _reseal(notes, "note_sealed")
        + _reseal(resolved, "note_sealed")
        + _reseal(Still.objects.all(), "picture_sealed")
    )


def _reseal(rows: QuerySet[Any], field: str) -> int:
    changed = 0
    for ids in pages(rows):
        for pk in ids:
            with step():
                changed += _reseal_one(rows.filter(pk=pk), field)
    return changed


def _reseal_one(row: QuerySet[Any], field: str) -> int:
    sealed = bytes(row.values_list(field, flat=True).get())
    if personal_data.is_under_present_key(sealed):
        return 0
    fresh = personal_data.seal_bytes(personal_data.unseal_bytes(sealed))
    return row.update(**{field: fresh})
