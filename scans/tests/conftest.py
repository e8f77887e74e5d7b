"""A small fixed cast: one checkpoint by the river and one in the hills, and who stands there."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from redis import Redis

from checkpoint_site.asgi import application
from permits import keys, selectors, services
from permits.models import Permit, PermitKind
from permits.roles import Role
from permits.scopes import Scope
from permits.services import Declaration
from permits.services.tokens import make_token
from permits.verdict import Direction
from scans.consumers.lane import recent_payloads
from scans.evidence import LaneContext
from scans.models import Checkpoint, Lane
from scans.reports import kept
from scans.shifts import lane_context
from scans.times import to_milliseconds

NOW = datetime(2021, 9, 14, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("keys")
    django_settings.SIGNING_KEYS_DIR = str(directory)
    keys.rotate()
    yield directory
    keys.load.cache_clear()


@pytest.fixture(autouse=True)
def _nothing_shown_yet() -> None:
    recent_payloads.forget_all()
    kept.forget_all()
    if django_settings.REDIS_URL:
        Redis.from_url(django_settings.REDIS_URL).flushdb()


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    def make(*roles: Role, username: str = "") -> User:
        name = username or "-".join(roles) or "nobody"
        user = User.objects.create_user(name, password="a long passphrase")
        user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
        return user

    return make


@pytest.fixture
def officer(make_user: Callable[..., User]) -> User:
    return make_user(Role.OFFICER)


@pytest.fixture
def supervisor(make_user: Callable[..., User]) -> User:
    return make_user(Role.SUPERVISOR)


@pytest.fixture
def river_lane(db: None) -> Lane:
    river = Checkpoint.objects.create(name="Cầu Mẫu", latitude=21.10, longitude=105.80)
    return Lane.objects.create(checkpoint=river, name="Làn 1")


@pytest.fixture
def hill_lane(db: None) -> Lane:
    hills = Checkpoint.objects.create(name="Đèo Mẫu", latitude=20.69, longitude=105.92)
    return Lane.objects.create(checkpoint=hills, name="Làn 1")


@pytest.fixture
def declaration() -> Declaration:
    return Declaration(
        full_name="Nguyễn Thị Mẫu",
        personal_number="000190012345",
        birth_date=date(1990, 5, 17),
        sex="female",
        phone="0000000001",
        origin="phường Mẫu, Hà Nội",
        destination="xã Mẫu, Hải Phòng",
        purpose="Đi làm",
        plate="99A-123.45",
        travel_at=NOW,
    )


@pytest.fixture
def permit(db: None, declaration: Declaration) -> Permit:
    """A good one, valid around today."""
    now = datetime.now(UTC) - timedelta(hours=1)
    return services.declare(declaration, now=now).permit


@pytest.fixture
def one_trip_kind(db: None) -> PermitKind:
    return PermitKind.objects.create(
        number=90, name_vi="Một chuyến", name_en="One trip", needs_approval=False, one_trip=True
    )


@pytest.fixture
def river(river_lane: Lane, officer: User) -> LaneContext:
    return lane_context(river_lane.pk, Direction.IN, officer.pk)


@pytest.fixture
def hills(hill_lane: Lane, officer: User) -> LaneContext:
    """47 km from the river."""
    return lane_context(hill_lane.pk, Direction.IN, officer.pk)


@pytest.fixture
def declare(declaration: Declaration) -> Callable[..., Permit]:
    """Make a permit that began an hour ago."""

    def declare(
        *, start: datetime = NOW - timedelta(hours=1), kind: PermitKind | None = None, **who: Any
    ) -> Permit:
        return services.declare(
            replace(declaration, **who),
            now=start,
            kind=kind,
        ).permit

    return declare


@pytest.fixture
def code(permit: Permit) -> str:
    return selectors.travel_code(permit)


Connect = Callable[..., Awaitable[Any]]


def token_for(user: User, *scopes: Scope) -> str:
    """A token of the API: for checks, if nothing else is said."""
    _token, text = make_token(
        user=user,
        name="test",
        scopes=scopes or [Scope.CHECKS_WRITE],
        now=datetime.now(UTC),
        expires_at=None,
    )
    return text


def now_ms() -> int:
    """The moment, as messages say it."""
    return to_milliseconds(timezone.now())


@pytest.fixture
async def lane(river_lane: Lane, officer: User) -> AsyncIterator[Any]:
    """An open lane socket that has been told its shift."""
    cookie = await sync_to_async(cookie_of)(officer)
    page = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie)
    connected, _ = await page.connect(timeout=5)
    assert connected
    shift = await page.receive_json_from(timeout=5)
    assert shift["type"] == "shift"
    page.shift = shift
    yield page
    await page.disconnect()


async def type_code(page: Any, payload: str, scan_id: UUID | None = None) -> dict[str, Any]:
    """Check a typed code, and return the answer."""
    check = {
        "type": "check",
        "payload": payload,
        "scan_id": str(scan_id or uuid4()),
        "captured_at": now_ms(),
    }
    await page.send_json_to(check)
    answer: dict[str, Any] = await page.receive_json_from(timeout=5)
    return answer


def cookie_of(user: User) -> bytes:
    """The session cookie of a fresh login."""
    client = Client()
    client.force_login(user, backend="permits.roles.RoleBackend")
    name = django_settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}".encode()


def socket(
    path: str, *, cookie: bytes = b"", origin: bytes = b"http://localhost", to: Any = application
) -> Any:
    """A socket to the whole application, as a browser opens one."""
    headers = [(b"host", b"localhost"), (b"origin", origin)]
    if cookie:
        headers.append((b"cookie", cookie))
    return WebsocketCommunicator(to, path, headers=headers)
