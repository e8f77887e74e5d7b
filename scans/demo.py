"""Made-up data for a first look, put in through the services. No number in it can be anyone's."""

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group, User
from PIL import Image, ImageDraw

from permits import documents, services
from permits.documents import NewDocument
from permits.models import Permit, PermitKind, WatchlistEntry, Zone
from permits.roles import Role
from permits.services import CompanionDeclared, Declaration
from permits.verdict import Direction, PermitState, WatchlistLevel
from scans import demo_places as places
from scans import demo_scans, demo_tallies
from scans.models import Checkpoint, District, Lane

STRICT_KIND = 4  # essential production and services
ASKED = "Đề nghị bổ sung giấy xác nhận công việc có đóng dấu của cơ quan."
NOT_A_PROVINCE = "000"  # provinces begin at 001
PERMITS_OF_A_KIND = 14


def is_loaded() -> bool:
    """Whether the demo data is there already."""
    return Checkpoint.objects.exists()


def set_password(role: Role, password: str) -> None:
    """Make the demo account of a role, named like it, or give it this password."""
    user, _created = User.objects.get_or_create(username=role.value)
    if not user.check_password(password):
        user.set_password(password)
        user.save()
    user.groups.set([Group.objects.get(name=role.value)])


def example(state: PermitState, *, now: datetime) -> Permit | None:
    """A permit of this state for a first try: otherwise in order, and not on the watchlist."""
    return (
        Permit.objects.filter(state=state.value, valid_from__lt=now, valid_until__gt=now)
        .exclude(holder__number_digest__in=WatchlistEntry.objects.values("number_digest"))
        .exclude(plate__in=WatchlistEntry.objects.values("plate"))
        .order_by("kind__one_trip", "kind__number", "-id")
        .first()
    )


def load(*, now: datetime) -> None:
    """Checkpoints, permits in every state and kind, a watchlist, and an hour of scans."""
    chance = random.Random(2021)  # noqa: S311 the same demo each time
    for name, road, latitude, longitude in places.CHECKPOINTS:
        checkpoint = Checkpoint.objects.create(
            name=name, road=road, latitude=latitude, longitude=longitude
        )
        for lane in places.LANES:
            Lane.objects.create(checkpoint=checkpoint, name=lane)
    _add_districts()
    zones = _add_zones()
    _make_one_kind_strict(zones)
    permits = [
        permit for kind in PermitKind.objects.all() for permit in _permits_of_kind(kind, zones, now)
    ]
    _add_watchlist(permits, now)
    demo_scans.load(permits, chance, now=now)
    demo_tallies.load(now=now, scans_since=now - timedelta(hours=1))


def _add_districts() -> None:
    checkpoints = list(Checkpoint.objects.order_by("id"))
    for name, within in places.DISTRICTS:
        ids = [checkpoints[place].pk for place in within]
        Checkpoint.objects.filter(pk__in=ids).update(district=District.objects.create(name=name))


def _add_zones() -> list[Zone]:
    """Some of the checkpoints in each. Most permits are valid everywhere all the same."""
    checkpoints = list(Checkpoint.objects.order_by("id"))
    zones = []
    for name_vi, name_en, within in places.ZONES:
        zone = Zone.objects.create(name_vi=name_vi, name_en=name_en)
        for place in within:
            checkpoints[place].zones.add(zone)
        zones.append(zone)
    return zones


def _make_one_kind_strict(zones: list[Zone]) -> None:
    """A kind that asks for everything, so that its pages show it."""
    strict = PermitKind.objects.get(number=STRICT_KIND)
    strict.doses_needed, strict.most_companions, strict.needs_documents = 2, 2, True
    strict.save()
    strict.zones.set(zones[:2])


