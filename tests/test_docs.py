"""The documents name what the code has: every setting, command, message and reason."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from permits.verdict import Outcome, PayloadKind, Reason, WatchlistLevel
from scans.models import AlertActKind, AlertKind, Severity

ROOT = Path(__file__).resolve().parents[1]
OURS = ("checkpoint_site", "permits", "scans")


def text_of(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def environment_variables() -> set[str]:
    """What the settings read from the environment, and what `make` hands on."""
    in_settings = re.findall(
        r'\benv(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]*)"', text_of("checkpoint_site/settings.py")
    )
    [exported] = re.findall(r"^export (.+)$", text_of("Makefile"), re.MULTILINE)
    return {*in_settings, *exported.split()}


def commands() -> set[str]:
    """Our own management commands."""
    folders = [ROOT / app / "management" / "commands" for app in OURS]
    files = [path for folder in folders for path in folder.glob("*.py")]
    return {path.stem for path in files if not path.stem.startswith("_")}


def make_targets() -> set[str]:
    """The targets that the Makefile's first lines explain."""
    head = text_of("Makefile").split("\n\n")[0]
    return set(re.findall(r"\bmake ([a-z-]+)", head))


def test_what_is_looked_for_is_found() -> None:
    """An empty set would let every test below pass."""
    assert {"SECRET_KEY", "DATA_DIR", "DEMO", "HOST", "PORT"} <= environment_variables()
    assert {"decode", "rotate_key", "protocol_docs"} <= commands()
    assert {"run", "test", "bench", "docs"} <= make_targets()


def test_the_protocol_document_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("protocol_docs")

    assert capsys.readouterr().out == text_of("docs/protocol.md"), "run: make docs"


@pytest.mark.parametrize(
    "code", [*Outcome, *Reason, *PayloadKind, *WatchlistLevel], ids=lambda code: code.value
)
def test_the_rules_name_every_code(code: Reason) -> None:
    assert f"`{code.value}`" in text_of("docs/rules.md")


@pytest.mark.parametrize("code", [*AlertKind.values, *Severity.values, *AlertActKind.values])
def test_the_document_of_the_alerts_names_every_code(code: str) -> None:
    assert f"`{code}`" in text_of("docs/alerts.md")


@pytest.mark.parametrize("name", sorted(environment_variables()))
def test_operating_names_every_environment_variable(name: str) -> None:
    assert f"`{name}`" in text_of("docs/operating.md")


@pytest.mark.parametrize("name", sorted(commands()))
def test_operating_names_every_command(name: str) -> None:
    assert re.search(rf"\b{name}\b", text_of("docs/operating.md"))


@pytest.mark.parametrize("name", sorted(make_targets()))
def test_the_readme_or_contributing_names_every_make_target(name: str) -> None:
    assert f"make {name}" in text_of("README.md") + text_of("CONTRIBUTING.md")


LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


# A path in backticks: with a folder, and with an ending or a closing slash.
PATH = re.compile(r"`((?:[\w.-]+/)+(?:[\w-]+\.(?:py|js|json|md|html|css))?)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_is_there(document: Path) -> None:
    made_later = ("var/", "bench/latest.json", ".venv/")
    for path in PATH.findall(document.read_text("utf-8")):
        assert path.startswith(made_later) or (ROOT / path).exists(), path
