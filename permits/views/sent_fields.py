"""What a step's form has sent, put into the draft: its fields, its rows of people, its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile

from permits import documents, drafts, labels
from permits.documents import BadDocument, DocumentFault
from permits.steps import Step, takes_documents
from permits.throttles import DocumentThrottle, seconds_to_wait

if TYPE_CHECKING:
    from permits.views.steps import StepPage

FIELDS = {
    Step.YOU: ("full_name", "personal_number", "birth_date", "sex", "phone", "doses"),
    Step.TRIP: (
        *("origin", "destination", "purpose", "direction", "travel_at"),
        *("valid_from", "valid_until"),
    ),
    Step.PAPERS: ("plate",),
}
COMPANION_FIELDS = ("full_name", "personal_number", "doses")
LONGEST_TEXT = 400  # longer than any field takes: what is cut off is refused anyway
MOST_ROWS = 60


def take(page: StepPage, go: str) -> str:
    """Put it in. Returns the query or place of the same page to stay at, or nothing."""
    for name in FIELDS.get(page.step, ()):
        if name in page.request.POST:
            page.typed.fields[name] = page.request.POST[name][:LONGEST_TEXT]
    if page.step is Step.PEOPLE:
        return _take_people(page, go)
    if page.step is Step.PAPERS and takes_documents(page.place.kind):
        return _take_files(page, go)
    return ""


def _take_people(page: StepPage, go: str) -> str:
    sent = page.request.POST
    rows = [
        {
            name: sent[f"{place}-{name}"][:LONGEST_TEXT]
            for name in COMPANION_FIELDS
            if f"{place}-{name}" in sent
        }
        for place in range(MOST_ROWS)
        if f"{place}-full_name" in sent
    ]
    page.typed.companions = rows
    act, _sign, number = go.partition("-")
    if act == "remove" and number.isdecimal() and int(number) < len(rows):
        del rows[int(number)]
        return "#people"
    # A row that was left empty is nobody.
    page.typed.companions = [row for row in rows if any(text.strip() for text in row.values())]
    if act == "add":
        if len(page.typed.companions) < page.place.kind.most_companions:
            page.typed.companions.append({})
        return f"#id_{len(page.typed.companions) - 1}-full_name"
    return ""


def _take_files(page: StepPage, go: str) -> str:
    for file in page.request.FILES.getlist("documents"):
        fault = _take_file(page, file)
        if fault:
            page.upload_faults.append(fault)
    act, _sign, which = go.partition("-")
    if act == "remove":
        _remove(page, which)
    return "#documents" if act in ("add", "remove") else ""


def _take_file(page: StepPage, file: UploadedFile[bytes]) -> str:
    """Keep a file in the draft. Returns why not, or nothing."""
    name = (file.name or "-")[-documents.LONGEST_NAME :]
    if len(page.documents()) >= documents.MAX_DOCUMENTS:
        return str(labels.TOO_MANY_DOCUMENTS) % {"name": name, "most": documents.MAX_DOCUMENTS}
    try:
        if (file.size or 0) > documents.MAX_BYTES:
            raise BadDocument(DocumentFault.TOO_LARGE)
        document = documents.examine(name, file.read())
    except BadDocument as error:
        return str(labels.DOCUMENT_FAULTS[error.fault]) % {"name": name}
    if seconds_to_wait(DocumentThrottle(), page.request):
        return str(labels.DOCUMENTS_LATER)
    if page.draft:
        drafts.add_document(page.draft, document)
    return ""


def _remove(page: StepPage, which: str) -> None:
    kind, _sign, number = which.partition("-")
    if not number.isdecimal():
        return
    if kind == "new" and page.draft:
        drafts.remove_document(page.draft, int(number))
    if kind == "kept" and int(number) not in page.typed.removed:
        page.typed.removed.append(int(number))