def _permits_of_kind(kind: PermitKind, zones: list[Zone], now: datetime) -> Iterator[Permit]:
    """Mostly good ones; and one each that has expired, begins later, was revoked, and so on.

    Here and there one is for one zone or direction, has companions, or a document.
    """
    chance = random.Random(kind.number)  # noqa: S311 the same demo each time
    issuer = User.objects.get(username=Role.ISSUER.value)
    hours = timedelta(hours=kind.valid_hours)
    for index in range(PERMITS_OF_A_KIND):
        start = {0: now - hours - timedelta(hours=3), 1: now + timedelta(hours=20)}.get(
            index, now - min(hours / 2, timedelta(hours=chance.randint(2, 40)))
        )
        declaration = _declaration(chance, start)
        permit = services.declare(
            _with_company(declaration, kind, chance) if index % 5 == 0 else declaration,
            now=start - timedelta(minutes=5),
            kind=kind,
            valid_from=start,
            zones=zones[index % 3 : index % 3 + 1] if kind.needs_approval and index > 10 else None,
            new_documents=[_paper()] if _has_paper(kind, index) else [],
        ).permit
        if kind.needs_approval and index == 6:
            permit = services.ask(permit.id, issuer=issuer, now=start, note=ASKED)
        elif kind.needs_approval and index not in (2, 3):
            permit = services.approve(permit.id, issuer=issuer, now=start)
        if kind.needs_approval and index == 3:
            permit = services.reject(permit.id, issuer=issuer, now=start, note="Thiếu giấy tờ")
        if index == 4:
            permit = services.revoke(permit.id, issuer=issuer, now=now, note="Khai báo sai")
        yield permit


def _has_paper(kind: PermitKind, index: int) -> bool:
    return kind.needs_approval and (kind.needs_documents or index % 3 == 2)


def _with_company(declaration: Declaration, kind: PermitKind, chance: random.Random) -> Declaration:
    """In one direction, and with somebody who travels along where the kind lets them."""
    companion = _declaration(chance, declaration.travel_at)
    along = CompanionDeclared(
        full_name=companion.full_name, personal_number=companion.personal_number, doses=2
    )
    return replace(
        declaration,
        direction=chance.choice(list(Direction)).value,
        companions=(along,) if kind.most_companions else (),
    )


def _paper() -> NewDocument:
    """A made-up paper: a page with nothing on it but a frame."""
    picture = Image.new("L", (420, 594), 255)
    ImageDraw.Draw(picture).rectangle((20, 20, 400, 574), outline=120, width=3)
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return documents.examine("giay-xac-nhan-mau.png", buffer.getvalue())


def _declaration(chance: random.Random, travel_at: datetime) -> Declaration:
    sex = chance.choice(["male", "female"])
    birth_date = date(chance.randint(1958, 2003), chance.randint(1, 12), chance.randint(1, 28))
    origin, destination = chance.sample(places.AREAS, 2)
    return Declaration(
        full_name=" ".join(
            [
                chance.choice(places.SURNAMES),
                chance.choice(places.MIDDLE_NAMES[sex]),
                chance.choice(places.GIVEN_NAMES[sex]),
            ]
        ),
        personal_number=_personal_number(chance, birth_date, sex),
        birth_date=birth_date,
        sex=sex,
        phone=f"0{chance.randint(0, 99_999_999):09d}",
        origin=origin,
        destination=destination,
        purpose=chance.choice(places.PURPOSES),
        plate=f"99A-{chance.randint(0, 999):03d}.{chance.randint(0, 99):02d}",
        travel_at=travel_at,
        doses=2,
    )


def _personal_number(chance: random.Random, birth_date: date, sex: str) -> str:
    century_and_sex = (birth_date.year // 100 - 19) * 2 + (sex == "female")
    year, rest = birth_date.year % 100, chance.randint(0, 999_999)
    return f"{NOT_A_PROVINCE}{century_and_sex}{year:02d}{rest:06d}"


def _add_watchlist(permits: list[Permit], now: datetime) -> None:
    since = now - timedelta(days=2)
    for permit, level in zip(permits[5:], WatchlistLevel, strict=False):
        services.add_watchlist_entry(
            level=level,
            active_from=since,
            personal_number=permit.holder.personal_number,
            source="Dữ liệu mẫu",
        )
    services.add_watchlist_entry(
        level=WatchlistLevel.WANTED,
        active_from=since,
        plate=permits[9].plate,
        source="Dữ liệu mẫu",
    )
