"""The demo's last hour: scans in the order in which they would have come, and officers' acts."""

import random
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction

from permits import selectors
from permits.models import Permit
from permits.roles import Role
from permits.verdict import Direction, Outcome
from scans import shifts
from scans.check import Checked, check_batch
from scans.evidence import CheckRequest, LaneContext
from scans.models import Act, Lane, LetThroughReason, Source
from scans.passages import NewPassage, record_passage
from scans.scan_ids import new_scan_id

SCANS_OF_THE_HOUR = 420
USUAL_MS = (14, 60)
USUALLY = 0.85
DECIDES_WITHIN = timedelta(seconds=4)


@transaction.atomic  # one wait for the disk, not hundreds
def load(permits: list[Permit], chance: random.Random, *, now: datetime) -> None:
    """Scans of these permits, each with an officer's act; the shifts are over."""
    officer = User.objects.get(username=Role.OFFICER.value)
    lanes = list(Lane.objects.select_related("checkpoint"))
    codes = [selectors.travel_code(permit) for permit in permits]
    home = [_home(permit, lanes, chance) for permit in permits]
    opened: dict[tuple[int, Direction], shifts.OpenShift] = {}
    moments = sorted(
        now - timedelta(seconds=chance.uniform(5, 3600)) for _ in range(SCANS_OF_THE_HOUR)
    )
    for moment in moments:
        index = chance.randrange(len(permits))
        code = codes[index] if chance.random() > 0.03 else "https://example.com/menu"
        where = home[index].id, _way(permits[index], chance)
        if where not in opened:
            opened[where] = shifts.open_shift(*where, officer_id=officer.pk, now=moment)
        scan_id = new_scan_id(moment)
        outcome = _check(code, scan_id, opened[where].lane, moment, chance)
        _act(outcome, scan_id, opened[where], moment + DECIDES_WITHIN, chance)
    for shift in opened.values():
        shifts.end(shift.shift_id, now=now)
        shifts.leave(shift.shift_id, now=now)


def _check(
    code: str, scan_id: UUID, lane: LaneContext, moment: datetime, chance: random.Random
) -> str:
    elapsed = timedelta(milliseconds=chance.randint(*USUAL_MS))
    request = CheckRequest(code, scan_id, moment - elapsed, lane, Source.CAMERA.value)
    [answer] = check_batch([request], clock=lambda: moment)
    if not isinstance(answer, Checked):
        raise TypeError("a scan_id of the demo is there already")
    return answer.outcome


def _act(
    outcome: str,
    scan_id: UUID,
    shift: shifts.OpenShift,
    acted_at: datetime,
    chance: random.Random,
) -> None:
    """In order passes; of the rest most are turned back."""
    act, reason = Act.PASSED, ""
    if outcome != Outcome.ALLOW.value:
        act = Act.TURNED_BACK
        if outcome == Outcome.HOLD.value and chance.random() < USUALLY:
            act, reason = Act.LET_THROUGH, LetThroughReason.PAPERS_SEEN.value
    new = NewPassage(
        passage_id=uuid4(),
        car_id=uuid4(),
        act=act.value,
        reason=reason,
        note="",
        scan_ids=[scan_id],
        acted_at=acted_at,
        lane=shift.lane,
        shift_id=shift.shift_id,
    )
    record_passage(new, now=acted_at)


def _home(permit: Permit, lanes: list[Lane], chance: random.Random) -> Lane:
    """Where a permit is held up: mostly where it is valid."""
    within = lanes
    zones = list(permit.zones.all())
    if zones and chance.random() < USUALLY:
        within = [lane for lane in lanes if set(zones) & set(lane.checkpoint.zones.all())]
    return chance.choice(within)


def _way(permit: Permit, chance: random.Random) -> Direction:
    """In which direction: mostly in one that it is valid in."""
    if permit.direction and chance.random() < USUALLY:
        return Direction(permit.direction)
    return chance.choice(list(Direction))
