"""The desk's tables to take away: with the page's filters, and nothing that the page hides."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from permits import services
from permits.desk import queue
from permits.models import Permit, PermitKind
from permits.roles import Role
from permits.tests.test_services import DECLARATION
from permits.tests.typed import NOW
from permits.verdict import WatchlistLevel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "signing_keys")]
NUMBER = "000190012345"


@pytest.fixture
def issuer(client: Client) -> User:
    user = User.objects.create_user("issuer")
    user.groups.add(Group.objects.get(name=Role.ISSUER.value))
    client.force_login(user, backend="permits.roles.RoleBackend")
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def apply() -> Callable[..., Permit]:
    kind = PermitKind.objects.create(
        number=80, name_vi="Công vụ", name_en="Duty", needs_approval=True, valid_hours=72
    )

    def apply(**who: Any) -> Permit:
        return services.declare(replace(DECLARATION, **who), now=NOW, kind=kind).permit

    return apply


def rows_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_queue_goes_out_whole_in_its_order(
    client: Client, issuer: User, apply: Callable[..., Permit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    permits = [apply(full_name=f"Nguyễn Thị Mẫu {n}") for n in range(5)]
    services.add_watchlist_entry(
        personal_number=NUMBER, plate="", level=WatchlistLevel.F1, active_from=NOW,
        active_until=None, note="", source="", by=issuer, now=NOW,
    )  # fmt: skip
    answer = client.get("/desk/?export=applications.csv&state=pending")
    assert (answer["X-Rows"], answer["Cache-Control"]) == ("5", "no-store")
    rows = rows_of(answer)
    assert [row[0] for row in rows[1:6]] == [permit.serial for permit in permits]
    assert rows[1][1:3] == ["Nguyễn Thị Mẫu 0", "Duty"]
    assert rows[-2:] == [["# Waiting for approval"], ["# COMPLETE: 5 rows, complete."]]
    assert rows_of(client.get("/desk/?export=applications.csv&state=revoked"))[1][0][0] == "#"


def test_what_was_found_goes_out_without_what_was_searched_for(
    client: Client, issuer: User, apply: Callable[..., Permit]
) -> None:
    found = apply()
    apply(personal_number="000190099999")
    client.post("/desk/search/", {"q": NUMBER})
    text = client.get("/desk/?found=1&export=applications.csv").getvalue().decode()
    assert found.serial in text
    assert NUMBER not in text
    assert "# Found, in every state." in text


def test_the_watchlist_goes_out_with_its_filter_and_masked(client: Client, issuer: User) -> None:
    for level, plate in ((WatchlistLevel.F0, ""), (WatchlistLevel.WANTED, "99A-123.45")):
        services.add_watchlist_entry(
            personal_number="" if plate else NUMBER, plate=plate, level=level, active_from=NOW,
            active_until=None, note="=1+1", source="CDC", by=issuer, now=NOW,
        )  # fmt: skip
    text = client.get("/desk/watchlist/?export=watchlist.csv").getvalue().decode()
    assert NUMBER not in text
    rows = rows_of(client.get("/desk/watchlist/?level=f0&export=watchlist.csv"))
    assert len(rows) == 1 + 1 + 2
    assert rows[1][0].endswith("2345")
    assert rows[1][3:5] == ["'=1+1", "CDC"]


@pytest.mark.parametrize("address", ["/desk/", "/desk/watchlist/"])
@pytest.mark.parametrize("asked", ["others.csv", "watchlist.exe", "applications"])
def test_nonsense_is_not_found(client: Client, issuer: User, address: str, asked: str) -> None:
    assert client.get(f"{address}?export={asked}").status_code == 404
