"""Personal data: whether the keys unseal it, and the documents are there and for nobody else."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from checkpoint_site.doctor.finding import Finding, ok, warning, wrong
from permits import documents, personal_data
from permits.models import Document, Holder

SAMPLE = 50  # of the first and of the last rows each


def look() -> Iterator[Finding]:
    """A sample: the first and the last rows, since keys are changed from some moment on."""
    holders = _sample(Holder.objects.all())
    unreadable = [one.pk for one in holders if not _unseals(bytes(one.number_sealed))]
    yield judge_unsealing(len(holders), unreadable)
    folder = Path(settings.DOCUMENTS_DIR)
    yield judge_place(folder, served=[Path(settings.STATIC_ROOT), *_sources()])
    if folder.is_dir():
        yield judge_mode(folder, folder.stat().st_mode)
    kept = _sample(Document.objects.all())
    missing, sealed_otherwise = [], []
    for document in kept:
        try:
            documents.read(document)
        except OSError:
            missing.append(document.pk)
        except personal_data.CannotUnseal:
            sealed_otherwise.append(document.pk)
    yield judge_files(len(kept), missing, sealed_otherwise)


def judge_unsealing(looked_at: int, unreadable: Sequence[int]) -> Finding:
    """Whether personal numbers can be read."""
    if unreadable:
        return wrong(
            f"{len(unreadable)} of {looked_at} personal numbers cannot be unsealed: none of "
            "PERSONAL_DATA_KEYS has sealed them.",
            "Put the key that was in use before back behind the present one, then run: reseal",
        )
    return ok(f"The keys unseal the {looked_at} personal numbers that were tried.")


def judge_place(folder: Path, *, served: Sequence[Path]) -> Finding:
    """Whether a web server would give the documents to anybody."""
    inside = [one for one in served if folder == one or one in folder.parents]
    if inside:
        return wrong(
            f"DOCUMENTS_DIR lies in {inside[0]}, which is served to everybody.",
            "Move it to a folder of its own outside, and set DOCUMENTS_DIR.",
        )
    return ok("The documents lie outside of what is served.")


def judge_mode(folder: Path, mode: int) -> Finding:
    """They are sealed; but their number and sizes are nobody's business either."""
    if mode & 0o007:
        return warning(f"Every account can look into {folder}.", f"chmod 750 {folder}")
    return ok("Other accounts cannot look into the folder of the documents.")


def judge_files(looked_at: int, missing: Sequence[int], sealed_otherwise: Sequence[int]) -> Finding:
    """Whether issuers can open what was added to applications."""
    if missing:
        return wrong(
            f"{len(missing)} of {looked_at} documents are not in DOCUMENTS_DIR, "
            f"such as number {missing[0]}.",
            "Set DOCUMENTS_DIR to the same folder for all processes, or restore a backup.",
        )
    if sealed_otherwise:
        return wrong(
            f"{len(sealed_otherwise)} of {looked_at} documents cannot be unsealed.",
            "Put the key that was in use before back behind the present one, then run: reseal",
        )
    return ok(f"The {looked_at} documents that were tried can be opened.")


def _unseals(sealed: bytes) -> bool:
    try:
        personal_data.unseal_bytes(sealed)
    except personal_data.CannotUnseal:
        return False
    return True


def _sources() -> list[Path]:
    return [Path(folder) for folder in settings.STATICFILES_DIRS]


def _sample(rows: QuerySet[Any]) -> list[Any]:
    first = list(rows.order_by("pk")[:SAMPLE])
    last = list(rows.order_by("-pk")[:SAMPLE])
    return list({row.pk: row for row in [*first, *last]}.values())
