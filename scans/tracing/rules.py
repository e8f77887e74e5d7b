"""Every rule of a verdict in words: what it looked at then, and whether it was met."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from permits import labels
from permits.models import PermitKind, Zone
from permits.verdict import (
    EVERY_DAY,
    SEVERITY,
    Direction,
    Outcome,
    Passage,
    PayloadKind,
    PermitFacts,
    Reason,
    distance_km,
)
from scans.kept_evidence import Basis, ScanSays, unpack
from scans.models import Checkpoint, Scan
from scans.oversight import Oversight

Asked = tuple[tuple[Reason, ...], str, str]
MOMENT = "%d/%m/%Y %H:%M"
HOUR_SECONDS = 3600


@dataclass(frozen=True)
class Rule:
    """`outcome` is what it led to; empty where it was met."""

    name: str
    looked_at: str
    outcome: str = ""


def basis_of(scan: Scan) -> Basis | None:
    """What its verdict was based on; None of scans from before that was kept."""
    if scan.evidence is None:
        return None
    says = ScanSays(
        PayloadKind(scan.payload_kind),
        scan.checkpoint_id,
        Direction(scan.direction),
        timezone.localtime(scan.captured_at),
    )
    return unpack(scan.evidence, says)


def rules(scan: Scan, basis: Basis, oversight: Oversight) -> list[Rule]:
    """Those that were asked, each with what it led to then, as far as the viewer may see it."""
    told = []
    for reasons, name, looked_at in (*_of_the_code(basis), *_of_the_permit(basis, oversight)):
        failed = [reason for reason in reasons if reason.value in scan.reasons]
        outcome = str(labels.OUTCOMES[_outcome_of(failed[0], basis)]) if failed else ""
        told.append(Rule(name, looked_at, outcome))
    return told


def _outcome_of(reason: Reason, basis: Basis) -> Outcome:
    if reason is Reason.WATCHLISTED:
        hits = [basis.policy.watchlist[hit] for hit in basis.evidence.watchlist]
        return max(hits, key=SEVERITY.__getitem__, default=Outcome.HOLD)
    return basis.policy.outcomes[reason]


def _of_the_code(basis: Basis) -> Iterator[Asked]:
    evidence = basis.evidence
    hits = ", ".join(str(labels.HITS[hit]) for hit in evidence.watchlist)
    yield (Reason.WATCHLISTED,), _("Watchlist"), hits or _("Nobody and nothing on it")
    is_ours = evidence.payload_kind is not PayloadKind.UNKNOWN
    yield (
        (Reason.UNKNOWN_CODE,),
        _("What was held up"),
        _("Can be read") if is_ours else _("Not a code of this system"),
    )
    if evidence.payload_kind is PayloadKind.TOKEN:
        key = basis.besides.key_id or _("none")
        yield (Reason.BAD_SIGNATURE,), _("Signature"), _("Key %(key)s") % {"key": key}
    if is_ours and evidence.signature_ok:
        found = _("Found") if evidence.permit else _("None found")
        yield (Reason.UNKNOWN_PERMIT, Reason.NO_PERMIT), _("Permit"), found
    if evidence.bundle_age is not None:
        hours = {
            "age": f"{evidence.bundle_age.total_seconds() / HOUR_SECONDS:.1f}",
            "most": f"{basis.policy.oldest_bundle.total_seconds() / HOUR_SECONDS:.0f}",
        }
        words = _("Decided offline, on rows %(age)s hours old; at most %(most)s") % hours
        yield (Reason.STALE_OFFLINE,), _("Age of what was known"), words


def _of_the_permit(basis: Basis, oversight: Oversight) -> Iterator[Asked]:
    evidence, permit = basis.evidence, basis.evidence.permit
    if permit is None or not evidence.signature_ok:
        return
    states = (Reason.REVOKED, Reason.REJECTED, Reason.PENDING)
    yield states, _("State"), _state(basis, permit)
    times = f"{_moment(permit.valid_from)} – {_moment(permit.valid_until)}"
    yield (Reason.EXPIRED, Reason.NOT_YET_VALID), _("Validity"), times
    yield (Reason.OUTSIDE_HOURS,), _("Days and hours"), _hours(permit)
    yield (Reason.WRONG_ZONE,), _("Zones"), _zones(basis, permit)
    ways = str(labels.DIRECTIONS[permit.direction] if permit.direction else labels.BOTH_DIRECTIONS)
    yield (Reason.WRONG_DIRECTION,), _("Direction"), ways
    if evidence.payload_kind is PayloadKind.CITIZEN_CARD:
        fits = _("The card's") if evidence.holder_fits else _("Not the card's")
        yield (Reason.HOLDER_MISMATCH,), _("Name, birth date and sex"), fits
    yield (Reason.PLATE_MISMATCH,), _("Vehicle in front"), _vehicle(basis)
    yield (Reason.VACCINATION_REQUIRED,), _("Vaccine doses"), _doses(permit)
    yield (Reason.ALREADY_USED,), _("One trip"), _trip(basis, permit, oversight)
    yield (Reason.IMPOSSIBLE_TRAVEL,), _("Last scan before"), _travel(basis, oversight)


def _state(basis: Basis, permit: PermitFacts) -> str:
    kind = PermitKind.objects.filter(pk=basis.besides.kind_id or 0).first()
    state = str(labels.STATES[permit.state])
    return f"{state} · {kind}" if kind else state


def _hours(permit: PermitFacts) -> str:
    days = [str(WEEKDAYS_ABBR[day]) for day in range(7) if permit.weekdays >> day & 1]
    words = [_("Every day") if permit.weekdays == EVERY_DAY else ", ".join(days)]
    if permit.hours_from and permit.hours_until:
        words.append(f"{permit.hours_from:%H:%M} – {permit.hours_until:%H:%M}")
    return " · ".join(words)


def _zones(basis: Basis, permit: PermitFacts) -> str:
    if not permit.zones:
        return _("Everywhere")
    here = basis.evidence.place_zones
    names = {zone.pk: str(zone) for zone in Zone.objects.filter(pk__in=permit.zones | here)}

    def words(zones: frozenset[int]) -> str:
        return ", ".join(names.get(zone, f"#{zone}") for zone in sorted(zones)) or "–"

    return _("Valid in: %(permit)s. Here: %(here)s") % {
        "permit": words(permit.zones),
        "here": words(here),
    }


def _vehicle(basis: Basis) -> str:
    if not basis.besides.plate_typed:
        return _("Plate not typed")
    return _("Fits the permit") if basis.evidence.plate_fits else _("Another one than the permit's")


def _doses(permit: PermitFacts) -> str:
    counts = {"doses": permit.doses, "needed": permit.doses_needed}
    return _("%(doses)d; needed: %(needed)d") % counts


def _trip(basis: Basis, permit: PermitFacts, oversight: Oversight) -> str:
    if not permit.one_trip:
        return _("For any number of trips")
    first = basis.evidence.first_allowed
    return _("For one trip; used: %(where)s") % {
        "where": _where(first, oversight) if first else "–"
    }


def _travel(basis: Basis, oversight: Oversight) -> str:
    last, here = basis.evidence.last_passage, basis.evidence
    if last is None:
        return _("None, today and yesterday")
    km = distance_km(last.place, here.place)
    hours = abs((here.now - last.at).total_seconds()) / HOUR_SECONDS
    return _("%(where)s: %(km)s km, %(speed)s km/h; at most %(most)d") % {
        "where": _where(last, oversight),
        "km": f"{km:.1f}",
        "speed": f"{km / hours:.0f}" if hours else ("0" if not km else "∞"),
        "most": basis.policy.fastest_kmh,
    }


def _where(passage: Passage, oversight: Oversight) -> str:
    """Of a place in another district the moment alone: it is what the verdict was based on."""
    if not oversight.sees(passage.place.checkpoint_id):
        return f"{_('a checkpoint of another district')}, {_moment(passage.at)}"
    place = Checkpoint.objects.filter(pk=passage.place.checkpoint_id).first()
    direction = labels.DIRECTIONS[passage.direction]
    return f"{place or '?'} ({direction}), {_moment(passage.at)}"


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime(MOMENT)
