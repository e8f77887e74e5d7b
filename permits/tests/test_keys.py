"""The keys on disk: made, rotated, read once, and readable by their owner alone."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django import Settings

from permits import keys, secret_files, token
from permits.token import Fault, Token

TOKEN = Token(
    number=77,
    kind=1,
    valid_from=datetime(2021, 9, 14, tzinfo=UTC),
    valid_until=datetime(2021, 9, 17, tzinfo=UTC),
    number_digest=b"abcd",
    plate_digest=token.NO_PLATE,
)


@pytest.fixture
def directory(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A place for keys that does not exist yet."""
    settings.SIGNING_KEYS_DIR = str(tmp_path / "keys")
    keys.load.cache_clear()
    yield tmp_path / "keys"
    keys.load.cache_clear()


def names(directory: Path, pattern: str) -> list[str]:
    return sorted(path.name for path in directory.glob(pattern))


def test_without_keys_it_says_how_to_make_them(directory: Path) -> None:
    assert not keys.exist()
    with pytest.raises(ImproperlyConfigured, match=r"manage\.py rotate_key"):
        keys.load()


def test_the_first_rotation_makes_them(directory: Path) -> None:
    name = keys.rotate()

    assert keys.exist()
    assert names(directory, "*") == sorted([f"{name}.private.pem", "digest.key"])
    assert token.key_id(keys.load().signing.public_key()).hex() == name
    assert list(keys.load().verifying) == [bytes.fromhex(name)]


def test_only_their_owner_may_read_them(directory: Path) -> None:
    keys.rotate()

    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for path in directory.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_after_a_rotation_old_codes_verify_and_the_new_key_signs(directory: Path) -> None:
    first = keys.rotate()
    old = token.sign(TOKEN, keys.load().signing)
    second = keys.rotate()
    own = keys.load()

    assert token.verify(old, own.verifying) == TOKEN
    assert token.verify(token.sign(TOKEN, own.signing), own.verifying) == TOKEN
    assert {key.hex() for key in own.verifying} == {first, second}
    assert names(directory, "*.private.pem") == [f"{second}.private.pem"]


def test_many_rotations_keep_every_old_key(directory: Path) -> None:
    codes = []
    for _ in range(4):
        keys.rotate()
        codes.append(token.sign(TOKEN, keys.load().signing))

    assert [token.verify(code, keys.load().verifying) for code in codes] == [TOKEN] * 4


def test_a_retired_key_that_was_removed_verifies_nothing(directory: Path) -> None:
    first = keys.rotate()
    old = token.sign(TOKEN, keys.load().signing)
    keys.rotate()
    (directory / f"{first}.public.pem").unlink()
    keys.load.cache_clear()

    assert token.verify(old, keys.load().verifying) is Fault.UNKNOWN_KEY


def test_a_rotation_keeps_the_digest_key(directory: Path) -> None:
    keys.rotate()
    before = keys.load().digest_key
    keys.rotate()

    assert keys.load().digest_key == before
    assert len(before) >= 32


def test_two_signing_keys_are_a_mistake_that_is_said(directory: Path) -> None:
    name = keys.rotate()
    private = directory / f"{name}.private.pem"
    (directory / "copy.private.pem").write_bytes(private.read_bytes())

    with pytest.raises(ImproperlyConfigured, match="exactly one"):
        keys.load()


def test_a_missing_digest_key_is_a_mistake_that_is_said(directory: Path) -> None:
    keys.rotate()
    (directory / "digest.key").unlink()

    with pytest.raises(ImproperlyConfigured, match=r"digest\.key"):
        keys.load()


def test_keys_of_another_kind_are_named(directory: Path) -> None:
    name = keys.rotate()
    other = Ed448PrivateKey.generate()
    pem = serialization.Encoding.PEM
    (directory / "old.public.pem").write_bytes(
        other.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(ImproperlyConfigured, match=r"old\.public\.pem"):
        keys.load()

    (directory / f"{name}.private.pem").write_bytes(
        other.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    with pytest.raises(ImproperlyConfigured, match=rf"{name}\.private\.pem"):
        keys.load()


def test_the_command_rotates_and_names_the_key(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("rotate_key")
    [file] = names(directory, "*.private.pem")

    assert file.removesuffix(".private.pem") in capsys.readouterr().out


def test_a_secret_is_never_written_over(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    first = secret_files.read_or_make(secret)

    assert secret_files.read_or_make(secret) == first
    with pytest.raises(FileExistsError):
        secret_files.write_private(secret, b"another")
    assert secret_files.read_or_make(secret) == first


def test_the_first_key_alone_is_made_where_that_is_asked_for(directory: Path) -> None:
    call_command("rotate_key", "--if-none")
    first = names(directory, "*.private.pem")
    assert len(first) == 1
    call_command("rotate_key", "--if-none")
    assert names(directory, "*.pem") == first
