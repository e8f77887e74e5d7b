"""What a citizen has typed before it is sent: the only reader and writer of drafts.

It is kept sealed, for two hours after the last change, and found by a key that one browser alone
has. The files of a draft become documents of the permit when it is sent.
"""

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from permits import documents, personal_data
from permits.documents import NewDocument
from permits.models import Draft, DraftDocument

LIFETIME = timedelta(hours=2)


class Typed(msgspec.Struct, kw_only=True):
    """What was typed, as it was typed.

    `fields` are those of all steps by name, `sent` the steps that were sent once. `masked` has what
    stands behind a mask that a field shows: of a permit's numbers the page shows no more. For a
    correction, `seen_version` is the permit's version that was looked at, `valid_from` its present
    beginning, and `removed` the ids of its documents that are to go.
    """

    fields: dict[str, str] = {}
    companions: list[dict[str, str]] = []
    sent: list[str] = []
    masked: dict[str, str] = {}
    removed: list[int] = []
    seen_version: int = 0
    valid_from: datetime | None = None


def begin(typed: Typed, *, now: datetime) -> tuple[Draft, str]:
    """A new draft, and its key, which is not kept anywhere else."""
    key = secrets.token_urlsafe(24)
    draft = Draft.objects.create(
        key_digest=_digest(key), sealed=_seal(typed), expires_at=now + LIFETIME
    )
    return draft, key


def find(key: str, *, now: datetime) -> Draft | None:
    """The draft of a key, unless it has expired."""
    return Draft.objects.filter(key_digest=_digest(key), expires_at__gt=now).first()


def typed_in(draft: Draft) -> Typed:
    """What was typed; nothing, where the key that sealed it is no longer there."""
    with suppress(personal_data.CannotUnseal, msgspec.MsgspecError):
        return msgspec.json.decode(personal_data.unseal_bytes(draft.sealed), type=Typed)
    return Typed()


def save(draft: Draft, typed: Typed, *, now: datetime) -> None:
    """Keep what was typed, for another while."""
    Draft.objects.filter(pk=draft.pk).update(sealed=_seal(typed), expires_at=now + LIFETIME)


@transaction.atomic
def add_document(draft: Draft, document: NewDocument) -> None:
    """Keep a file that was found good."""
    DraftDocument.objects.create(
        draft=draft,
        name=document.name,
        size=len(document.content),
        file_name=documents.write_file(document, folder=documents.DRAFTS),
    )


@transaction.atomic
def remove_document(draft: Draft, document_id: int) -> None:
    """Take a file away again."""
    _remove_documents(draft.documents.filter(id=document_id))


def read_documents(draft: Draft) -> list[NewDocument]:
    """Its files, looked at once more. Raises OSError, CannotUnseal or BadDocument."""
    return [
        documents.examine(document.name, documents.read_file(document.file_name))
        for document in draft.documents.all()
    ]


@transaction.atomic
def discard(draft: Draft) -> bool:
    """Forget it with its files. Returns whether it was still there: of two, one gets True."""
    _remove_documents(draft.documents.all())
    deleted, _kinds = Draft.objects.filter(pk=draft.pk).delete()
    return bool(deleted)


def discard_all(drafts: Iterable[Draft]) -> int:
    """Forget these, for instance because their time is over. Returns how many there were."""
    return sum(discard(draft) for draft in drafts)


def _remove_documents(gone: QuerySet[DraftDocument, Any]) -> None:
    documents.remove_files(gone.values_list("file_name", flat=True))
    gone.delete()


def _seal(typed: Typed) -> bytes:
    return personal_data.seal_bytes(msgspec.json.encode(typed))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
