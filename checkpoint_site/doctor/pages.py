"""The static files: whether pages get their scripts and styles, and those of this code."""

import filecmp
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from checkpoint_site.doctor.finding import Finding, ok, wrong

COLLECT = "python manage.py collectstatic --no-input, and restart the servers."


def look() -> Iterator[Finding]:
    """Compares with the sources, since old files work and are hard to notice."""
    collected = Path(settings.STATIC_ROOT)
    if not (collected / "staticfiles.json").is_file():
        yield wrong(f"There are no static files in {collected}: no page works.", COLLECT)
        return
    yield judge_age(
        [
            str(source.relative_to(folder))
            for folder in settings.STATICFILES_DIRS
            for source in sorted(Path(folder).rglob("*"))
            if source.is_file() and not _same(source, collected / source.relative_to(folder))
        ]
    )


def _same(source: Path, copy: Path) -> bool:
    return copy.is_file() and filecmp.cmp(source, copy, shallow=False)


def judge_age(different: Sequence[str]) -> Finding:
    """Whether what was collected is what this code has."""
    if different:
        return wrong(
            f"{len(different)} static files are not those of this code, such as {different[0]}.",
            COLLECT,
        )
    return ok("The static files are those of this code.")
