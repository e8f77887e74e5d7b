"""Who may still act on a permit, and who is told that somebody was quicker."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from permits import services
from permits.demands import Demand
from permits.models import Companion, Permit, PermitKind
from permits.services import (
    ChangedMeanwhile,
    CompanionDeclared,
    DoesNotFitKind,
    NotAllowedNow,
)
from permits.tests.test_services import DECLARATION
from permits.tests.typed import NOW
from permits.verdict import PermitState

pytestmark = pytest.mark.django_db

ALONG = CompanionDeclared(full_name="Trần Văn Mẫu", personal_number="000090054321", doses=1)


@pytest.fixture
def issuer() -> User:
    return User.objects.create_user("issuer")


@pytest.fixture
def kind() -> PermitKind:
    return PermitKind.objects.create(
        number=80, name_vi="Công vụ", name_en="Duty", needs_approval=True, most_companions=1
    )


@pytest.fixture
def application(kind: PermitKind) -> Permit:
    return services.declare(DECLARATION, now=NOW, kind=kind).permit


def in_state(permit: Permit, state: PermitState) -> Permit:
    Permit.objects.filter(pk=permit.pk).update(state=state)
    permit.refresh_from_db()
    return permit


UNDECIDED = {PermitState.PENDING, PermitState.ASKED}


@pytest.mark.parametrize("state", PermitState)
def test_a_holder_corrects_what_nobody_has_decided(application: Permit, state: PermitState) -> None:
    in_state(application, state)

    def correct() -> Permit:
        return services.correct(
            application.pk, replace(DECLARATION, purpose="Khám bệnh"), now=NOW, seen_version=1
        )

    if state not in UNDECIDED:
        with pytest.raises(NotAllowedNow):
            correct()
        application.refresh_from_db()
        assert (application.purpose, application.version) == ("Đi làm", 1)
        return
    corrected = correct()
    assert (corrected.state, corrected.purpose, corrected.version) == ("pending", "Khám bệnh", 2)
    [act] = corrected.approvals.all()
    assert (act.issuer, act.state) == (None, "pending")


@pytest.mark.parametrize("state", PermitState)
def test_a_holder_cancels_what_is_not_refused(application: Permit, state: PermitState) -> None:
    in_state(application, state)
    if state in UNDECIDED | {PermitState.APPROVED}:
        assert services.cancel(application.pk, now=NOW).state == "cancelled"
        return
    with pytest.raises(NotAllowedNow):
        services.cancel(application.pk, now=NOW)


def test_a_correction_replaces_companions_and_follows_the_kind(
    application: Permit, kind: PermitKind
) -> None:
    along = replace(DECLARATION, companions=(ALONG,))
    services.correct(application.pk, along, now=NOW, seen_version=1)
    services.correct(application.pk, along, now=NOW, seen_version=2)
    assert Companion.objects.get().full_name == "Trần Văn Mẫu"

    PermitKind.objects.filter(pk=kind.pk).update(most_companions=0)
    with pytest.raises(DoesNotFitKind) as refused:
        services.correct(application.pk, along, now=NOW, seen_version=3)
    assert [one.demand for one in refused.value.unmet] == [Demand.TOO_MANY_COMPANIONS]
    application.refresh_from_db()
    assert application.version == 3


def test_nobody_approves_what_its_holder_has_changed_meanwhile(
    application: Permit, issuer: User
) -> None:
    services.correct(application.pk, DECLARATION, now=NOW, seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        services.approve(application.pk, issuer=issuer, now=NOW, seen_version=1)
    application.refresh_from_db()
    assert application.state == "pending"
    services.approve(application.pk, issuer=issuer, now=NOW, seen_version=2)


def test_nobody_corrects_what_was_asked_of_them_in_an_older_page(
    application: Permit, issuer: User
) -> None:
    services.ask(application.pk, issuer=issuer, now=NOW, note="Thiếu giấy tờ", seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        services.correct(application.pk, DECLARATION, now=NOW, seen_version=1)


@pytest.mark.parametrize("first", [services.approve, services.reject])
def test_of_two_issuers_who_saw_the_same_the_second_is_told(
    application: Permit, issuer: User, first: Callable[..., Permit]
) -> None:
    first(application.pk, issuer=issuer, now=NOW, seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        services.reject(application.pk, issuer=issuer, now=NOW, seen_version=1)
    assert application.approvals.count() == 1


@pytest.mark.parametrize("state", [PermitState.PENDING, PermitState.CANCELLED])
def test_an_issuer_neither_corrects_nor_cancels_for_the_holder(
    application: Permit, issuer: User, state: PermitState
) -> None:
    with pytest.raises(NotAllowedNow):
        services.decide_on(application.pk, state, issuer=issuer, now=NOW)


def test_what_an_issuer_declares_for_somebody_is_approved_by_them(
    kind: PermitKind, issuer: User
) -> None:
    PermitKind.objects.filter(pk=kind.pk).update(needs_documents=True)
    kind.refresh_from_db()
    permit = services.declare(DECLARATION, now=NOW, kind=kind, issuer=issuer).permit
    [act] = permit.approvals.all()
    assert (permit.state, act.state, act.issuer) == ("approved", "approved", issuer)
    with pytest.raises(DoesNotFitKind):
        services.declare(DECLARATION, now=NOW, kind=kind)


def test_a_kind_that_is_no_longer_offered_gives_no_permit(kind: PermitKind) -> None:
    kind.is_offered = False
    kind.save()
    with pytest.raises(DoesNotFitKind):
        services.declare(DECLARATION, now=NOW, kind=kind)
    assert not Permit.objects.exists()
