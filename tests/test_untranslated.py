"""No words stand in a template or a script but those that the catalogue translates."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# 500.html says it in both languages, since it cannot know the reader's.
TEMPLATES = sorted({*(ROOT / "templates").rglob("*.html")} - {ROOT / "templates" / "500.html"})
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TRANSLATED = re.compile(
    r"\{%\s*(blocktranslate|comment)\b.*?\{%\s*end\1\s*%\}"
    r"|\{% block (body_class|encoding|\w*attributes) %\}.*?\{% endblock %\}"
    r"|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
    re.S,
)
SHOWN = {"alt", "title", "placeholder", "aria-label", "aria-description", "label"}
# Names, and a language's own word for itself.
NAMES = {"Checkpoint", "English", "Tiếng Việt", "Android", "Windows", "https:// :"}
NAMES |= {"XLSX", "CSV", "PDF", "ZIP"}
WORD = re.compile(r"[^\W\d_]{2,}")


class Words(HTMLParser):
    """Collects what a reader would see or hear of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        self.found += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "code"}.intersection(self._inside):
            self.found.append(data.strip(" \n·–"))


def untranslated(template: str) -> list[str]:
    """The words of a template that stand outside of every translation."""
    words = Words()
    words.feed(TRANSLATED.sub(" ", template))
    return [text for text in words.found if text not in NAMES and WORD.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    assert untranslated(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("<p>Log in</p>", ["Log in"]),
        ("<p>{% translate 'Log in' %}</p>", []),
        ("<p>{% blocktranslate %}Log {{ a }} in{% endblocktranslate %} now</p>", ["now"]),
        ('<img alt="A picture">', ["A picture"]),
        ("<img alt=\"{% translate 'A picture' %}\">", []),
        ("<script>const words = 1;</script>", []),
    ],
)
def test_words_outside_of_translations_are_found(template: str, expected: list[str]) -> None:
    assert untranslated(template) == expected


SENTENCE = re.compile(r"(?:textContent|innerText|alert\(|confirm\(|placeholder)[^;]*[\"'`]\w+ \w")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_takes_its_words_from_the_page(path: Path) -> None:
    assert not SENTENCE.search(path.read_text("utf-8"))
