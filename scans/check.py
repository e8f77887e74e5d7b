"""The use case: a payload was held up at a lane; say what is to be done, and keep it.

Camera, typed code, picture and API all end here. One transaction for a batch: evidence, decision,
record. Whoever gets an answer can be sure that its scan is in the database.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from permits.payloads import CitizenCard, Payload, PersonalNumber
from permits.people import birth_year
from permits.verdict import SEVERITY, Evidence, Reason, Verdict, WatchlistLevel, decide
from scans import observed
from scans.evidence import (
    CheckRequest,
    Gathered,
    besides,
    payload_digest,
    plate_digest,
    subject_digest,
)
from scans.gathering import gather
from scans.kept_evidence import pack
from scans.lookups import CompanionRow, PermitRow, ScanRow
from scans.record import Finding, record

LONGEST_ELAPSED_MS = 3_600_000


class ScanIdReused(Exception):
    """The scan_id is recorded for another payload or another lane."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who and what a check is about. `of_permits`: so many were found, and this is the one that
    fits best here and now.
    """

    full_name: str
    number_tail: str
    birth_year: int
    permit: PermitRow | None
    companions: tuple[CompanionRow, ...] = ()
    of_permits: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to one check, as recorded. `is_replay`: it was recorded before."""

    scan_id: UUID
    payload_kind: str
    outcome: str
    reasons: tuple[str, ...]
    hits: tuple[str, ...]
    subject: Subject | None
    captured_at: datetime
    elapsed_ms: int
    is_replay: bool = False


Answer = Checked | ScanIdReused
Decided = tuple[PermitRow | None, Evidence, Verdict]


@observed.checks
def check_batch(
    requests: Sequence[CheckRequest], *, clock: Callable[[], datetime] = timezone.now
) -> list[Answer]:
    """Check a batch in one transaction. The answers come in the order of the requests.

    A scan_id that is recorded already gets the recorded answer again, and no second scan. That is
    rare, so it is looked for only when the database says that a scan_id is not unique. Raises what
    the database raises, with nothing recorded.
    """
    try:
        return _check_batch(requests, clock, look_for_replays=False)
    except IntegrityError:
        return _check_batch(requests, clock, look_for_replays=True)


@transaction.atomic
def _check_batch(
    requests: Sequence[CheckRequest], clock: Callable[[], datetime], *, look_for_replays: bool
) -> list[Answer]:
    found = gather(requests, now=clock(), look_for_replays=look_for_replays)
    now = clock()
    answers: list[Answer] = []
    findings: list[Finding] = []
    fresh: dict[UUID, int] = {}
    for request, payload in zip(requests, found.parsed, strict=True):
        earlier = found.recorded.get(request.scan_id)
        if earlier:
            answers.append(_answer_again(earlier, request, payload, found))
        elif request.scan_id in fresh:
            answers.append(_twice_in_batch(requests, answers, fresh[request.scan_id], request))
        else:
            fresh[request.scan_id] = len(answers)
            finding, subject = _decide(request, payload, found, now)
            findings.append(finding)
            answers.append(_answer(finding, subject))
    record(findings, found.new_trips, now=now)
    return answers


def _decide(
    request: CheckRequest, payload: Payload, found: Gathered, now: datetime
) -> tuple[Finding, Subject | None]:
    permit, evidence, verdict = _mildest(request, payload, found)
    if permit:
        found.note_passage(permit, request, verdict.outcome)
    elapsed_ms = int((now - request.captured_at).total_seconds() * 1000)
    subject = _subject(payload, permit, found)
    finding = Finding(
        request=request,
        payload_kind=payload.kind.value,
        permit_id=permit.id if permit else None,
        number_tail=subject.number_tail if subject else "",
        verdict=verdict,
        hits=found.hits(request, payload, permit) if Reason.WATCHLISTED in verdict.reasons else (),
        elapsed_ms=max(0, min(elapsed_ms, LONGEST_ELAPSED_MS)),
        evidence=pack(evidence, found.policy, verdict, besides(request, payload, permit)),
        subject_digest=None if permit else subject_digest(payload),
        plate_digest=plate_digest(request, payload),
    )
    return finding, subject


def _mildest(request: CheckRequest, payload: Payload, found: Gathered) -> Decided:
    """A card may find several permits: the one that serves its holder best counts."""
    candidates: Sequence[PermitRow | None] = found.permits_of(payload) or [None]
    decided: list[Decided] = []
    for permit in candidates:
        evidence = found.evidence(request, payload, permit)
        decided.append((permit, evidence, decide(evidence, found.policy)))
    return decided[0] if len(decided) == 1 else min(decided, key=_how_mild)


def _how_mild(decided: Decided) -> tuple[int, float]:
    permit, _evidence, verdict = decided
    return SEVERITY[verdict.outcome], -(permit.valid_until.timestamp() if permit else 0)


def _subject(payload: Payload, permit: PermitRow | None, found: Gathered) -> Subject | None:
    if permit:
        return Subject(
            permit.full_name,
            permit.number_tail,
            permit.birth_date.year,
            permit,
            tuple(found.companions.get(permit.id, ())),
            len(found.permits_of(payload)),
        )
    if isinstance(payload, CitizenCard):
        tail = payload.personal_number[-4:]
        return Subject(payload.full_name, tail, payload.birth_date.year, None)
    if isinstance(payload, PersonalNumber):
        return Subject("", payload.personal_number[-4:], birth_year(payload.personal_number), None)
    return None


def _answer(finding: Finding, subject: Subject | None) -> Checked:
    return Checked(
        scan_id=finding.request.scan_id,
        payload_kind=finding.payload_kind,
        outcome=finding.verdict.outcome.value,
        reasons=tuple(reason.value for reason in finding.verdict.reasons),
        hits=tuple(WatchlistLevel(hit).value for hit in finding.hits),
        subject=subject,
        captured_at=finding.request.captured_at,
        elapsed_ms=finding.elapsed_ms,
    )


def _answer_again(
    earlier: ScanRow, request: CheckRequest, payload: Payload, found: Gathered
) -> Answer:
    same_payload = bytes(earlier.payload_digest) == payload_digest(request.payload)
    if not same_payload or earlier.lane_id != request.lane.lane_id:
        return ScanIdReused()
    rows = found.permits_of(payload)
    permit = next((row for row in rows if row.id == earlier.permit_id), None)
    return Checked(
        scan_id=earlier.scan_id,
        payload_kind=payload.kind.value,
        outcome=earlier.outcome,
        reasons=tuple(earlier.reasons),
        hits=tuple(earlier.hits),
        subject=_subject(payload, permit, found),
        captured_at=earlier.captured_at,
        elapsed_ms=earlier.elapsed_ms,
        is_replay=True,
    )


def _twice_in_batch(
    requests: Sequence[CheckRequest], answers: list[Answer], first: int, request: CheckRequest
) -> Answer:
    """The same scan_id sent twice before the first was recorded."""
    original = requests[first]
    if (original.payload, original.lane) != (request.payload, request.lane):
        return ScanIdReused()
    return answers[first]
