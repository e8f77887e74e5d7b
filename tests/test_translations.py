"""No English is left in a Vietnamese page: every text has its translation, compiled as well."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = ROOT / "checkpoint_site" / "locale" / "vi" / "LC_MESSAGES"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


@pytest.fixture(scope="module")
def translations() -> Catalog:
    with (MESSAGES / "django.po").open("rb") as file:
        return read_po(file, locale="vi")


def source_texts() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    """Where each text stands, the text, and its context."""
    sources = [(path, path.read_text()) for path in sorted((ROOT / "templates").rglob("*.html"))]
    # Without the template's indentation, which means nothing to Python's tokenizer.
    sources = [
        (path, re.sub(r"(?m)^\s+", "", templatize(text, origin=str(path))))
        for path, text in sources
    ]
    for app in ("checkpoint_site", "permits", "scans"):
        sources += [(path, path.read_text()) for path in sorted((ROOT / app).rglob("*.py"))]
    for path, text in sources:
        file = io.BytesIO(text.encode())
        for _line, found, _comments, context in extract("python", file, keywords=KEYWORDS):
            yield str(path.relative_to(ROOT)), found, context


def test_every_text_is_translated(translations: Catalog) -> None:
    untranslated = set()
    for path, text, context in source_texts():
        found = translations.get(text if isinstance(text, str) else text[0], context)
        if found is None or not all(_all(found.string)):
            untranslated.add(f"{path}: {text!r}")
    assert not untranslated


def test_no_translation_waits_for_a_second_look(translations: Catalog) -> None:
    assert not [message.id for message in translations if message.id and message.fuzzy]


def test_the_placeholders_are_those_of_the_source(translations: Catalog) -> None:
    for message in translations:
        assert not list(message.check(translations)), message.id


def test_the_compiled_file_is_that_of_the_source(translations: Catalog) -> None:
    """`make messages` compiles it; a new machine has no gettext to do so."""
    fresh = io.BytesIO()
    write_mo(fresh, translations)
    fresh.seek(0)
    with (MESSAGES / "django.mo").open("rb") as file:
        assert as_pairs(read_mo(file)) == as_pairs(read_mo(fresh))


def as_pairs(catalog: Catalog) -> set[tuple[object, ...]]:
    """Context, text and translations of every message."""
    return {(m.context, *_all(m.id), "=", *_all(m.string)) for m in catalog if m.id}


def _all(texts: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)
