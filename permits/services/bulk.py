"""Many permits or entries at once, by the rules of one: staged first, and then there all together.

A staged row is there for nobody: no check, no page, no search finds it (models/permits.py,
models/watchlist.py). To publish all of an import is one statement, so they all count, or none does.
What takes time, to seal above all, is done by `prepare_...`, before the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from permits import personal_data, serials
from permits.desk.records import ENTRY_ADDED
from permits.models import Approval, Holder, Permit, PermitKind, WatchlistEntry
from permits.models.permits import STAGED
from permits.services.declaring import Declaration, link_digest, sealed_number, trip
from permits.verdict import PermitState, WatchlistLevel

Particulars = tuple[str, str, object, str, str]


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What all permits of an import have in common."""

    kind: PermitKind
    valid_from: datetime
    valid_until: datetime
    issuer: User
    note: str
    now: datetime


def prepare_permits(declared: Sequence[tuple[Declaration, str]], issue: Issue) -> list[Permit]:
    """Permits of declarations and their private links, not saved: for `stage_permits`."""
    holders = _holders([declaration for declaration, _link in declared])
    return [
        Permit(
            number=serials.new_number(),
            kind=issue.kind,
            holder=holder,
            state=STAGED,
            valid_from=issue.valid_from,
            valid_until=issue.valid_until,
            declared_at=issue.now,
            link_digest=link_digest(link),
            **trip(declaration),
        )
        for (declaration, link), holder in zip(declared, holders, strict=True)
    ]


def stage_permits(permits: Sequence[Permit], issue: Issue) -> None:
    """Save them with their new holders, zones and approvals. The caller holds the transaction."""
    holders = {id(one.holder): one.holder for one in permits if one.holder.pk is None}
    Holder.objects.bulk_create(holders.values())
    for permit in permits:
        permit.holder_id = permit.holder.pk
    Permit.with_staged.bulk_create(permits)
    zones = list(issue.kind.zones.values_list("id", flat=True))
    in_zone = Permit.zones.through
    in_zone.objects.bulk_create(
        in_zone(permit_id=permit.pk, zone_id=zone) for permit in permits for zone in zones
    )
    Approval.objects.bulk_create(
        Approval(
            permit_id=permit.pk,
            issuer=issue.issuer,
            state=PermitState.APPROVED.value,
            note=issue.note,
            decided_at=issue.now,
        )
        for permit in permits
    )


def publish_permits(staged: QuerySet[Permit]) -> int:
    """Approved, and there for everybody, from this statement's commit on. Returns how many."""
    return staged.filter(state=STAGED).update(state=PermitState.APPROVED.value)


def _holders(declarations: Sequence[Declaration]) -> list[Holder]:
    """For each the row of exactly these particulars, or a new one that is not saved."""
    digests = {one for d in declarations for one in personal_data.digests(d.personal_number)}
    known = {
        _particulars(holder): holder for holder in Holder.objects.filter(number_digest__in=digests)
    }
    return [_holder(declaration, known) for declaration in declarations]


def _holder(declaration: Declaration, known: dict[Particulars, Holder]) -> Holder:
    for number in personal_data.digests(declaration.personal_number):
        for phone in personal_data.digests(declaration.phone):
            who = (declaration.full_name, declaration.sex, declaration.birth_date, number, phone)
            if who in known:
                return known[who]
    holder = Holder(
        full_name=declaration.full_name,
        birth_date=declaration.birth_date,
        sex=declaration.sex,
        phone_digest=personal_data.digest(declaration.phone),
        phone_sealed=personal_data.seal(declaration.phone),
        **sealed_number(declaration.personal_number),
    )
    known[_particulars(holder)] = holder
    return holder


def _particulars(holder: Holder) -> Particulars:
    return (
        *(holder.full_name, holder.sex, holder.birth_date),
        *(holder.number_digest, holder.phone_digest),
    )


def prepare_entry(
    *,
    level: WatchlistLevel,
    active_from: datetime,
    active_until: datetime | None,
    personal_number: str,
    plate: str,
    note: str,
    source: str,
) -> WatchlistEntry:
    """An entry, not saved: for `stage_entries`. The plate is normalised already."""
    return WatchlistEntry(
        level=level.value,
        number_digest=personal_data.digest(personal_number),
        number_sealed=personal_data.seal(personal_number) if personal_number else b"",
        number_tail=personal_number[-4:],
        plate=plate,
        active_from=active_from,
        active_until=active_until,
        note=note,
        source=source,
        is_staged=True,
    )


def stage_entries(entries: Sequence[WatchlistEntry], *, by: User, now: datetime) -> None:
    """Save them, and who added them. The caller holds the transaction."""
    WatchlistEntry.with_staged.bulk_create(entries)
    about = ContentType.objects.get_for_model(WatchlistEntry)
    LogEntry.objects.bulk_create(
        LogEntry(
            user=by,
            content_type=about,
            object_id=str(entry.pk),
            object_repr="",
            action_flag=CHANGE,
            change_message=ENTRY_ADDED,
            action_time=now,
        )
        for entry in entries
    )


def publish_entries(staged: QuerySet[WatchlistEntry]) -> int:
    """They count from this statement's commit on. Returns how many."""
    return staged.filter(is_staged=True).update(is_staged=False)
