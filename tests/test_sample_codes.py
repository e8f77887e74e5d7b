"""`manage.py sample_codes`: working travel codes, of valid permits alone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from permits import keys, services, token
from permits.models import Permit
from permits.services import Declaration
from permits.verdict import PermitState

DAY = timedelta(days=1)


def permits(declaration: Declaration, count: int) -> list[Permit]:
    """So many good ones, valid around today."""
    now = timezone.now() - timedelta(hours=1)
    numbers = [f"0001900{index:05}" for index in range(count)]
    declared = [replace(declaration, personal_number=number) for number in numbers]
    return [services.declare(one, now=now).permit for one in declared]


def sampled(capsys: pytest.CaptureFixture[str], count: int) -> list[int]:
    """The numbers of the permits whose codes are printed."""
    call_command("sample_codes", count=count)
    lines = capsys.readouterr().out.splitlines()
    tokens = [token.verify(line, keys.load().verifying) for line in lines]
    return [found.number for found in tokens if isinstance(found, token.Token)]


@pytest.mark.parametrize(("count", "picked"), [(3, [0, 3, 6]), (10, range(10)), (11, range(10))])
def test_the_codes_are_of_permits_from_all_over_the_table(
    declaration: Declaration,
    capsys: pytest.CaptureFixture[str],
    db: None,
    count: int,
    picked: list[int],
) -> None:
    known = permits(declaration, 10)

    assert sampled(capsys, count) == [known[index].number for index in picked]


@pytest.mark.parametrize(
    "change",
    [
        {"state": PermitState.REVOKED.value},
        {"valid_until": timezone.now() - DAY},
        {"valid_from": timezone.now() + DAY, "valid_until": timezone.now() + 2 * DAY},
    ],
)
def test_a_permit_that_is_not_valid_now_gives_no_code(
    declaration: Declaration,
    capsys: pytest.CaptureFixture[str],
    db: None,
    change: dict[str, object],
) -> None:
    bad, good = permits(declaration, 2)
    Permit.objects.filter(id=bad.id).update(**change)

    assert sampled(capsys, 10) == [good.number]


def test_it_says_that_the_codes_work(permit: Permit, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sample_codes")

    assert "1 working travel codes" in capsys.readouterr().err


@pytest.mark.parametrize("count", [0, 20_001])
def test_a_count_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(CommandError, match="from 1 to 20000"):
        call_command("sample_codes", count=count)


def test_without_a_valid_permit_there_is_no_code(db: None) -> None:
    with pytest.raises(CommandError, match="no approved permit"):
        call_command("sample_codes")


def test_without_the_keys_there_is_no_code(
    permit: Permit, settings: Settings, tmp_path: Path
) -> None:
    keys.load.cache_clear()
    settings.SIGNING_KEYS_DIR = str(tmp_path)
    try:
        with pytest.raises(CommandError, match="rotate_key"):
            call_command("sample_codes")
    finally:
        keys.load.cache_clear()
