"""What becomes of a car, by an officer's act: the only writer of passages.

A passage is recorded once, however often it is sent. The gravest outcome of its scans is read from
the database: the page's word for it is not needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from permits import personal_data
from permits.verdict import Outcome
from scans import lookups, record
from scans.evidence import LaneContext
from scans.models import Act, LetThroughReason, Passage, PassageScan
from scans.protocol import CarCounts, ErrorCode

# What the officer is offered, and what a slow network may add to it.
UNDO_WITHIN = timedelta(seconds=10)
UNDO_SLACK = timedelta(seconds=2)

GRAVITY = [Outcome.ALLOW.value, Outcome.HOLD.value, Outcome.REFUSE.value]


class BadPassage(Exception):
    """Nothing was recorded. `code` goes out on the wire."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code: ErrorCode = code


@dataclass(frozen=True, kw_only=True)
class NewPassage:
    """An act of the officer of this shift, on the car of these scans."""

    passage_id: UUID
    car_id: UUID
    act: str
    reason: str
    note: str
    scan_ids: Sequence[UUID]
    acted_at: datetime
    lane: LaneContext
    shift_id: int


@transaction.atomic
def record_passage(new: NewPassage, *, now: datetime) -> CarCounts:
    """Keep an act, unless it is kept already. Returns the shift's counts. Raises BadPassage."""
    kept = Passage.objects.filter(passage_id=new.passage_id).first()
    if kept:
        if (kept.lane_id, kept.act) != (new.lane.lane_id, new.act):
            raise BadPassage("passage_id_reused")
        return counts_of(new.shift_id)
    rows = _scans_of(new, now)
    outcome = _gravest(rows)
    if not _is_meant(new, outcome):
        raise BadPassage("bad_act")
    passage = Passage.objects.create(
        passage_id=new.passage_id,
        car_id=new.car_id,
        checkpoint_id=new.lane.place.checkpoint_id,
        lane_id=new.lane.lane_id,
        direction=new.lane.direction.value,
        officer_id=new.lane.officer_id,
        shift_id=new.shift_id,
        outcome=outcome,
        act=new.act,
        reason=new.reason,
        note_sealed=personal_data.seal(new.note) if new.note else b"",
        acted_at=new.acted_at,
        recorded_at=now,
    )
    scan_ids = dict.fromkeys(new.scan_ids)
    PassageScan.objects.bulk_create(PassageScan(passage=passage, scan_id=one) for one in scan_ids)
    if new.act == Act.LET_THROUGH:
        record.use_trips(
            _permits_of(rows),
            new.lane.direction,
            checkpoint_id=new.lane.place.checkpoint_id,
            at=new.acted_at,
        )
    return counts_of(new.shift_id)


@transaction.atomic
def undo_passage(
    passage_id: UUID, *, undone_at: datetime, lane_id: int, shift_id: int, now: datetime
) -> CarCounts:
    """Let an act no longer count. Returns the shift's counts. Raises BadPassage."""
    kept = Passage.objects.filter(passage_id=passage_id, lane_id=lane_id).first()
    if kept is None:
        raise BadPassage("no_such_passage")
    if kept.undone_at is None:
        if not kept.acted_at <= undone_at <= kept.acted_at + UNDO_WITHIN + UNDO_SLACK:
            raise BadPassage("undo_too_late")
        Passage.objects.filter(pk=kept.pk).update(undone_at=now)
        scan_ids = list(kept.scans.values_list("scan_id", flat=True))
        permits = _permits_of(list(lookups.recorded(scan_ids, now).values()))
        record.give_trips_back(permits, kept.direction, at=kept.acted_at)
    return counts_of(shift_id)


def counts_of(shift_id: int) -> CarCounts:
    """What became of a shift's cars so far."""
    standing = Passage.objects.filter(shift_id=shift_id, undone_at=None)
    return CarCounts(**dict(standing.values_list("act").annotate(Count("pk")).order_by()))


def note_of(passage: Passage) -> str:
    """The officer's note, for supervisors. Raises CannotUnseal."""
    sealed = bytes(passage.note_sealed)
    return personal_data.unseal(sealed) if sealed else ""


def _scans_of(new: NewPassage, now: datetime) -> list[lookups.ScanRow]:
    """What was held up for the car. Raises BadPassage."""
    rows = lookups.recorded(list(new.scan_ids), now)
    here = [row for row in rows.values() if row.lane_id == new.lane.lane_id]
    if len(here) < len(set(new.scan_ids)):
        raise BadPassage("unknown_scan")
    return here


def _permits_of(rows: Sequence[lookups.ScanRow]) -> list[int]:
    return [row.permit_id for row in rows if row.permit_id]


def _gravest(rows: Sequence[lookups.ScanRow]) -> str:
    """A car that had nothing to show needed a look."""
    if not rows:
        return Outcome.HOLD.value
    return max(_outcomes_that_stand(rows), key=GRAVITY.index)


def _outcomes_that_stand(rows: Sequence[lookups.ScanRow]) -> list[str]:
    """Of a permit that was checked twice, with the right plate say, the later one counts."""
    in_order = sorted(rows, key=lambda row: row.captured_at)
    latest = {row.permit_id or row.scan_id: row.outcome for row in in_order}
    return list(latest.values())


def _is_meant(new: NewPassage, outcome: str) -> bool:
    """Whether act, reason and note go together, and with what the car's scans gave."""
    if new.act == Act.LET_THROUGH:
        needs_note = new.reason == LetThroughReason.OTHER
        return new.reason in LetThroughReason.values and bool(new.note or not needs_note)
    if new.act == Act.PASSED and outcome != Outcome.ALLOW.value:
        return False
    return new.act in Act.values and not new.reason
