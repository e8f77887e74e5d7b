"""`manage.py import_permits`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from permits.models import Import, ImportState
from permits.roles import Role
from permits.tests.test_imports import THREE
from permits.worker import TaskRunner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_keys", "clock")]
Run = Callable[..., None]


@pytest.fixture
def run(settings: Settings, tmp_path: Path) -> Run:
    settings.IMPORTS_DIR = str(tmp_path / "imports")
    issuer = User.objects.create_user("issuer")
    issuer.groups.set(Group.objects.filter(name=Role.ISSUER.value))
    User.objects.create_user("nobody")

    def run(content: bytes = THREE, **changes: object) -> None:
        file = tmp_path / "ds.csv"
        file.write_bytes(content)
        options: dict[str, object] = {
            "kind": 1,
            "valid_from": "2026-11-24T10:00",
            "valid_until": "2026-11-27T10:00",
            "company": "Cty Mẫu",
            "purpose": "Đi làm",
            "issuer": "issuer",
        }
        names = {
            f"--{name.replace('_', '-')}": str(value) for name, value in (options | changes).items()
        }
        call_command("import_permits", str(file), *[one for pair in names.items() for one in pair])

    return run


def test_a_file_is_taken_in_and_checked(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run()
    TaskRunner().run_all()
    batch = Import.objects.get()
    assert capsys.readouterr().out.strip().endswith(f"at /desk/imports/{batch.pk}/")
    assert (batch.state, batch.good, batch.uploaded_by.username) == (
        ImportState.CHECKED,
        3,
        "issuer",
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"issuer": "nobody"}, "nobody is no issuer."),
        ({"kind": 99}, "There is no kind 99."),
        ({"valid_until": "2026-11-27T10:01"}, "Not possible: too_long."),
        ({"content": b"%PDF-1.7"}, "This is neither a CSV nor an XLSX file."),
    ],
)
def test_what_is_wrong_is_told(run: Run, changes: dict[str, object], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(**changes)
    assert Import.objects.count() == 0
