"""Personal numbers at rest: nobody reads them without the key, and with it each is found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from permits import personal_data, secret_files
from permits.personal_data import CannotUnseal
from permits.tests.properties import whatever_it_takes

NUMBER = "000190012345"


@given(st.text())
@whatever_it_takes
def test_what_is_sealed_comes_back_the_same(text: str) -> None:
    assert personal_data.unseal(personal_data.seal(text)) == text


def test_the_same_number_sealed_twice_looks_different_and_shows_nothing() -> None:
    first, second = personal_data.seal(NUMBER), personal_data.seal(NUMBER)
    assert first != second
    assert NUMBER.encode() not in first


def test_what_was_changed_is_not_unsealed() -> None:
    sealed = personal_data.seal(NUMBER)
    for place in (0, 20, len(sealed) // 2, len(sealed) - 2):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(CannotUnseal):
            personal_data.unseal(changed)


def test_another_key_neither_unseals_nor_finds(settings: Settings) -> None:
    sealed, digest = personal_data.seal(NUMBER), personal_data.digest(NUMBER)
    settings.PERSONAL_DATA_KEYS = [secret_files.random_key()]
    with pytest.raises(CannotUnseal):
        personal_data.unseal(sealed)
    assert personal_data.digest(NUMBER) != digest


def test_a_digest_is_the_same_for_the_same_number_and_for_no_other() -> None:
    digest = personal_data.digest(NUMBER)
    assert digest == personal_data.digest(NUMBER)
    assert digest != personal_data.digest("000190012346")
    assert len(digest) == 32
    assert NUMBER[-4:] not in digest or set(digest) - set("0123456789")


def test_no_number_has_no_digest() -> None:
    assert personal_data.digest("") == ""
    assert personal_data.digests("") == []


def test_while_keys_are_changed_both_find_and_the_first_seals(settings: Settings) -> None:
    [old] = settings.PERSONAL_DATA_KEYS
    of_old, sealed_by_old = personal_data.digest(NUMBER), personal_data.seal(NUMBER)
    new = secret_files.random_key()

    settings.PERSONAL_DATA_KEYS = [new, old]
    assert personal_data.digests(NUMBER) == [personal_data.digest(NUMBER), of_old]
    assert personal_data.unseal(sealed_by_old) == NUMBER
    assert not personal_data.is_under_present_key(sealed_by_old)
    assert personal_data.is_under_present_key(personal_data.seal(NUMBER))
    assert personal_data.digests_of_kept(of_old, sealed_by_old) == personal_data.digests(NUMBER)

    settings.PERSONAL_DATA_KEYS = [new]
    assert personal_data.digests(NUMBER) == [personal_data.digest(NUMBER)]


def test_with_one_key_nothing_is_unsealed_to_know_a_row_s_digest() -> None:
    assert personal_data.digests_of_kept("abc", b"nothing that could be unsealed") == ("abc",)
    assert personal_data.digests_of_kept("", b"") == ()
