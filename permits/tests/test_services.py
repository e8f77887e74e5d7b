"""What changes a permit: a declaration, an issuer's act, an entry in the watchlist."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from permits import keys, selectors, serials, services, token
from permits.models import Approval, Holder, Permit, PermitKind, WatchlistEntry
from permits.services import Declaration, NotAllowedNow
from permits.token import Token
from permits.verdict import PermitState, WatchlistLevel

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 9, 14, 8, 0, 0, 123_456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DECLARATION = Declaration(
    full_name="Nguyễn Thị Mẫu",
    personal_number="000190012345",
    birth_date=date(1990, 5, 17),
    sex="female",
    phone="0000000001",
    origin="phường Mẫu, Hà Nội",
    destination="xã Mẫu, Hải Phòng",
    purpose="Đi làm",
    plate="99a-123.45",
    travel_at=NOW + timedelta(hours=3),
)


@pytest.fixture
def issuer() -> User:
    return User.objects.create_user("issuer")


def approvable() -> PermitKind:
    """The kind of essential production: a week, approved by an authority."""
    return PermitKind.objects.get(number=4)


def pending() -> Permit:
    return services.declare(DECLARATION, now=NOW, kind=approvable()).permit


# --- Declaring ------------------------------------------------------------------------------------


def test_a_self_declaration_is_valid_at_once_for_72_hours() -> None:
    permit = services.declare(DECLARATION, now=NOW).permit
    permit.refresh_from_db()

    assert permit.kind.number == services.SELF_DECLARED
    assert permit.state == PermitState.APPROVED
    assert permit.valid_from == NOW.replace(microsecond=0)
    assert permit.valid_until - permit.valid_from == timedelta(hours=72)
    assert permit.declared_at == NOW
    assert permit.plate == "99A12345"
    assert permit.holder.full_name == "Nguyễn Thị Mẫu"


def test_a_kind_that_needs_approval_waits_for_it() -> None:
    start = NOW + timedelta(days=2)
    permit = services.declare(DECLARATION, now=NOW, kind=approvable(), valid_from=start).permit

    assert permit.state == PermitState.PENDING
    assert permit.valid_from == start.replace(microsecond=0)
    assert permit.valid_until - permit.valid_from == timedelta(days=7)


def test_every_permit_has_its_own_number_and_link() -> None:
    one, other = (services.declare(DECLARATION, now=NOW) for _ in range(2))

    assert one.permit.number != other.permit.number
    assert one.link != other.link
    assert serials.parse_serial(one.permit.serial) == one.permit.number


def test_the_same_particulars_are_one_holder() -> None:
    for _ in range(2):
        services.declare(DECLARATION, now=NOW)

    assert Holder.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"full_name": "Trần Thị Mẫu"}, {"phone": "0000000002"}, {"birth_date": date(1990, 5, 18)}],
    ids=str,
)
def test_other_particulars_under_the_same_number_overwrite_nobody(
    changes: dict[str, object],
) -> None:
    services.declare(DECLARATION, now=NOW)
    services.declare(replace(DECLARATION, **changes), now=NOW)  # type: ignore[arg-type]

    assert len({holder.number_digest for holder in Holder.objects.all()}) == 1
    assert Holder.objects.count() == 2
    assert Holder.objects.earliest("id").full_name == "Nguyễn Thị Mẫu"


def test_the_private_link_finds_its_permit_and_is_not_kept() -> None:
    declared = services.declare(DECLARATION, now=NOW)
    found = selectors.permit_of_link(declared.link)

    assert found == declared.permit
    assert declared.link.encode() not in bytes(declared.permit.link_digest)
    assert len(declared.link) >= 32
    assert selectors.permit_of_link(declared.link[:-1]) is None
    assert selectors.permit_of_link("") is None


@pytest.mark.usefixtures("signing_keys")
def test_the_travel_code_says_what_the_permit_says() -> None:
    permit = services.declare(DECLARATION, now=NOW).permit
    own = keys.load()

    assert token.verify(selectors.travel_code(permit), own.verifying) == Token(
        number=permit.number,
        kind=1,
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        number_digest=token.digest("000190012345", own.digest_key),
        plate_digest=token.digest("99A12345", own.digest_key),
    )


# --- Deciding -------------------------------------------------------------------------------------

ACTS: dict[PermitState, Callable[..., Permit]] = {
    PermitState.APPROVED: services.approve,
    PermitState.REJECTED: services.reject,
    PermitState.ASKED: partial(services.ask, note="Thiếu giấy tờ"),
    PermitState.REVOKED: services.revoke,
}
MAY = {
    (PermitState.PENDING, PermitState.APPROVED),
    (PermitState.PENDING, PermitState.REJECTED),
    (PermitState.PENDING, PermitState.ASKED),
    (PermitState.ASKED, PermitState.APPROVED),
    (PermitState.ASKED, PermitState.REJECTED),
    (PermitState.APPROVED, PermitState.REVOKED),
}


@pytest.mark.parametrize("new", ACTS)
@pytest.mark.parametrize("old", PermitState)
def test_an_act_fits_the_state_or_changes_nothing(
    old: PermitState, new: PermitState, issuer: User
) -> None:
    permit = pending()
    Permit.objects.filter(pk=permit.pk).update(state=old)

    if (old, new) in MAY:
        changed = ACTS[new](permit.pk, issuer=issuer, now=LATER, note="Đủ giấy tờ")
        [kept] = Approval.objects.all()
        assert changed.state == new
        assert (kept.permit_id, kept.issuer_id, kept.state) == (permit.pk, issuer.pk, new)
        assert (kept.decided_at, kept.note) == (LATER, "Đủ giấy tờ")
    else:
        with pytest.raises(NotAllowedNow):
            ACTS[new](permit.pk, issuer=issuer, now=LATER)
        permit.refresh_from_db()
        assert permit.state == old
        assert not Approval.objects.exists()


def test_of_two_issuers_the_second_is_told(issuer: User) -> None:
    permit = pending()
    services.approve(permit.pk, issuer=issuer, now=LATER)

    with pytest.raises(NotAllowedNow):
        services.reject(permit.pk, issuer=issuer, now=LATER)
    assert Approval.objects.count() == 1


def test_every_act_is_kept_in_order(issuer: User) -> None:
    permit = pending()
    services.approve(permit.pk, issuer=issuer, now=NOW)
    services.revoke(permit.pk, issuer=issuer, now=LATER)

    assert [kept.state for kept in permit.approvals.all()] == ["approved", "revoked"]


def test_a_permit_that_is_not_there_cannot_be_decided_on(issuer: User) -> None:
    with pytest.raises(NotAllowedNow):
        services.approve(999, issuer=issuer, now=NOW)


# --- The watchlist --------------------------------------------------------------------------------


def test_a_plate_is_kept_as_it_is_compared() -> None:
    entry = services.add_watchlist_entry(
        level=WatchlistLevel.WANTED, active_from=NOW, plate="99a-123.45"
    )
    entry.refresh_from_db()

    assert (entry.plate, entry.level, entry.active_until) == ("99A12345", "wanted", None)


def test_an_entry_names_somebody() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        services.add_watchlist_entry(level=WatchlistLevel.F0, active_from=NOW, plate="-.")
    assert not WatchlistEntry.objects.exists()
