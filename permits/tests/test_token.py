"""The travel code's text: the vectors of docs/token.md, and what holds for any token and any text.

The private key in cases/tokens.json is known to everybody. It is for tests alone.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import pytest
import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M

from permits import token
from permits.tests.properties import whatever_it_takes
from permits.token import Fault, Token

VECTORS = json.loads((Path(__file__).parent / "cases" / "tokens.json").read_text("utf-8"))
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["keys"]["private"]))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
DIGEST_KEY = VECTORS["keys"]["digest_key"].encode()
LAST_SECOND = datetime.fromtimestamp(2**32 - 1, UTC)


def verifying(*keys: Ed25519PrivateKey) -> dict[bytes, Ed25519PublicKey]:
    """The public keys as verify() wants them."""
    return {token.key_id(key.public_key()): key.public_key() for key in keys}


def a_token(**changes: Any) -> Token:
    fields: dict[str, Any] = {
        "number": 1,
        "kind": 1,
        "valid_from": datetime(2021, 9, 14, 1, 0, tzinfo=UTC),
        "valid_until": datetime(2021, 9, 17, 1, 0, tzinfo=UTC),
        "number_digest": b"abcd",
        "plate_digest": token.NO_PLATE,
    }
    return Token(**{**fields, **changes})


def text_of(content: bytes) -> str:
    encoded: bytes = base45.b45encode(content)
    return token.PREFIX + encoded.decode()


def content_of(text: str) -> bytes:
    return bytes(base45.b45decode(text.removeprefix(token.PREFIX)))


# --- The vectors ----------------------------------------------------------------------------------


def token_of(vector: dict[str, Any]) -> Token:
    fields = vector["fields"]
    return Token(
        number=fields["number"],
        kind=fields["kind"],
        valid_from=datetime.fromisoformat(fields["valid_from"]),
        valid_until=datetime.fromisoformat(fields["valid_until"]),
        number_digest=token.digest(vector["personal_number"], DIGEST_KEY),
        plate_digest=token.digest(vector["plate"], DIGEST_KEY),
    )


@pytest.mark.parametrize("vector", VECTORS["tokens"], ids=lambda vector: vector["name"])
def test_a_vector_is_signed_to_exactly_its_text(vector: dict[str, Any]) -> None:
    assert token.sign(token_of(vector), KEY) == vector["text"]
    assert content_of(vector["text"])[: token.BODY.size].hex() == vector["body"]
    assert token_of(vector).number_digest.hex() == vector["fields"]["number_digest"]
    assert token_of(vector).plate_digest.hex() == vector["fields"]["plate_digest"]


@pytest.mark.parametrize("vector", VECTORS["tokens"], ids=lambda vector: vector["name"])
def test_a_vector_verifies_to_its_fields(vector: dict[str, Any]) -> None:
    assert token.verify(vector["text"], verifying(KEY)) == token_of(vector)


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["name"])
def test_a_text_is_refused_with_its_fault(vector: dict[str, Any]) -> None:
    assert token.verify(vector["text"], verifying(KEY)) is Fault(vector["fault"])


def test_every_fault_has_a_vector() -> None:
    assert {vector["fault"] for vector in VECTORS["refused"]} == {fault.value for fault in Fault}


def test_the_vectors_keys_belong_together() -> None:
    assert KEY.public_key().public_bytes_raw().hex() == VECTORS["keys"]["public"]
    assert token.key_id(KEY.public_key()).hex() == VECTORS["keys"]["key_id"]


def test_the_document_has_every_vector() -> None:
    document = (Path(__file__).parents[2] / "docs" / "token.md").read_text("utf-8")

    for known in VECTORS["keys"].values():
        assert known in document
    for vector in VECTORS["tokens"]:
        assert f"\n{vector['text']}\n" in document, vector["name"]
        assert f"\n{vector['body']}\n" in document, vector["name"]
        for value in vector["fields"].values():
            assert value is None or str(value) in document, (vector["name"], value)
    for vector in VECTORS["refused"]:
        assert vector["name"] in document


# --- What holds for any token ---------------------------------------------------------------------

SECONDS = st.integers(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
TOKENS = st.builds(
    Token,
    number=st.integers(0, 2**48 - 1),
    kind=st.integers(0, 2**16 - 1),
    valid_from=SECONDS,
    valid_until=SECONDS,
    number_digest=st.binary(min_size=4, max_size=4),
    plate_digest=st.binary(min_size=4, max_size=4),
)


@given(TOKENS)
@whatever_it_takes
def test_what_was_signed_verifies_to_the_same_token(any_token: Token) -> None:
    text = token.sign(any_token, KEY)

    assert token.verify(text, verifying(OTHER_KEY, KEY)) == any_token
    assert len(text) == token.TEXT_LENGTH == 142
    # payloads.parse takes blanks off both ends: a token must have none there.
    assert text == text.strip()


@given(TOKENS, st.integers(0, token.TOKEN_BYTES * 8 - 1))
@whatever_it_takes
def test_any_flipped_bit_is_refused(any_token: Token, bit: int) -> None:
    content = bytearray(content_of(token.sign(any_token, KEY)))
    content[bit // 8] ^= 1 << bit % 8

    assert isinstance(token.verify(text_of(bytes(content)), verifying(KEY)), Fault)


def test_every_flipped_bit_of_one_token_is_refused() -> None:
    content = content_of(token.sign(a_token(), KEY))
    assert len(content) == token.TOKEN_BYTES == 92

    for bit in range(len(content) * 8):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        assert isinstance(token.verify(text_of(bytes(changed)), verifying(KEY)), Fault), bit


ANY_CHARACTER = st.characters(exclude_categories=())  # unpaired surrogates too
BASE45_CHARACTER = st.sampled_from(base45.BASE45_CHARSET)


@given(TOKENS, st.integers(0, token.TEXT_LENGTH - 1), ANY_CHARACTER | BASE45_CHARACTER)
@whatever_it_takes
def test_any_changed_character_is_refused(any_token: Token, at: int, character: str) -> None:
    text = token.sign(any_token, KEY)
    changed = text[:at] + character + text[at + 1 :]

    assert changed == text or isinstance(token.verify(changed, verifying(KEY)), Fault)


LIKE_A_TOKEN = st.text(BASE45_CHARACTER, min_size=138, max_size=138).map(token.PREFIX.__add__)
ANY_TEXT = st.text(ANY_CHARACTER) | st.text(ANY_CHARACTER).map(token.PREFIX.__add__) | LIKE_A_TOKEN


@given(ANY_TEXT)
@whatever_it_takes
def test_any_text_is_answered_and_nothing_is_raised(text: str) -> None:
    assert isinstance(token.verify(text, verifying(KEY)), Fault)
    assert isinstance(token.verify(text.lower(), {}), Fault)


@given(TOKENS)
@whatever_it_takes
def test_a_code_fits_a_symbol_of_version_6_at_level_m(any_token: Token) -> None:
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    symbol.add_data(token.sign(any_token, KEY), optimize=0)

    assert symbol.best_fit() <= 6


# --- Values that do not fit -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"number": -1},
        {"number": 2**48},
        {"kind": -1},
        {"kind": 2**16},
        {"valid_from": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)},
        {"valid_until": LAST_SECOND + timedelta(seconds=1)},
        {"number_digest": b"abc"},
        {"number_digest": b"abcde"},
        {"plate_digest": b""},
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_an_error_of_whoever_signs(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"fit|four bytes"):
        token.sign(a_token(**changes), KEY)


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 0},
        {"number": 2**48 - 1},
        {"kind": 0},
        {"kind": 2**16 - 1},
        {"valid_from": datetime(1970, 1, 1, tzinfo=UTC)},
        {"valid_until": LAST_SECOND},
    ],
    ids=str,
)
def test_the_last_value_that_fits_does(changes: dict[str, Any]) -> None:
    edge = a_token(**changes)

    assert token.verify(token.sign(edge, KEY), verifying(KEY)) == edge


# --- Keys and digests -----------------------------------------------------------------------------


def test_another_keys_token_is_of_an_unknown_key() -> None:
    assert token.verify(token.sign(a_token(), OTHER_KEY), verifying(KEY)) is Fault.UNKNOWN_KEY


def test_another_key_cannot_sign_in_a_known_keys_name() -> None:
    forged = {token.key_id(OTHER_KEY.public_key()): KEY.public_key()}

    assert token.verify(token.sign(a_token(), OTHER_KEY), forged) is Fault.BAD_SIGNATURE


def test_after_a_rotation_old_and_new_codes_verify() -> None:
    old, new = token.sign(a_token(), OTHER_KEY), token.sign(a_token(), KEY)

    assert old != new
    assert token.verify(old, verifying(KEY, OTHER_KEY)) == a_token()
    assert token.verify(new, verifying(KEY, OTHER_KEY)) == a_token()


def test_a_digest_has_four_bytes_and_none_of_the_number_in_clear() -> None:
    of_number = token.digest("000190012345", DIGEST_KEY)

    assert len(of_number) == 4
    assert of_number == token.digest("000190012345", DIGEST_KEY)
    assert of_number != token.digest("000190012346", DIGEST_KEY)
    assert of_number != token.digest("000190012345", b"another key")


def test_no_text_has_the_digest_of_zeros() -> None:
    assert token.digest("", DIGEST_KEY) == bytes(4)
